import type { Picture } from '../../core/picture.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { INNER_LIPS } from './face-loops.ts';
import { lipColour } from './mouth-donor.ts';
import type { WarpField } from './warp-field.ts';

/** Gap (over mouth width) under which lips that an edit shut show nothing but the line between them. */
const LINE_GAP = 0.03;
/** Gaps of the frame itself between which there is something to hide. */
const [OPEN_FROM, OPEN_UNTIL] = [0.02, 0.06] as const;
/** Light of that line, as a share of the lips'. */
const LIP_LINE = 0.5;
/** Pixels around the frame's opening that still take light from it. */
const EDGE = 1.3;

/** Where an edit shuts the lips, and where they were. */
export interface ShutLips {
  readonly sourceGap: number;
  readonly targetGap: number;
  readonly landmarks: Float32Array;
}

/** First and last row of the frame's opening per column, from column `x` on; the first below the last where there is one. */
function openingOf(landmarks: Float32Array): { x: number; top: Float32Array; bottom: Float32Array } {
  const points = INNER_LIPS.map((v) => [landmarks[v * 3]!, landmarks[v * 3 + 1]!] as const);
  const xs = points.map(([px]) => px);
  const x = Math.floor(Math.min(...xs));
  const width = Math.ceil(Math.max(...xs)) - x + 1;
  const top = new Float32Array(width).fill(1e9);
  const bottom = new Float32Array(width).fill(-1e9);
  points.forEach((point, i) => {
    const other = points[(i + 1) % points.length]!;
    const [a, b] = point[0] < other[0] ? [point, other] : [other, point];
    for (let column = Math.floor(a[0]); column <= b[0]; column++) {
      const share = Math.max(0, Math.min(1, (column + 0.5 - a[0]) / Math.max(1e-6, b[0] - a[0])));
      const y = a[1] + share * (b[1] - a[1]);
      top[column - x] = Math.min(top[column - x]!, y);
      bottom[column - x] = Math.max(bottom[column - x]!, y);
    }
  });
  return { x, top, bottom };
}

/**
 * Where an edit shuts a mouth that the frame shows open, the lips' edges take a bright seam of squeezed teeth with them: what
 * comes from inside the opening becomes the dark line that shut lips have.
 */
export function paintLipLine(
  source: Picture,
  target: Picture,
  { rect, dx, dy, matte, region }: WarpField,
  { sourceGap, targetGap, landmarks }: ShutLips,
): void {
  const share =
    smoothStep((LINE_GAP - targetGap) / (LINE_GAP / 2)) *
    smoothStep((sourceGap - OPEN_FROM) / (OPEN_UNTIL - OPEN_FROM));
  if (share <= 0) return;
  const { x: first, top, bottom } = openingOf(landmarks);
  const { layout, colour } = target;
  const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
  const planes = target.planes.slice(0, layout.family === 'gray' ? 1 : 3).map((plane, p) => {
    const chroma = layout.family === 'yuv' && p > 0;
    const lips = lipColour(source, landmarks, p);
    return {
      plane,
      shiftX: chroma ? layout.chromaShiftX : 0,
      shiftY: chroma ? layout.chromaShiftY : 0,
      line: chroma ? lips : low + (lips - low) * LIP_LINE,
    };
  });
  for (let y = 0; y < rect.height; y++)
    for (let x = 0; x < rect.width; x++) {
      const at = y * rect.width + x;
      if (region[at] === 0 || matte[at] === 0) continue;
      const column = Math.floor(rect.x + x + 0.5 - dx[at]!) - first;
      if (column < 0 || column >= top.length) continue;
      const row = rect.y + y + 0.5 - dy[at]!;
      const inside = smoothStep((row - top[column]!) / EDGE + 1) * smoothStep((bottom[column]! - row) / EDGE + 1);
      const weight = matte[at]! * share * inside;
      if (weight < 0.004) continue;
      for (const { plane, shiftX, shiftY, line } of planes) {
        const width = (target.width + (1 << shiftX) - 1) >> shiftX;
        const to = ((rect.y + y) >> shiftY) * width + ((rect.x + x) >> shiftX);
        plane[to] = plane[to]! + weight * (line - plane[to]!) + 0.5;
      }
    }
}
