import { CREASES, type CreaseStroke } from './crease-strokes.ts';
import { BLOCK_SHIFT, CREASE_SIZE } from './kernels/index.ts';
import type { WarpField } from './warp-field.ts';

/** The map covers canonical x in [-9, 9] and y in [-10, 10] cm, y downwards with v. */
const SPAN_X = 18;
const SPAN_Y = 20;
/** Display-log light change at the bottom of a groove of depth 1, and per unit slope towards the light. */
const OCCLUSION = 0.16;
const SLOPE = 0.06;
/** Folds of the two halves fade into one another over this many centimetres around the middle. */
const MIDDLE = 0.5;
/** Nothing of a fold is left this many of its widths away. */
const REACH = 5;
const BLOCKS = CREASE_SIZE >> BLOCK_SHIFT;

/** Map coordinates (0..1) of a point of the canonical face seen from the front, [n, 2]. */
export function frontalCoordinates(neutral: Float32Array): Float32Array {
  const out = new Float32Array((neutral.length / 3) * 2);
  for (let v = 0; v < out.length / 2; v++) {
    out[v * 2] = (neutral[v * 3]! + SPAN_X / 2) / SPAN_X;
    out[v * 2 + 1] = (SPAN_Y / 2 - neutral[v * 3 + 1]!) / SPAN_Y;
  }
  return out;
}

interface CreaseTexels {
  readonly at: Uint32Array;
  /** Occlusion, and slope along x and y, per texel. */
  readonly occlusion: Float32Array;
  readonly slopeX: Float32Array;
  readonly slopeY: Float32Array;
  /** Blocks of the map in which a texel, or the one left of or above it, lies. */
  readonly blocks: readonly number[];
}

/** Height of a stroke at a point (cm): a groove with a soft shoulder of skin pushed up on either side. */
function heightAt(x: number, y: number, stroke: CreaseStroke): number {
  const { points, width } = stroke;
  const total = points.length - 1;
  // Squared, as thousands of texels ask and few are near.
  let best = (REACH * width) ** 2;
  let along = -1;
  for (let i = 0; i < total; i++) {
    const a = points[i]!;
    const b = points[i + 1]!;
    const dx = b[0] - a[0];
    const dy = b[1] - a[1];
    const t = Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)));
    const offX = x - a[0] - t * dx;
    const offY = y - a[1] - t * dy;
    const d = offX * offX + offY * offY;
    if (d > best) continue;
    best = d;
    along = (i + t) / total;
  }
  if (along < 0) return 0;
  const squared = best / (width * width);
  const atMiddle = Math.abs(points[total]![0]) < 0.01;
  // Folds run out at their ends; one that crosses the middle of the face only at its outer end.
  const end = Math.min(1, along / 0.45) * (atMiddle ? 1 : Math.min(1, (1 - along) / 0.45));
  const taper = end * end * (3 - 2 * end);
  return stroke.depth * taper * (0.22 * Math.exp((-0.5 * squared) / 2.1 ** 2) - Math.exp(-0.5 * squared));
}

