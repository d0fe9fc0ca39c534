import type { Picture, Rect, Samples } from './picture.ts';
import type { Coding } from './picture-coding.ts';

/**
 * Linear interpolation of a halved axis: luma position p lies between chroma samples (p >> 1) + first and the next one;
 * `weight` is that of the next one. One pair for even p, one for odd p.
 */
interface AxisTaps {
  readonly evenFirst: number;
  readonly evenWeight: number;
  readonly oddFirst: number;
  readonly oddWeight: number;
}

// Site of chroma sample i on the luma axis: 2 i (near edge), 2 i + 0.5 (between), 2 i + 1 (far edge).
const NEAR: AxisTaps = { evenFirst: 0, evenWeight: 0, oddFirst: 0, oddWeight: 0.5 };
const BETWEEN: AxisTaps = { evenFirst: -1, evenWeight: 0.75, oddFirst: 0, oddWeight: 0.25 };
const FAR: AxisTaps = { evenFirst: -1, evenWeight: 0.5, oddFirst: 0, oddWeight: 0 };

/** Unknown sites count as `left`, the default of MPEG-2, H.264 and H.265. */
function horizontalTaps(location: string): AxisTaps {
  return location === 'center' || location === 'top' || location === 'bottom' ? BETWEEN : NEAR;
}

function verticalTaps(location: string): AxisTaps {
  if (location.startsWith('top')) return NEAR;
  return location.startsWith('bottom') ? FAR : BETWEEN;
}

/**
 * One row of a chroma plane at luma row `y`, interpolated vertically, as Cb or Cr: `into[k]` is chroma column
 * `firstColumn - 1 + k`, edge columns repeated.
 */
function loadColumns(
  plane: Samples,
  columns: number,
  rows: number,
  y: number,
  shiftY: number,
  taps: AxisTaps,
  firstColumn: number,
  count: number,
  offset: number,
  scale: number,
  into: Float32Array,
): void {
  const odd = (y & 1) === 1;
  const first = shiftY === 0 ? y : (y >> 1) + (odd ? taps.oddFirst : taps.evenFirst);
  const weight = shiftY === 0 ? 0 : odd ? taps.oddWeight : taps.evenWeight;
  const upper = (first < 0 ? 0 : first >= rows ? rows - 1 : first) * columns;
  const lower = (first + 1 < 0 ? 0 : first + 1 >= rows ? rows - 1 : first + 1) * columns;
  const lowerScale = weight * scale;
  const upperScale = scale - lowerScale;
  const bias = -offset * scale;
  for (let k = 0; k < count; k++) {
    const wanted = firstColumn - 1 + k;
    const column = wanted < 0 ? 0 : wanted >= columns ? columns - 1 : wanted;
    into[k] = plane[upper + column]! * upperScale + plane[lower + column]! * lowerScale + bias;
  }
}

/** Spreads loaded columns over luma columns `x` to `x + count` - 1. */
function spreadColumns(columns: Float32Array, into: Float32Array, x: number, count: number, taps: AxisTaps): void {
  const { evenFirst, evenWeight, oddFirst, oddWeight } = taps;
  let column = 1; // columns[1] belongs to luma x >> 1
  let at = 0;
  if ((x & 1) === 1) {
    const near = columns[column + oddFirst]!;
    into[at++] = near + (columns[column + oddFirst + 1]! - near) * oddWeight;
    column++;
  }
  for (; at + 1 < count; at += 2, column++) {
    const even = columns[column + evenFirst]!;
    const odd = columns[column + oddFirst]!;
    into[at] = even + (columns[column + evenFirst + 1]! - even) * evenWeight;
    into[at + 1] = odd + (columns[column + oddFirst + 1]! - odd) * oddWeight;
  }
  if (at < count) {
    const even = columns[column + evenFirst]!;
    into[at] = even + (columns[column + evenFirst + 1]! - even) * evenWeight;
  }
}

/** Chroma of one row of a region after another, at luma resolution. Holds its memory: one instance serves all pictures. */
export class ChromaRows {
  /** Cb of the loaded row, one per luma column of the region; -0.5..0.5. */
  u = new Float32Array(0);
  /** Cr, as `u`. */
  v = new Float32Array(0);
  #columnsU = new Float32Array(0);
  #columnsV = new Float32Array(0);

  /** Fills `u` and `v` for row `y` of the picture, columns `rect.x` to `rect.x + rect.width - 1`. */
  load(picture: Picture, coding: Coding, rect: Rect, y: number): void {
    this.#grow(rect.width);
    const { chromaShiftX: shiftX, chromaShiftY: shiftY } = picture.layout;
    const vertical = verticalTaps(picture.colour.chromaLocation);
    const columns = (picture.width + shiftX) >> shiftX;
    const rows = (picture.height + shiftY) >> shiftY;
    const scale = 1 / coding.chromaScale;
    const offset = coding.chromaOffset;
    const [planeU, planeV] = [picture.planes[1]!, picture.planes[2]!];
    if (shiftX === 0) {
      // Columns are luma columns: load from x itself, which is column firstColumn - 1.
      loadColumns(planeU, columns, rows, y, shiftY, vertical, rect.x + 1, rect.width, offset, scale, this.u);
      loadColumns(planeV, columns, rows, y, shiftY, vertical, rect.x + 1, rect.width, offset, scale, this.v);
      return;
    }
    const horizontal = horizontalTaps(picture.colour.chromaLocation);
    const first = rect.x >> 1;
    const count = ((rect.x + rect.width - 1) >> 1) - first + 3;
    loadColumns(planeU, columns, rows, y, shiftY, vertical, first, count, offset, scale, this.#columnsU);
    loadColumns(planeV, columns, rows, y, shiftY, vertical, first, count, offset, scale, this.#columnsV);
    spreadColumns(this.#columnsU, this.u, rect.x, rect.width, horizontal);
    spreadColumns(this.#columnsV, this.v, rect.x, rect.width, horizontal);
  }

  #grow(length: number): void {
    if (this.u.length >= length) return;
    this.u = new Float32Array(length);
    this.v = new Float32Array(length);
    this.#columnsU = new Float32Array(length + 4);
    this.#columnsV = new Float32Array(length + 4);
  }
}
