import type { WarpField } from './warp-field.ts';

/** Side of a cell in pixels: movement beyond the face is smooth, so a coarse grid holds it. */
const CELL = 4;
/** Smoothing sweeps over the surround: enough to hide the seams between areas that follow different outline points. */
const SWEEPS = 24;
/** How far a movement at the outline reaches, as a share of the face's half height, by where on the face it is. */
const REACH = { brow: 0.42, cheek: 0.36, chin: 1.05 } as const;

/** How the face lies in the picture. */
export interface FaceFrame {
  /** Middle of the face in pixels. */
  readonly centreX: number;
  readonly centreY: number;
  /** Unit vector down the face. */
  readonly downX: number;
  readonly downY: number;
  /** From the middle to the chin, pixels. */
  readonly halfHeight: number;
}

/** Reach in pixels of a movement at an outline point `height` half heights above the middle of the face (-1 = chin). */
export function surroundReach(height: number, halfHeight: number): number {
  if (height >= 0) return halfHeight * (REACH.cheek + (REACH.brow - REACH.cheek) * Math.min(1, height));
  const t = Math.min(1, -height);
  return halfHeight * (REACH.cheek + (REACH.chin - REACH.cheek) * t * t * t);
}

/**
 * Carries the movement of a face's outline into what lies around it (hair, neck, collar, background), fading with
 * distance: farther under the chin than beside the cheeks. It starts from what was drawn, so on a turned head the
 * background follows the cheek that hides it, and no tear opens at the jaw.
 */
export class SurroundField {
  #dx = new Float32Array(0);
  #dy = new Float32Array(0);
  #nextX = new Float32Array(0);
  #nextY = new Float32Array(0);
  /** Distance to the face in cells, and the outline cell it is counted from. */
  #distance = new Float32Array(0);
  #origin = new Int32Array(0);
  #share = new Float32Array(0);

  /** Fills every pixel of `field` that no triangle covers (region 0): dx, dy and matte. */
  fill(field: WarpField, face: FaceFrame): void {
    const { rect } = field;
    const columns = Math.ceil(rect.width / CELL);
    const rows = Math.ceil(rect.height / CELL);
    this.#ensure(columns * rows);
    this.#seed(field, columns, rows);
    this.#spread(columns, rows);
    this.#fade(field, face, columns, rows);
    this.#smooth(columns, rows);
    this.#paint(field, columns, rows);
  }

  #ensure(size: number): void {
    if (this.#dx.length >= size) return;
    const capacity = Math.ceil(size * 1.25);
    this.#dx = new Float32Array(capacity);
    this.#dy = new Float32Array(capacity);
    this.#nextX = new Float32Array(capacity);
    this.#nextY = new Float32Array(capacity);
    this.#distance = new Float32Array(capacity);
    this.#origin = new Int32Array(capacity);
    this.#share = new Float32Array(capacity);
  }

