import { clampRect, type Picture, type Rect } from '../../core/picture.ts';

/** Cells that the face region is divided into, per axis. */
const GRID = 48;
/** A cell of the source that changes by less than this (code values of 8 bits) between frames counts as still. */
const STILL = 2;

/**
 * Measures how much an edit flickers: where the source stands still, its difference to the edit should change smoothly
 * too. Feed frames in order; the value of a frame is the mean magnitude of the second temporal difference of
 * (after - before) over still cells of the face region, in 8-bit luma code values. 0 is perfectly steady.
 */
export class FlickerMeter {
  #region: Rect | undefined;
  readonly #history: { before: Float32Array; difference: Float32Array }[] = [];

  /**
   * The flicker at the previous frame (the middle of the last three), or null when there are not three frames in a row or
   * too little of the region is still. `face` is the region to look at now; null (no face) starts over.
   */
  add(before: Picture, after: Picture, face: Rect | null): number | null {
    if (!face) {
      this.reset();
      return null;
    }
    this.#region ??= clampRect(face, before.width, before.height);
    const now = cellMeans(before, this.#region);
    const difference = cellMeans(after, this.#region).map((value, cell) => value - now[cell]!);
    this.#history.push({ before: now, difference });
    if (this.#history.length < 3) return null;
    const [first, middle, last] = this.#history as [Cells, Cells, Cells];
    this.#history.shift();
    return secondDifference(first, middle, last);
  }

  /** Starts over: at a cut, or where the face was lost. */
  reset(): void {
    this.#region = undefined;
    this.#history.length = 0;
  }
}

type Cells = { before: Float32Array; difference: Float32Array };

function secondDifference(first: Cells, middle: Cells, last: Cells): number | null {
  let [sum, still] = [0, 0];
  for (let cell = 0; cell < GRID * GRID; cell++) {
    const [a, b, c] = [first.before[cell]!, middle.before[cell]!, last.before[cell]!];
    if (Math.abs(b - a) > STILL || Math.abs(c - b) > STILL) continue;
    still++;
    sum += Math.abs(first.difference[cell]! - 2 * middle.difference[cell]! + last.difference[cell]!);
  }
  return still < (GRID * GRID) / 20 ? null : sum / still;
}

/** Mean luma (or first plane) of each cell of a region, scaled to 8 bits. */
function cellMeans(picture: Picture, region: Rect): Float32Array {
  const means = new Float32Array(GRID * GRID);
  const plane = picture.planes[0]!;
  const scale = 2 ** (8 - picture.layout.bitDepth);
  for (let row = 0; row < GRID; row++) {
    const top = region.y + Math.floor((row * region.height) / GRID);
    const bottom = Math.max(top + 1, region.y + Math.floor(((row + 1) * region.height) / GRID));
    for (let column = 0; column < GRID; column++) {
      const left = region.x + Math.floor((column * region.width) / GRID);
      const right = Math.max(left + 1, region.x + Math.floor(((column + 1) * region.width) / GRID));
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += plane[y * picture.width + x] ?? 0;
      means[row * GRID + column] = (sum / ((bottom - top) * (right - left))) * scale;
    }
  }
  return means;
}
