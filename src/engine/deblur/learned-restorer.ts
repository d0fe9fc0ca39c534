import type { Picture, Rect } from '../../core/picture.ts';
import { codingOf } from '../../core/picture-coding.ts';
import type { Inference, Model } from '../inference/index.ts';
import type { FaceRefiner } from './deblurrer.ts';
import { shows } from './hold-back.ts';
import type { RestoredFace } from './restore-face.ts';
import { fillTile, INPUTS, SIDE, STEPS, tileStarts, tileWeight } from './restorer-tiles.ts';

/** Pixels: the faces that it learnt from are no wider. Of larger ones it takes grain and wins nothing. */
export const WIDEST = 350;

/** Adds to a restored face what the network `face-restorer` finds the estimate left wrong of its luma. */
export class LearnedRestorer implements FaceRefiner {
  readonly widest = WIDEST;
  readonly #model: Model;
  readonly #input = { face: new Float32Array(INPUTS * STEPS * STEPS) };
  readonly #output = { change: new Float32Array(4 * STEPS * STEPS) };
  #blurred = new Float32Array(0);
  #restored = new Float32Array(0);
  #change = new Float32Array(0);
  #weight = new Float32Array(0);
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(model: Model) {
    this.#model = model;
  }

  /** Throws what `inference.openAside` throws. */
  static async create(inference: Inference): Promise<LearnedRestorer> {
    return new LearnedRestorer(await inference.openAside('face-restorer'));
  }

  /** `target` holds the restored face, `source` the blurred one. One at a time: buffers are shared. */
  refine(source: Picture, target: Picture, face: RestoredFace): Promise<void> {
    const made = this.#queue.then(() => this.#refine(source, target, face));
    this.#queue = made.catch(() => undefined);
    return made;
  }

  async #refine(source: Picture, target: Picture, face: RestoredFace): Promise<void> {
    const { rect, matte, evidence } = face;
    if (!evidence) return;
    const { width, height } = rect;
    this.#grow(width * height);
    const [blurred, restored, change, weight] = [this.#blurred, this.#restored, this.#change, this.#weight];
    readLuma(source, rect, blurred);
    readLuma(target, rect, restored);
    const look = { width, height, blurred, restored, evidence };
    change.fill(0, 0, width * height);
    weight.fill(0, 0, width * height);
    for (const top of tileStarts(height))
      for (const left of tileStarts(width)) {
        if (!shows(face, rect.x + left, rect.y + top, SIDE, SIDE)) continue;
        fillTile(look, left, top, this.#input.face);
        await this.#model.run(this.#input, this.#output);
        this.#add(width, height, left, top);
      }
    for (let i = 0; i < width * height; i++) change[i] = weight[i]! > 0 ? (matte[i]! * change[i]!) / weight[i]! : 0;
    addLuma(target, rect, change);
  }

  /** Adds the network's answer for the part at (left, top) to the sums. */
  #add(width: number, height: number, left: number, top: number): void {
    const [change, weight, out] = [this.#change, this.#weight, this.#output.change];
    for (let y = 0; y < Math.min(SIDE, height - top); y++) {
      const across = tileWeight(y);
      const step = (y >> 1) * STEPS;
      for (let x = 0, i = (top + y) * width + left; x < Math.min(SIDE, width - left); x++, i++) {
        const share = across * tileWeight(x);
        change[i]! += share * out[(((y & 1) << 1) | (x & 1)) * STEPS * STEPS + step + (x >> 1)]!;
        weight[i]! += share;
      }
    }
  }

  #grow(size: number): void {
    if (this.#change.length >= size) return;
    this.#blurred = new Float32Array(size);
    this.#restored = new Float32Array(size);
    this.#change = new Float32Array(size);
    this.#weight = new Float32Array(size);
  }
}

/** Luma of a part of a picture, 0..1. */
function readLuma(picture: Picture, rect: Rect, out: Float32Array): void {
  const { lumaScale, lumaOffset, kr, kg, kb } = codingOf(picture.layout, picture.colour);
  const [first, green, blue] = picture.planes;
  const rgb = picture.layout.family === 'rgb';
  for (let y = 0, to = 0; y < rect.height; y++)
    for (let x = 0, i = (rect.y + y) * picture.width + rect.x; x < rect.width; x++, i++, to++) {
      const code = rgb ? kr * first![i]! + kg * green![i]! + kb * blue![i]! : first![i]!;
      out[to] = (code - lumaOffset) / lumaScale;
    }
}

/** Adds `change` to the luma of a part of a picture; its colour differences stay. */
function addLuma(picture: Picture, rect: Rect, change: Float32Array): void {
  const { lumaScale, maximum } = codingOf(picture.layout, picture.colour);
  for (const plane of picture.planes.slice(0, picture.layout.family === 'rgb' ? 3 : 1))
    for (let y = 0, from = 0; y < rect.height; y++)
      for (let x = 0, i = (rect.y + y) * picture.width + rect.x; x < rect.width; x++, i++)
        plane[i] = Math.max(0, Math.min(maximum, Math.round(plane[i]! + lumaScale * change[from++]!)));
}
