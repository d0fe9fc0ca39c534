import { SPEECH_RATE_HZ, SPEECH_SAMPLE_RATE } from '../../core/speech.ts';

/** Pitch is sought at half the sample rate: its harmonics that matter lie below 2 kHz. */
const RATE = SPEECH_SAMPLE_RATE / 2;
const WINDOW = 320;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 500;
const LEAST_LAG = Math.floor(RATE / HIGHEST_HZ);
const MOST_LAG = Math.ceil(RATE / LOWEST_HZ);
const CANDIDATES = 4;
const STATES = CANDIDATES + 1;
const UNVOICED = CANDIDATES;
/** Correlation below which a frame is rather called unvoiced. */
const VOICING = 0.45;
/** Long periods correlate by chance and as multiples of the true one. */
const LAG_PENALTY = 0.12;
const OCTAVE_COST = 0.4;
const ONSET_COST = 0.18;
const QUIET = 1e-5;

/** Every second sample after a half-band filter. */
function halve(samples: Float32Array): Float32Array {
  const out = new Float32Array(Math.floor(samples.length / 2));
  const at = (index: number): number => samples[index] ?? 0;
  for (let i = 0; i < out.length; i += 1) {
    const c = 2 * i;
    out[i] =
      0.5 * at(c) +
      0.3017 * (at(c - 1) + at(c + 1)) -
      0.0643 * (at(c - 3) + at(c + 3)) +
      0.0126 * (at(c - 5) + at(c + 5));
  }
  return out;
}

/** The best lags of a frame with their worth, refined between samples; unused places have lag 0. */
function candidates(
  signal: Float32Array,
  centre: number,
  correlation: Float64Array,
  lags: Float64Array,
  worth: Float64Array,
): void {
  lags.fill(0);
  worth.fill(0);
  const start = centre - ((WINDOW + MOST_LAG) >> 1);
  if (start < 0 || start + WINDOW + MOST_LAG + 1 > signal.length) return;
  let energy = 0;
  for (let i = 0; i < WINDOW; i += 1) energy += signal[start + i]! ** 2;
  if (energy < QUIET * WINDOW) return;
  let shifted = 0;
  for (let i = 0; i < WINDOW; i += 1) shifted += signal[start + LEAST_LAG - 1 + i]! ** 2;
  for (let lag = LEAST_LAG - 1; lag <= MOST_LAG; lag += 1) {
    let sum = 0;
    for (let i = 0; i < WINDOW; i += 1) sum += signal[start + i]! * signal[start + lag + i]!;
    correlation[lag] = sum / Math.sqrt(energy * shifted + 1e-12);
    shifted += signal[start + lag + WINDOW]! ** 2 - signal[start + lag]! ** 2;
  }
  for (let lag = LEAST_LAG; lag < MOST_LAG; lag += 1) {
    const [before, here, after] = [correlation[lag - 1]!, correlation[lag]!, correlation[lag + 1]!];
    if (here < 0.3 || here < before || here <= after) continue;
    const value = here - (LAG_PENALTY * lag) / MOST_LAG;
    let place = CANDIDATES;
    while (place > 0 && value > worth[place - 1]!) place -= 1;
    if (place === CANDIDATES) continue;
    for (let k = CANDIDATES - 1; k > place; k -= 1) {
      lags[k] = lags[k - 1]!;
      worth[k] = worth[k - 1]!;
    }
    lags[place] = lag + (0.5 * (before - after)) / (before - 2 * here + after);
    worth[place] = value;
  }
}

/**
 * Fundamental frequency in hertz per frame, 0 where nothing is voiced. Normalised cross-correlation with a path through
 * the candidates that avoids octave jumps (Talkin 1995, "A robust algorithm for pitch tracking").
 */
export function trackPitch(samples: Float32Array, frames: number): Float32Array {
  const signal = halve(samples);
  const lags = new Float64Array(CANDIDATES);
  const worth = new Float64Array(CANDIDATES);
  const correlation = new Float64Array(MOST_LAG + 1);
  const found = new Float32Array(frames * CANDIDATES);
  const from = new Uint8Array(frames * STATES);
  let cost = new Float64Array(STATES);
  let next = new Float64Array(STATES);
  const previous = new Float64Array(CANDIDATES);
  for (let frame = 0; frame < frames; frame += 1) {
    candidates(signal, Math.round((frame * RATE) / SPEECH_RATE_HZ), correlation, lags, worth);
    for (let state = 0; state < STATES; state += 1) {
      const voiced = state !== UNVOICED;
      const local = voiced ? (lags[state]! > 0 ? 1 - worth[state]! : 9) : 1 - VOICING;
      let best = Number.POSITIVE_INFINITY;
      for (let before = 0; before < STATES; before += 1) {
        let step = 0;
        if (voiced !== (before !== UNVOICED)) step = ONSET_COST;
        else if (voiced && lags[state]! > 0 && previous[before]! > 0)
          step = OCTAVE_COST * Math.abs(Math.log2(lags[state]! / previous[before]!));
        const total = cost[before]! + step;
        if (total >= best) continue;
        best = total;
        from[frame * STATES + state] = before;
      }
      next[state] = best + local;
    }
    [cost, next] = [next, cost];
    previous.set(lags);
    for (let k = 0; k < CANDIDATES; k += 1) found[frame * CANDIDATES + k] = lags[k]! > 0 ? RATE / lags[k]! : 0;
  }
  const out = new Float32Array(frames);
  let state = cost.indexOf(Math.min(...cost));
  for (let frame = frames - 1; frame >= 0; frame -= 1) {
    out[frame] = state === UNVOICED ? 0 : found[frame * CANDIDATES + state]!;
    state = from[frame * STATES + state]!;
  }
  return out;
}