  /** Cells that hold a piece of the face know their movement: the mean over its pixels. */
  #seed({ rect, region, dx, dy }: WarpField, columns: number, rows: number): void {
    for (let j = 0, cell = 0; j < rows; j++)
      for (let i = 0; i < columns; i++, cell++) {
        let n = 0;
        let sx = 0;
        let sy = 0;
        const yEnd = Math.min(rect.height, (j + 1) * CELL);
        const xEnd = Math.min(rect.width, (i + 1) * CELL);
        for (let y = j * CELL; y < yEnd; y++)
          for (let at = y * rect.width + i * CELL; at < y * rect.width + xEnd; at++) {
            if (region[at] === 0) continue;
            n++;
            sx += dx[at]!;
            sy += dy[at]!;
          }
        this.#dx[cell] = n > 0 ? sx / n : 0;
        this.#dy[cell] = n > 0 ? sy / n : 0;
        this.#distance[cell] = n > 0 ? 0 : 1e9;
        this.#origin[cell] = n > 0 ? cell : -1;
      }
  }

  /** Nearest face cell for every other one: two sweeps that pass origins on (Danielsson 1980). */
  #spread(columns: number, rows: number): void {
    const take = (cell: number, i: number, j: number, from: number): void => {
      const origin = this.#origin[from]!;
      if (origin < 0) return;
      const distance = Math.hypot(i - (origin % columns), j - Math.floor(origin / columns));
      if (distance >= this.#distance[cell]!) return;
      this.#distance[cell] = distance;
      this.#origin[cell] = origin;
    };
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const cell = j * columns + i;
        if (this.#distance[cell] === 0) continue;
        if (i > 0) take(cell, i, j, cell - 1);
        if (j > 0) {
          take(cell, i, j, cell - columns);
          if (i > 0) take(cell, i, j, cell - columns - 1);
          if (i < columns - 1) take(cell, i, j, cell - columns + 1);
        }
      }
      for (let i = columns - 2; i >= 0; i--) take(j * columns + i, i, j, j * columns + i + 1);
    }
    for (let j = rows - 1; j >= 0; j--) {
      for (let i = columns - 1; i >= 0; i--) {
        const cell = j * columns + i;
        if (this.#distance[cell] === 0) continue;
        if (i < columns - 1) take(cell, i, j, cell + 1);
        if (j < rows - 1) {
          take(cell, i, j, cell + columns);
          if (i > 0) take(cell, i, j, cell + columns - 1);
          if (i < columns - 1) take(cell, i, j, cell + columns + 1);
        }
      }
      for (let i = 1; i < columns; i++) take(j * columns + i, i, j, j * columns + i - 1);
    }
  }

  #fade({ rect }: WarpField, face: FaceFrame, columns: number, rows: number): void {
    for (let cell = 0; cell < columns * rows; cell++) {
      const origin = this.#origin[cell]!;
      const distance = this.#distance[cell]!;
      this.#share[cell] = 1;
      if (distance === 0 || origin < 0) {
        if (origin < 0) this.#share[cell] = 0;
        continue;
      }
      const x = rect.x + (origin % columns) * CELL - face.centreX;
      const y = rect.y + Math.floor(origin / columns) * CELL - face.centreY;
      const height = -(x * face.downX + y * face.downY) / face.halfHeight;
      const t = Math.min(1, (distance * CELL) / surroundReach(height, face.halfHeight));
      const share = (1 - t) ** 3 * (1 + t);
      this.#share[cell] = share;
      this.#dx[cell] = this.#dx[origin]! * share;
      this.#dy[cell] = this.#dy[origin]! * share;
    }
  }

  /** Jacobi sweeps towards the neighbours' mean; face cells and cells out of reach hold still. */
  #smooth(columns: number, rows: number): void {
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      this.#nextX.set(this.#dx.subarray(0, columns * rows));
      this.#nextY.set(this.#dy.subarray(0, columns * rows));
      for (let j = 1; j < rows - 1; j++)
        for (let i = 1, cell = j * columns + 1; i < columns - 1; i++, cell++) {
          if (this.#distance[cell] === 0 || this.#share[cell] === 0) continue;
          const { 0: x, 1: y } = [this.#dx, this.#dy];
          this.#nextX[cell] = (x[cell - 1]! + x[cell + 1]! + x[cell - columns]! + x[cell + columns]!) / 4;
          this.#nextY[cell] = (y[cell - 1]! + y[cell + 1]! + y[cell - columns]! + y[cell + columns]!) / 4;
        }
      [this.#dx, this.#nextX] = [this.#nextX, this.#dx];
      [this.#dy, this.#nextY] = [this.#nextY, this.#dy];
    }
  }

  #paint({ rect, region, dx, dy, matte }: WarpField, columns: number, rows: number): void {
    for (let y = 0, at = 0; y < rect.height; y++) {
      const v = Math.max(0, Math.min(rows - 1, (y + 0.5) / CELL - 0.5));
      const j = Math.min(rows - 1, Math.floor(v));
      const below = j < rows - 1 ? columns : 0;
      const fy = v - j;
      for (let x = 0; x < rect.width; x++, at++) {
        if (region[at] !== 0) continue;
        const u = Math.max(0, Math.min(columns - 1, (x + 0.5) / CELL - 0.5));
        const i = Math.floor(u);
        const beside = i < columns - 1 ? 1 : 0;
        const fx = u - i;
        const a = j * columns + i;
        const wa = (1 - fx) * (1 - fy);
        const wb = fx * (1 - fy);
        const wc = (1 - fx) * fy;
        const wd = fx * fy;
        const [b, c, d] = [a + beside, a + below, a + below + beside];
        dx[at] = wa * this.#dx[a]! + wb * this.#dx[b]! + wc * this.#dx[c]! + wd * this.#dx[d]!;
        dy[at] = wa * this.#dy[a]! + wb * this.#dy[b]! + wc * this.#dy[c]! + wd * this.#dy[d]!;
        const share = wa * this.#share[a]! + wb * this.#share[b]! + wc * this.#share[c]! + wd * this.#share[d]!;
        matte[at] = Math.min(1, share * 8);
      }
    }
  }
}
