import { VISEME_COUNT } from '../../core/speech.ts';
import type { Inference } from '../inference/index.ts';

/** Share of what is heard in noise that comes from the network trained in it, where there is nothing but noise and speech. */
const SECOND = 0.5;
const LEAST = 1e-6;

/** Something that the networks say: of every frame of a block, the visemes [frames, 15] and the articulation [frames, 4]. */
export type Hearing = Record<'visemes' | 'curves', Float32Array>;

type Model = Awaited<ReturnType<Inference['open']>>;

/** Gives a hearing its share of `sum`: visemes count by their logarithms, so that each hearing may rule one out. */
function addHearing(sum: Hearing, heard: Hearing, share: number): void {
  for (let k = 0; k < sum.visemes.length; k += 1)
    sum.visemes[k]! += share * Math.log(Math.max(LEAST, heard.visemes[k]!));
  for (let k = 0; k < sum.curves.length; k += 1) sum.curves[k]! += share * heard.curves[k]!;
}

/** Turns sums of logarithms into shares that sum to 1 in every row. */
function sharesOf(visemes: Float32Array): void {
  for (let row = 0; row < visemes.length; row += VISEME_COUNT) {
    let total = 0;
    for (let k = row; k < row + VISEME_COUNT; k += 1) {
      visemes[k] = Math.exp(visemes[k]!);
      total += visemes[k]!;
    }
    for (let k = row; k < row + VISEME_COUNT; k += 1) visemes[k]! /= total;
  }
}

/** Adds up what the viseme network makes of a block in several hearings; in noise a second network is asked, too. */
export class VisemeListener {
  readonly #inference: Inference;
  readonly #model: Model;
  readonly #outputs: Hearing;
  readonly #sum: Hearing;
  #second: Model | null = null;

  private constructor(inference: Inference, model: Model) {
    const outputs = model.allocateOutputs() as Hearing;
    this.#inference = inference;
    this.#model = model;
    this.#outputs = outputs;
    this.#sum = {
      visemes: new Float32Array(outputs.visemes.length),
      curves: new Float32Array(outputs.curves.length),
    };
  }

  /** Throws `model-missing` or `model-damaged`. */
  static async open(inference: Inference): Promise<VisemeListener> {
    return new VisemeListener(inference, await inference.open('viseme'));
  }

  /** Forgets what was heard before. */
  begin(): void {
    this.#sum.visemes.fill(0);
    this.#sum.curves.fill(0);
  }

  /** Hears a block as log-mel rows; `share` of all hearings of the block, which sum to 1; `noise` how noisy it is, 0..1. */
  async hear(mel: Float32Array, share: number, noise: number): Promise<void> {
    const second = noise * SECOND;
    await this.#ask(this.#model, mel, share * (1 - second));
    if (second === 0) return;
    this.#second ??= await this.#inference.open('viseme-noise');
    await this.#ask(this.#second, mel, share * second);
  }

  async #ask(model: Model, mel: Float32Array, share: number): Promise<void> {
    await model.run({ mel }, this.#outputs);
    addHearing(this.#sum, this.#outputs, share);
  }

  /** What all hearings come to; rows of visemes sum to 1. Valid until {@link begin}. */
  finish(): Hearing {
    sharesOf(this.#sum.visemes);
    return this.#sum;
  }
}
