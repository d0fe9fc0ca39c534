import type { Picture } from '../../core/picture.ts';
import { warpPicture } from '../compositing/resample.ts';
import { drawGrid, WarpField } from '../compositing/warp-field.ts';
import type { HeadField } from './head-field.ts';

/** Rounds in which the forward movement is turned into a backward one; it converges by its slope, under 0.5, per round. */
const ROUNDS = 5;

/** Largest movement, in whole pixels. */
function furthest(movements: Float32Array): number {
  let most = 0;
  for (let at = 0; at < movements.length; at++) most = Math.max(most, Math.abs(movements[at]!));
  return Math.ceil(most);
}

/** Turns the head of a portrait: holds its buffers, one per thread. */
export class HeadTurner {
  readonly #head: HeadField;
  readonly #forwardX: Float32Array;
  readonly #forwardY: Float32Array;
  readonly #backX: Float32Array;
  readonly #backY: Float32Array;
  readonly #field = new WarpField();

  constructor(head: HeadField) {
    this.#head = head;
    const count = head.columns * head.rows;
    this.#forwardX = new Float32Array(count);
    this.#forwardY = new Float32Array(count);
    this.#backX = new Float32Array(count);
    this.#backY = new Float32Array(count);
    this.#field.reset(head.rect);
  }

  /**
   * Writes `source` with its head turned into `target`, which must be a copy of it. Yaw to the image right, pitch up,
   * roll clockwise in the image, radians. Where nothing moves the samples are not written.
   */
  turn(source: Picture, target: Picture, yaw: number, pitch: number, roll: number): void {
    if (Math.abs(yaw) + Math.abs(pitch) + Math.abs(roll) < 1e-5) return;
    this.#move(yaw, pitch, roll);
    this.#invert();
    drawGrid(this.#field, { ...this.#head, alongX: this.#backX, alongY: this.#backY });
    warpPicture(source, target, this.#field, [furthest(this.#backX), furthest(this.#backY)]);
  }

  /** Where a point of the portrait (pixels) lands, into `out`. */
  carry(x: number, y: number, out: [number, number]): void {
    const { rect, cell } = this.#head;
    out[0] = x + this.#sample(this.#forwardX, (x - rect.x) / cell, (y - rect.y) / cell);
    out[1] = y + this.#sample(this.#forwardY, (x - rect.x) / cell, (y - rect.y) / cell);
  }

  #move(yaw: number, pitch: number, roll: number): void {
    const { x, y, z, share, pxPerCm } = this.#head;
    const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
    const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
    const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
    for (let at = 0; at < x.length; at++) {
      const w = share[at]! * pxPerCm;
      const [px, py, pz] = [x[at]!, y[at]!, z[at]!];
      const rx = cr * px + sr * py;
      const ry = cr * py - sr * px;
      const nodY = cp * ry + sp * pz;
      const nodZ = cp * pz - sp * ry;
      const turnedX = cy * rx + sy * nodZ;
      this.#forwardX[at] = w * (turnedX - px);
      this.#forwardY[at] = -w * (nodY - py);
    }
  }

  #sample(values: Float32Array, u: number, v: number): number {
    const { columns, rows } = this.#head;
    const x = u <= 0 ? 0 : u >= columns - 1.001 ? columns - 1.001 : u;
    const y = v <= 0 ? 0 : v >= rows - 1.001 ? rows - 1.001 : v;
    const i = x | 0;
    const j = y | 0;
    const at = j * columns + i;
    const fx = x - i;
    const fy = y - j;
    return (
      (values[at]! * (1 - fx) + values[at + 1]! * fx) * (1 - fy) +
      (values[at + columns]! * (1 - fx) + values[at + columns + 1]! * fx) * fy
    );
  }

  /** Fixed point of b = f(q - b): what a place of the turned picture shows came from there. */
  #invert(): void {
    const { columns, rows, cell } = this.#head;
    const scale = 1 / cell;
    this.#backX.set(this.#forwardX);
    this.#backY.set(this.#forwardY);
    for (let round = 0; round < ROUNDS; round++)
      for (let j = 0; j < rows; j++)
        for (let i = 0; i < columns; i++) {
          const at = j * columns + i;
          const u = i - this.#backX[at]! * scale;
          const v = j - this.#backY[at]! * scale;
          this.#backX[at] = this.#sample(this.#forwardX, u, v);
          this.#backY[at] = this.#sample(this.#forwardY, u, v);
        }
  }
}
