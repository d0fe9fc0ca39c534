import { ARTICULATOR_COUNT, ARTICULATORS, visemeIndex } from '../../src/core/speech.ts';
import type { Heard } from './baselines.ts';

/** Silence kept at either end: more would make every method look better. */
const KEPT_FRAMES = 10;
/** `close` at which lips count as touching. */
const TOUCHING = 0.62;
const SHORTEST_CLOSURE = 2;
const SLACK_BEFORE = 2;
const SLACK_AFTER = 3;

const sil = visemeIndex('sil');
const bilabial = visemeIndex('PP');

function runs(frames: number, test: (frame: number) => boolean): [number, number][] {
  const out: [number, number][] = [];
  for (let frame = 0; frame < frames; frame += 1) {
    if (!test(frame)) continue;
    const last = out.at(-1);
    if (last !== undefined && last[1] === frame) last[1] = frame + 1;
    else out.push([frame, frame + 1]);
  }
  return out;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(Math.max(1e-12, aa * bb));
}

/** Compares what was heard with what was said, over any number of recordings. */
export class Score {
  #right = 0;
  #frames = 0;
  #hits = 0;
  #closures = 0;
  #claims = 0;
  #falseClaims = 0;
  readonly #said: number[][] = ARTICULATORS.map(() => []);
  readonly #heard: number[][] = ARTICULATORS.map(() => []);

  add(said: Heard, heard: Heard): void {
    const frames = Math.min(said.visemes.length, heard.visemes.length);
    const first = said.visemes.findIndex((v) => v !== sil);
    if (first < 0) return;
    const from = Math.max(0, first - KEPT_FRAMES);
    const until = Math.min(frames, said.visemes.findLastIndex((v) => v !== sil) + 1 + KEPT_FRAMES);
    for (let frame = from; frame < until; frame += 1) {
      this.#frames += 1;
      if (said.visemes[frame] === heard.visemes[frame]) this.#right += 1;
      for (let k = 0; k < ARTICULATOR_COUNT; k += 1) {
        this.#said[k]!.push(said.articulation[frame * ARTICULATOR_COUNT + k]!);
        this.#heard[k]!.push(heard.articulation[frame * ARTICULATOR_COUNT + k]!);
      }
    }
    const span = until - from;
    const truth = runs(span, (i) => said.visemes[from + i] === bilabial);
    const claims = runs(span, (i) => {
      const close = heard.articulation[(from + i) * ARTICULATOR_COUNT + 3]!;
      return (close > TOUCHING || heard.visemes[from + i] === bilabial) && heard.visemes[from + i] !== sil;
    });
    for (const [start, end] of truth) {
      this.#closures += 1;
      if (claims.some(([a, b]) => a < end + SLACK_BEFORE && b > start - SLACK_BEFORE)) this.#hits += 1;
    }
    for (const [a, b] of claims) {
      if (b - a < SHORTEST_CLOSURE) continue;
      this.#claims += 1;
      if (!truth.some(([start, end]) => start < b + SLACK_AFTER && end > a - SLACK_AFTER)) this.#falseClaims += 1;
    }
  }

  /** Share of frames with the right one of 15 visemes, closures of p b m (recall, precision, F1), correlations. */
  figures(): Record<string, number> {
    const recall = this.#hits / Math.max(1, this.#closures);
    const precision = this.#claims === 0 ? 0 : 1 - this.#falseClaims / this.#claims;
    const correlations = ARTICULATORS.map((name, k) => [name, correlation(this.#said[k]!, this.#heard[k]!)] as const);
    return {
      visemes: this.#right / Math.max(1, this.#frames),
      bilabialF1: (2 * recall * precision) / Math.max(1e-9, recall + precision),
      recall,
      precision,
      ...Object.fromEntries(correlations),
      closures: this.#closures,
      seconds: this.#frames / 100,
    };
  }
}
