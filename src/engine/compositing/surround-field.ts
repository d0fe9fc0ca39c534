import type { WarpField } from './warp-field.ts';

/** Side of a cell in pixels: movement beyond the face is smooth, so a coarse grid holds it. */
const CELL = 4;
/** Smoothing sweeps over the surround: enough to hide the seams between areas that follow different outline points. */
const SWEEPS = 24;
/** How far a movement at the outline reaches, as a share of the face's half height, by where on the face it is. */
const REACH = { brow: 0.42, cheek: 0.36, chin: 0.8 } as const;
/** Half the neck's width, as a share of the face's half height, and over which width beyond it the reach falls. */
const NECK = 0.4;
const NECK_EDGE = 0.3;
/** Reach under the jaw beside the neck: what lies there is collar or background and has no business moving. */
const BESIDE_NECK = 0.22;

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
  #seed(field: WarpField, columns: number, rows: number): void {
    for (let j = 0; j < rows; j++) this.#seedRow(field, columns, j);
  }

  #seedRow({ rect, region, dx, dy }: WarpField, columns: number, j: number): void {
    for (let i = 0, cell = j * columns; i < columns; i++, cell++) {
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
    const last = columns - 1;
    for (let j = 0; j < rows; j++) {
      for (let i = 0, cell = j * columns; i < columns; i++, cell++) {
        if (this.#distance[cell] === 0) continue;
        if (i > 0) this.#take(cell, i, j, cell - 1, columns);
        if (j === 0) continue;
        this.#take(cell, i, j, cell - columns, columns);
        if (i > 0) this.#take(cell, i, j, cell - columns - 1, columns);
        if (i < last) this.#take(cell, i, j, cell - columns + 1, columns);
      }
      for (let i = last - 1, cell = j * columns + i; i >= 0; i--, cell--) this.#take(cell, i, j, cell + 1, columns);
    }
    for (let j = rows - 1; j >= 0; j--) {
      for (let i = last, cell = j * columns + last; i >= 0; i--, cell--) {
        if (this.#distance[cell] === 0) continue;
        if (i < last) this.#take(cell, i, j, cell + 1, columns);
        if (j === rows - 1) continue;
        this.#take(cell, i, j, cell + columns, columns);
        if (i > 0) this.#take(cell, i, j, cell + columns - 1, columns);
        if (i < last) this.#take(cell, i, j, cell + columns + 1, columns);
      }
      for (let i = 1, cell = j * columns + 1; i < columns; i++, cell++) this.#take(cell, i, j, cell - 1, columns);
    }
    for (let cell = 0; cell < columns * rows; cell++)
      if (this.#distance[cell]! > 0) this.#distance[cell] = Math.sqrt(this.#distance[cell]!);
  }

  /** Takes over the origin of cell `from` when that is nearer; distances are squared here. */
  #take(cell: number, i: number, j: number, from: number, columns: number): void {
    const origin = this.#origin[from]!;
    if (origin < 0 || origin === this.#origin[cell]) return;
    const row = (origin / columns) | 0;
    const dx = i - (origin - row * columns);
    const dy = j - row;
    const distance = dx * dx + dy * dy;
    if (distance >= this.#distance[cell]!) return;
    this.#distance[cell] = distance;
    this.#origin[cell] = origin;
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
      let reach = surroundReach(height, face.halfHeight);
      if (height < 0) {
        const cx = rect.x + (cell % columns) * CELL - face.centreX;
        const cy = rect.y + Math.floor(cell / columns) * CELL - face.centreY;
        const across = Math.abs(cx * face.downY - cy * face.downX) / face.halfHeight;
        const beside = Math.max(0, Math.min(1, (across - NECK) / NECK_EDGE));
        reach += (Math.min(reach, BESIDE_NECK * face.halfHeight) - reach) * beside * Math.min(1, -height * 2);
      }
      const t = Math.min(1, (distance * CELL) / reach);
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
      for (let j = 1; j < rows - 1; j++) this.#smoothRow(columns, j);
      [this.#dx, this.#nextX] = [this.#nextX, this.#dx];
      [this.#dy, this.#nextY] = [this.#nextY, this.#dy];
    }
  }

  #smoothRow(columns: number, row: number): void {
    const x = this.#dx;
    const y = this.#dy;
    const nextX = this.#nextX;
    const nextY = this.#nextY;
    const distance = this.#distance;
    const share = this.#share;
    const end = (row + 1) * columns - 1;
    for (let cell = row * columns + 1; cell < end; cell++) {
      if (distance[cell] === 0 || share[cell] === 0) continue;
      nextX[cell] = (x[cell - 1]! + x[cell + 1]! + x[cell - columns]! + x[cell + columns]!) / 4;
      nextY[cell] = (y[cell - 1]! + y[cell + 1]! + y[cell - columns]! + y[cell + columns]!) / 4;
    }
  }

  #paint(field: WarpField, columns: number, rows: number): void {
    for (let y = 0; y < field.rect.height; y++) this.#paintRow(field, columns, rows, y);
  }

  #paintRow({ rect, region, dx, dy, matte }: WarpField, columns: number, rows: number, y: number): void {
    const cellX = this.#dx;
    const cellY = this.#dy;
    const shares = this.#share;
    const v = Math.max(0, Math.min(rows - 1, (y + 0.5) / CELL - 0.5));
    const j = Math.floor(v);
    const below = j < rows - 1 ? columns : 0;
    const fy = v - j;
    for (let i = -1; i < columns; i++) {
      const a = j * columns + Math.max(0, i);
      const b = j * columns + Math.min(columns - 1, i + 1);
      const [c, d] = [a + below, b + below];
      // Where nothing around moves by a visible amount, the pixels stay as they were reset: matte 0.
      if (
        still(cellX[a]!, cellY[a]!) &&
        still(cellX[b]!, cellY[b]!) &&
        still(cellX[c]!, cellY[c]!) &&
        still(cellX[d]!, cellY[d]!)
      )
        continue;
      const from = Math.max(0, Math.ceil((i + 0.5) * CELL - 0.5));
      const until = Math.min(rect.width, Math.ceil((i + 1.5) * CELL - 0.5));
      for (let x = from, at = y * rect.width + from; x < until; x++, at++) {
        if (region[at] !== 0) continue;
        const fx = Math.max(0, Math.min(1, (x + 0.5) / CELL - 0.5 - i));
        const wa = (1 - fx) * (1 - fy);
        const wb = fx * (1 - fy);
        const wc = (1 - fx) * fy;
        const wd = fx * fy;
        dx[at] = wa * cellX[a]! + wb * cellX[b]! + wc * cellX[c]! + wd * cellX[d]!;
        dy[at] = wa * cellY[a]! + wb * cellY[b]! + wc * cellY[c]! + wd * cellY[d]!;
        matte[at] = Math.min(1, (wa * shares[a]! + wb * shares[b]! + wc * shares[c]! + wd * shares[d]!) * 8);
      }
    }
  }
}

/** A movement too small to be worth resampling for (pixels). */
function still(dx: number, dy: number): boolean {
  return Math.abs(dx) + Math.abs(dy) < 0.02;
}
