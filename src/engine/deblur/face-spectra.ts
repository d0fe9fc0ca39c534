import { type FaceTrack, FRAME_REASONS, LANDMARK_COUNT } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { FACE_OVAL } from '../compositing/face-loops.ts';
import { BINS, PatchSpectrum } from './spectrum.ts';

/** Patches of a face, each by the landmarks whose mean is its centre: both eyes with their brows, both sides of the mouth. */
export const PATCH_ANCHORS: readonly (readonly number[])[] = [
  [33, 133, 105],
  [263, 362, 334],
  [61, 50, 0],
  [291, 280, 17],
];
export const PATCHES = PATCH_ANCHORS.length;

/** Side of a patch as a share of the face's width, and the pixels that it is measured with. */
const PATCH_SHARE = 0.44;
const LARGEST_SIDE = 128;
const SMALLEST_SIDE = 16;

/** Power spectra of a track's patches, row by row, and at which size they were measured. */
export interface TrackSpectra {
  readonly track: FaceTrack;
  /** Whole factor by which pictures were reduced before measuring; 1 for faces of ordinary size. */
  readonly reduction: number;
  /** Pixels of a patch's side after the reduction. */
  readonly side: number;
  /** [frameCount, PATCHES, BINS]: power in squared coded values (0..1); NaN where a patch could not be measured. */
  readonly power: Float32Array;
}

/** Width of the face outline at a row, pixels. */
export function faceWidth(track: FaceTrack, row: number): number {
  let [left, right] = [Infinity, -Infinity];
  for (const vertex of FACE_OVAL) {
    const x = track.landmarks[(row * LANDMARK_COUNT + vertex) * 3]!;
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return right - left;
}

/** Median width of a track's face, pixels. */
export function medianFaceWidth(track: FaceTrack): number {
  const widths = Float32Array.from({ length: track.frameCount }, (_, row) => faceWidth(track, row)).sort();
  return widths[widths.length >> 1]!;
}

/** Measures a track's faces as its frames come by. */
export class TrackMeter {
  readonly #track: FaceTrack;
  readonly #spectrum: PatchSpectrum;
  readonly #reduction: number;
  readonly #patch: Float32Array;
  readonly #power: Float32Array;

  constructor(track: FaceTrack) {
    this.#track = track;
    const wanted = PATCH_SHARE * medianFaceWidth(track);
    let side = SMALLEST_SIDE;
    while (side < LARGEST_SIDE && side * 1.4 < wanted) side *= 2;
    this.#reduction = Math.max(1, Math.round(wanted / side / 1.2));
    this.#spectrum = new PatchSpectrum(side);
    this.#patch = new Float32Array(side * side);
    this.#power = new Float32Array(track.frameCount * PATCHES * BINS).fill(Number.NaN);
  }

  /** Measures row `row` in its picture. */
  add(picture: Picture, row: number): void {
    const { landmarks, reason } = this.#track;
    const why = FRAME_REASONS[reason[row]!];
    if (why === 'no-face' || why === 'too-small') return;
    PATCH_ANCHORS.forEach((anchors, patch) => {
      let [x, y] = [0, 0];
      for (const vertex of anchors) {
        x += landmarks[(row * LANDMARK_COUNT + vertex) * 3]! / anchors.length;
        y += landmarks[(row * LANDMARK_COUNT + vertex) * 3 + 1]! / anchors.length;
      }
      if (!cutLuma(picture, x, y, this.#spectrum.side, this.#reduction, this.#patch)) return;
      this.#spectrum.measure(this.#patch, this.#power, (row * PATCHES + patch) * BINS);
    });
  }

  /** What was measured. */
  get result(): TrackSpectra {
    return { track: this.#track, reduction: this.#reduction, side: this.#spectrum.side, power: this.#power };
  }
}

/** Luma (or red, or grey) around a place, reduced by whole-pixel means; false where the patch leaves the picture. */
function cutLuma(picture: Picture, x: number, y: number, side: number, reduction: number, out: Float32Array): boolean {
  const { layout, colour, width } = picture;
  const left = Math.round(x - (side * reduction) / 2);
  const top = Math.round(y - (side * reduction) / 2);
  if (left < 0 || top < 0 || left + side * reduction > width || top + side * reduction > picture.height) return false;
  const maximum = 2 ** layout.bitDepth - 1;
  const limited = colour.range === 'limited' && layout.family !== 'rgb';
  const scale = 1 / ((limited ? 219 * 2 ** (layout.bitDepth - 8) : maximum) * reduction * reduction);
  // Green of a full-colour picture carries most of the detail.
  const plane = picture.planes[layout.family === 'rgb' ? 1 : 0]!;
  for (let row = 0, to = 0; row < side; row++)
    for (let column = 0; column < side; column++, to++) {
      let sum = 0;
      for (let j = 0; j < reduction; j++) {
        const from = (top + row * reduction + j) * width + left + column * reduction;
        for (let i = 0; i < reduction; i++) sum += plane[from + i]!;
      }
      out[to] = sum * scale;
    }
  return true;
}
