import { CELL_ARRAYS } from './kernels/index.ts';
import type { WarpField } from './warp-field.ts';

/** Side of a cell in pixels: movement beyond the face is smooth, so a coarse grid holds it. The kernels count on it. */
const CELL = 4;
/** A movement too small to be worth resampling for (pixels). */
const STILL = 0.02;
/** Smoothing sweeps over the surround, an even number: enough to hide the seams between areas that follow different outline points. */
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
  /** Distance to the face in cells, and the outline cell it is counted from. */
  #distance = new Float32Array(0);
  #origin = new Int32Array(0);
  #share = new Float32Array(0);

  /** Fills every pixel of `field` that no triangle covers (region 0): dx, dy and matte. */
  fill(field: WarpField, face: FaceFrame): void {
    const { arena, kernels, rect } = field;
    const columns = Math.ceil(rect.width / CELL);
    const rows = Math.ceil(rect.height / CELL);
    const size = columns * rows;
    const plane = (size * 4 + 15) & ~15;
    const cells = field.piece('cells', plane * CELL_ARRAYS.length);
    const at = (array: (typeof CELL_ARRAYS)[number]): number => cells + plane * CELL_ARRAYS.indexOf(array);
    this.#dx = arena.floats(at('dx'), size);
    this.#dy = arena.floats(at('dy'), size);
    this.#distance = arena.floats(at('distance'), size);
    this.#share = arena.floats(at('share'), size);
    this.#origin = new Int32Array(arena.memory.buffer, at('origin'), size);
    const grid = [rect.width, rect.height, columns, rows, cells, plane] as const;
    kernels.seed(...field.memory, ...grid);
    this.#spread(columns, rows);
    this.#fade(field, face, columns, rows);
    for (const [here, next] of [
      ['dx', 'nextX'],
      ['dy', 'nextY'],
    ] as const) {
      const [from, to] = [at(here), at(next)];
      arena.floats(to, size).set(arena.floats(from, size));
      // There and back, so that the result lies where it began.
      for (let pair = 0; pair < SWEEPS / 2; pair++) {
        kernels.sweep(from, to, at('distance'), at('share'), columns, rows);
        kernels.sweep(to, from, at('distance'), at('share'), columns, rows);
      }
    }
    kernels.paintSurround(...field.memory, ...grid, STILL);
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
}
