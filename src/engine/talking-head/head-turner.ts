import type { Picture } from '../../core/picture.ts';
import { warpPicture } from '../compositing/resample.ts';
import { WarpField } from '../compositing/warp-field.ts';
import type { HeadField } from './head-field.ts';

/** Rounds in which the forward movement is turned into a backward one; it converges by its slope, under 0.5, per round. */
const ROUNDS = 5;
/** Movement (pixels) under which a sample stays as it is, and over which it is wholly resampled. */
const STILL = 0.04;
const MOVING = 0.2;

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
    const field = this.#field;
    for (let y = 0; y < field.rect.height; y++) this.#paintRow(y);
    warpPicture(source, target, field);
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

  /** One row of the field: between two columns of the grid the movement is a straight line. */
  #paintRow(y: number): void {
    const { columns, rows, cell } = this.#head;
    const { rect, dx, dy, matte } = this.#field;
    const v = Math.min(rows - 1.001, (y + 0.5) / cell);
    const j = v | 0;
    const fy = v - j;
    const row = y * rect.width;
    for (let i = 0; i < columns - 1; i++) {
      const from = Math.max(0, Math.ceil(i * cell - 0.5));
      const until = i === columns - 2 ? rect.width : Math.min(rect.width, Math.ceil((i + 1) * cell - 0.5));
      if (from >= until) continue;
      const a = j * columns + i;
      const b = a + columns;
      const leftX = this.#backX[a]! + (this.#backX[b]! - this.#backX[a]!) * fy;
      const leftY = this.#backY[a]! + (this.#backY[b]! - this.#backY[a]!) * fy;
      const rightX = this.#backX[a + 1]! + (this.#backX[b + 1]! - this.#backX[a + 1]!) * fy;
      const rightY = this.#backY[a + 1]! + (this.#backY[b + 1]! - this.#backY[a + 1]!) * fy;
      if (Math.abs(leftX) + Math.abs(leftY) <= STILL && Math.abs(rightX) + Math.abs(rightY) <= STILL) {
        matte.fill(0, row + from, row + until);
        continue;
      }
      const stepX = (rightX - leftX) / cell;
      const stepY = (rightY - leftY) / cell;
      let x = leftX + (from + 0.5 - i * cell) * stepX;
      let z = leftY + (from + 0.5 - i * cell) * stepY;
      for (let at = row + from; at < row + until; at++) {
        dx[at] = x;
        dy[at] = z;
        const moved = Math.abs(x) + Math.abs(z);
        matte[at] = moved >= MOVING ? 1 : moved <= STILL ? 0 : (moved - STILL) / (MOVING - STILL);
        x += stepX;
        z += stepY;
      }
    }
  }
}
