import { landmarkBox } from './comparison.ts';
import type { Box, JudgedFace } from './face-api.ts';
import type { RgbFrame } from './system-ffmpeg.ts';
import type { Canvas } from './tiny-font.ts';

/** Parts of a face that a sheet can show. */
export const cropNames = ['face', 'head', 'lips', 'eyes', 'jaw', 'full'] as const;
/** One of them. */
export type CropName = (typeof cropNames)[number];

/** The box of a part of a face, in pixels; not cut to the picture. */
export function partOf(face: JudgedFace, part: CropName, width: number, height: number): Box {
  const grown = (box: Box, sides: number, top: number, bottom: number): Box => ({
    x: box.x - box.width * sides,
    y: box.y - box.height * top,
    width: box.width * (1 + 2 * sides),
    height: box.height * (1 + top + bottom),
  });
  switch (part) {
    case 'face':
      return grown(face.box, 0.12, 0.1, 0.25);
    case 'head':
      return grown(face.box, 0.6, 0.5, 0.8);
    case 'lips':
      return grown(landmarkBox(face, 48, 68, 0), 0.45, 0.6, 0.8);
    case 'eyes':
      return grown(landmarkBox(face, 17, 27, 0), 0.12, 1.2, 2.4);
    case 'jaw': {
      const jaw = landmarkBox(face, 3, 14, 0);
      return grown(jaw, 0.15, 0, 0.5);
    }
    case 'full':
      return { x: 0, y: 0, width, height };
  }
}

/** Boxes of one size (the middle one of all), each at its own centre: so a part stays put from cell to cell. */
export function sameSize(boxes: readonly Box[]): Box[] {
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const width = Math.round(middle(boxes.map((box) => box.width)));
  const height = Math.round(middle(boxes.map((box) => box.height)));
  return boxes.map((box) => ({
    x: Math.round(box.x + (box.width - width) / 2),
    y: Math.round(box.y + (box.height - height) / 2),
    width,
    height,
  }));
}

/** A part of a picture enlarged by Catmull-Rom interpolation (a zoom of 1 copies); black beyond the edges. */
export function enlarge(frame: RgbFrame, box: Box, zoom: number): Canvas {
  const width = Math.max(1, Math.round(box.width * zoom));
  const height = Math.max(1, Math.round(box.height * zoom));
  const columns = taps(width, box.x, zoom);
  const rows = taps(height, box.y, zoom);
  const lines = new Map<number, Float32Array>();
  const line = (y: number): Float32Array => {
    let made = lines.get(y);
    if (!made) {
      made = new Float32Array(width * 3);
      if (y >= 0 && y < frame.height) sampleLine(frame, y, columns, made);
      lines.set(y, made);
    }
    return made;
  };
  const rgb = new Uint8Array(width * height * 3);
  rows.forEach(({ first, weights }, y) => {
    const [a, b, c, d] = [line(first), line(first + 1), line(first + 2), line(first + 3)];
    for (let i = 0, o = y * width * 3; i < width * 3; i++, o++) {
      const value = a[i]! * weights[0]! + b[i]! * weights[1]! + c[i]! * weights[2]! + d[i]! * weights[3]!;
      rgb[o] = Math.max(0, Math.min(255, Math.round(value)));
    }
    lines.delete(first - 1);
  });
  return { width, height, rgb };
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function taps(count: number, start: number, zoom: number): Taps[] {
  return Array.from({ length: count }, (_, i) => {
    const at = start + (i + 0.5) / zoom - 0.5;
    const base = Math.floor(at);
    const t = at - base;
    return {
      first: base - 1,
      weights: [
        ((-t + 2) * t - 1) * t * 0.5,
        ((3 * t - 5) * t * t + 2) * 0.5,
        ((-3 * t + 4) * t + 1) * t * 0.5,
        (t - 1) * t * t * 0.5,
      ],
    };
  });
}

function sampleLine(frame: RgbFrame, y: number, columns: readonly Taps[], out: Float32Array): void {
  const { rgb, width } = frame;
  columns.forEach(({ first, weights }, x) => {
    if (first < -3 || first >= width) return;
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0;
      for (let tap = 0; tap < 4; tap++) {
        const column = Math.max(0, Math.min(width - 1, first + tap));
        sum += weights[tap]! * rgb[3 * (y * width + column) + channel]!;
      }
      out[3 * x + channel] = sum;
    }
  });
}

/** The difference of two canvases of one size, amplified around mid grey. */
export function amplifiedDifference(a: Canvas, b: Canvas, gain: number): Canvas {
  const rgb = new Uint8Array(a.rgb.length);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = Math.max(0, Math.min(255, Math.round(128 + gain * (a.rgb[i]! - b.rgb[i]!))));
  }
  return { width: a.width, height: a.height, rgb };
}
