import type { FaceEvidence } from './face-evidence.ts';
import { BLOCK } from './kernels/index.ts';

/** Steps of 2 x 2 pixels along the side of what the network sees at once, and the same in pixels. */
export const STEPS = 120;
export const SIDE = 2 * STEPS;
/** Pixels over which one part goes over into the next. */
const OVERLAP = 32;
/** Planes of a step: four pixels each of the restored, the blurred and the lent picture, trust, and three of the path. */
export const INPUTS = 16;
/** The same weights as in native-models/training/restorer/network.py. */
const DIFFERENCE = 8;
const PATH_SCALE = 12;

/** A face as the network is told it: luma in 0..1 over `width` x `height` pixels, and what the estimate knew of them. */
export interface FaceLook {
  readonly width: number;
  readonly height: number;
  readonly blurred: Float32Array;
  readonly restored: Float32Array;
  readonly evidence: FaceEvidence;
}

/** Where parts of SIDE pixels begin that cover `size` pixels, at even places; one that is longer than `size` begins at 0. */
export function tileStarts(size: number): number[] {
  if (size <= SIDE) return [0];
  const count = Math.ceil((size - OVERLAP) / (SIDE - OVERLAP));
  return Array.from({ length: count }, (_, k) => 2 * Math.round((k * (size - SIDE)) / (count - 1) / 2));
}

/** How much the part counts at its pixel `at`, 0..1: less towards its ends. */
export const tileWeight = (at: number): number => Math.min(1, (Math.min(at, SIDE - 1 - at) + 0.5) / OVERLAP);

const held = (value: number, size: number): number => (value < 0 ? 0 : value >= size ? size - 1 : value);

/** Fills the network's input with the part of a face that begins at (left, top); beyond the face its rim goes on. */
export function fillTile(look: FaceLook, left: number, top: number, out: Float32Array): void {
  const { width, height, blurred, restored, evidence } = look;
  const plane = STEPS * STEPS;
  for (let row = 0, step = 0; row < STEPS; row++)
    for (let column = 0; column < STEPS; column++, step++) {
      let trust = 0;
      for (let corner = 0; corner < 4; corner++) {
        const y = held(top + 2 * row + (corner >> 1), height);
        const i = y * width + held(left + 2 * column + (corner & 1), width);
        const at = corner * plane + step;
        out[at] = 2 * restored[i]! - 1;
        out[at + 4 * plane] = DIFFERENCE * (blurred[i]! - restored[i]!);
        out[at + 8 * plane] = DIFFERENCE * (blurred[i]! + evidence.lent[i]! - restored[i]!);
        trust += evidence.trust[i]! / 4;
      }
      out[12 * plane + step] = trust;
      const [x, y] = pathAt(evidence, left + 2 * column + 1, top + 2 * row + 1);
      const length = Math.sqrt(x * x + y * y + 1e-6);
      // A path and its reverse blur alike, so twice its angle counts.
      out[13 * plane + step] = (x * x - y * y) / length / PATH_SCALE;
      out[14 * plane + step] = (2 * x * y) / length / PATH_SCALE;
      out[15 * plane + step] = length / PATH_SCALE;
    }
}

/** Path at a place: that of the middle of its block, and between blocks what lies between. */
function pathAt({ columns, rows, paths }: FaceEvidence, x: number, y: number): [number, number] {
  const cx = Math.max(0, Math.min(columns - 1.001, x / BLOCK - 0.5));
  const cy = Math.max(0, Math.min(rows - 1.001, y / BLOCK - 0.5));
  const [ix, iy] = [cx | 0, cy | 0];
  const [fx, fy] = [cx - ix, cy - iy];
  const at = 2 * (iy * columns + ix);
  const below = at + 2 * columns;
  const mixed = (axis: 0 | 1): number =>
    (1 - fy) * ((1 - fx) * paths[at + axis]! + fx * paths[at + 2 + axis]!) +
    fy * ((1 - fx) * paths[below + axis]! + fx * paths[below + 2 + axis]!);
  return [mixed(0), mixed(1)];
}
