import { VISEME_COUNT } from '../../core/speech.ts';

/** Log-probability lost by every change of viseme: visemes last 50 to 150 ms, flicker of a frame or two does not happen. */
const CHANGE_COST = 2;
const FLOOR = 1e-6;

/**
 * Posteriors of visemes that do not flicker: forward-backward over the rows with a cost for every change (a hidden Markov
 * model in which all changes are alike). In place; rows keep summing to 1.
 */
export function smoothVisemes(visemes: Float32Array): void {
  const frames = visemes.length / VISEME_COUNT;
  const change = Math.exp(-CHANGE_COST);
  const forward = new Float32Array(visemes.length);
  const scaled = new Float64Array(VISEME_COUNT);
  const step = (from: ArrayLike<number>, offset: number): number => {
    let sum = 0;
    for (let k = 0; k < VISEME_COUNT; k += 1) sum += from[offset + k]!;
    return sum;
  };
  for (let frame = 0; frame < frames; frame += 1) {
    const row = frame * VISEME_COUNT;
    const all = frame === 0 ? 0 : step(forward, row - VISEME_COUNT);
    let total = 0;
    for (let k = 0; k < VISEME_COUNT; k += 1) {
      const before = frame === 0 ? 1 : forward[row - VISEME_COUNT + k]!;
      const reached = frame === 0 ? 1 : before + change * (all - before);
      scaled[k] = reached * Math.max(FLOOR, visemes[row + k]!);
      total += scaled[k]!;
    }
    for (let k = 0; k < VISEME_COUNT; k += 1) forward[row + k] = scaled[k]! / total;
  }
  const backward = new Float64Array(VISEME_COUNT).fill(1);
  for (let frame = frames - 1; frame >= 0; frame -= 1) {
    const row = frame * VISEME_COUNT;
    let total = 0;
    for (let k = 0; k < VISEME_COUNT; k += 1) scaled[k] = backward[k]! * Math.max(FLOOR, visemes[row + k]!);
    for (let k = 0; k < VISEME_COUNT; k += 1) {
      visemes[row + k] = forward[row + k]! * backward[k]!;
      total += visemes[row + k]!;
    }
    for (let k = 0; k < VISEME_COUNT; k += 1) visemes[row + k]! /= total;
    const all = step(scaled, 0);
    let largest = 0;
    for (let k = 0; k < VISEME_COUNT; k += 1) {
      backward[k] = scaled[k]! + change * (all - scaled[k]!);
      largest = Math.max(largest, backward[k]!);
    }
    for (let k = 0; k < VISEME_COUNT; k += 1) backward[k]! /= largest;
  }
}