function drawGroup(strokes: readonly CreaseStroke[], mirrored: boolean): CreaseTexels {
  const size = CREASE_SIZE;
  const height = new Float32Array(size * size);
  const reach = Math.max(...strokes.map((stroke) => stroke.width)) * REACH;
  const xs = strokes.flatMap((stroke) => stroke.points.map(([px]) => px));
  const ys = strokes.flatMap((stroke) => stroke.points.map(([, py]) => py));
  const farX = Math.min(...xs) - reach;
  const [lowY, highY] = [Math.min(...ys) - reach, Math.max(...ys) + reach];
  let [top, bottom] = [size, 0];
  for (let j = 0; j < size; j++) {
    const y = SPAN_Y / 2 - ((j + 0.5) / size) * SPAN_Y;
    if (y < lowY || y > highY) continue;
    top = Math.min(top, j);
    bottom = j;
    for (let i = 0; i < size; i++) {
      const x = (((i + 0.5) / size) * SPAN_X - SPAN_X / 2) * (mirrored ? -1 : 1);
      if (x > MIDDLE || x < farX) continue;
      const t = Math.max(0, Math.min(1, (MIDDLE - x) / (2 * MIDDLE)));
      let sum = 0;
      for (const stroke of strokes) sum += heightAt(Math.min(0, x), y, stroke);
      height[j * size + i] = sum * t * t * (3 - 2 * t);
    }
  }
  const at: number[] = [];
  const marked = new Uint8Array(BLOCKS * BLOCKS);
  const occlusion: number[] = [];
  const slopeX: number[] = [];
  const slopeY: number[] = [];
  const stepX = SPAN_X / size;
  const stepY = SPAN_Y / size;
  for (let j = Math.max(1, top - 1); j <= Math.min(size - 2, bottom + 1); j++)
    for (let i = 1; i < size - 1; i++) {
      const k = j * size + i;
      const sx = (height[k + 1]! - height[k - 1]!) / (2 * stepX);
      const sy = (height[k - size]! - height[k + size]!) / (2 * stepY);
      if (Math.abs(height[k]!) < 1e-3 && Math.abs(sx) + Math.abs(sy) < 1e-2) continue;
      at.push(k);
      for (let dj = 0; dj < 2; dj++)
        for (let di = 0; di < 2; di++) marked[((j - dj) >> BLOCK_SHIFT) * BLOCKS + ((i - di) >> BLOCK_SHIFT)] = 1;
      occlusion.push(height[k]!);
      slopeX.push(sx);
      slopeY.push(sy);
    }
  return {
    at: Uint32Array.from(at),
    occlusion: Float32Array.from(occlusion),
    slopeX: Float32Array.from(slopeX),
    slopeY: Float32Array.from(slopeY),
    blocks: [...marked.keys()].filter((block) => marked[block] === 1),
  };
}

let drawn: readonly { right: CreaseTexels; left: CreaseTexels }[] | null = null;

/** The light change that folds bring, as one small map over the frontal face, made anew per frame from coefficients. */
export class CreaseMap {
  /** [CREASE_SIZE^2] display-log light change. */
  readonly map = new Float32Array(CREASE_SIZE * CREASE_SIZE);
  readonly #blocks = new Uint8Array(BLOCKS * BLOCKS);
  #dirty = false;

  /**
   * Fills the map with the change between two expressions.
   *
   * @param before, after [52] coefficients
   * @param weight 0..1 share of the change that shows
   * @param lightX, lightY where the light comes from along the face (x right, y up), about -1..1
   * @returns false when no fold changes
   */
  compose(before: Float32Array, after: Float32Array, weight: number, lightX: number, lightY: number): boolean {
    drawn ??= CREASES.map(({ strokes }) => ({ right: drawGroup(strokes, false), left: drawGroup(strokes, true) }));
    if (this.#dirty) {
      this.map.fill(0);
      this.#blocks.fill(0);
    }
    this.#dirty = false;
    CREASES.forEach((group, g) => {
      const changes = [
        [drawn![g]!.right, group.right(after, 0) - group.right(before, 0)],
        [drawn![g]!.left, group.left(after, 0) - group.left(before, 0)],
      ] as const;
      for (const [texels, change] of changes) {
        // Folds that the actor already makes cannot be lifted out of the pixels: smoothing goes half way.
        const amount = weight * (change < 0 ? 0.5 * change : change);
        if (Math.abs(amount) < 0.01) continue;
        this.#dirty = true;
        const { at, occlusion, slopeX, slopeY, blocks } = texels;
        for (const block of blocks) this.#blocks[block] = 1;
        for (let i = 0; i < at.length; i++)
          this.map[at[i]!]! +=
            amount * (OCCLUSION * occlusion[i]! - SLOPE * (lightX * slopeX[i]! + lightY * slopeY[i]!));
      }
    });
    return this.#dirty;
  }

  /** Adds the map (bilinear) to the light of a region of the field, whose `u` and `v` are map coordinates. */
  addTo(field: WarpField, region: number): void {
    const map = field.piece('creases', this.map.byteLength);
    const blocks = field.piece('crease blocks', this.#blocks.byteLength);
    field.arena.floats(map, this.map.length).set(this.map);
    field.arena.bytes(blocks, this.#blocks.length).set(this.#blocks);
    const [firstX, lastX, firstY, lastY] = field.bounds[region]!;
    const { width } = field.rect;
    field.kernels.crease(...field.memory, width, firstX!, lastX!, firstY!, lastY!, region + 1, map, blocks);
  }
}
