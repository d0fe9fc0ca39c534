import { SPEECH_RATE_HZ, type SpeechPhone, VISEME_COUNT, type Viseme, visemeIndex } from '../../core/speech.ts';

/** Network frames per step of the search: 20 ms. */
const STRIDE = 2;
/** What a step of sound that no word explains costs; words that were said cost less, other words more. */
const UNEXPLAINED = 1.3;
/** What leaving out a word costs, and each of its sounds. */
const SKIP_WORD = 3;
const SKIP_SOUND = 0.5;
/** Share of a viseme's evidence that visemes of its kind give, since the network takes them for one another. */
const KIN_SHARE = 0.3;
const LEAST = 0.006;
const NEVER = 1e9;

const KINDS: readonly (readonly Viseme[])[] = [
  ['sil'],
  ['PP', 'FF'],
  ['TH', 'DD', 'kk', 'CH', 'SS', 'nn'],
  ['RR', 'aa', 'E', 'ih', 'oh', 'ou'],
];

/** What a word sounds like. */
export interface MatchWord {
  readonly visemes: readonly Viseme[];
}

/** A word in its place; frames of the network, `until` exclusive. */
export interface PlacedWord {
  readonly word: number;
  readonly from: number;
  readonly until: number;
  /** Mean cost per step of 20 ms; {@link UNEXPLAINED} is as bad as no word at all. */
  readonly cost: number;
}

/** Cost of every viseme at every step, from the network's posteriors. */
function costs(visemes: Float32Array, firstFrame: number, steps: number): Float32Array {
  const kin = KINDS.map((names) => names.map(visemeIndex));
  const kindOf = new Uint8Array(VISEME_COUNT);
  kin.forEach((columns, kind) => {
    for (const column of columns) kindOf[column] = kind;
  });
  const out = new Float32Array(steps * VISEME_COUNT);
  const own = new Float64Array(VISEME_COUNT);
  const kinds = new Float64Array(KINDS.length);
  for (let step = 0; step < steps; step += 1) {
    own.fill(0);
    kinds.fill(0);
    for (let k = 0; k < STRIDE; k += 1) {
      const row = (firstFrame + step * STRIDE + k) * VISEME_COUNT;
      for (let v = 0; v < VISEME_COUNT; v += 1) own[v]! += (visemes[row + v] ?? 0) / STRIDE;
    }
    for (let v = 0; v < VISEME_COUNT; v += 1) kinds[kindOf[v]!]! += own[v]!;
    for (let v = 0; v < VISEME_COUNT; v += 1)
      out[step * VISEME_COUNT + v] = -Math.log((1 - KIN_SHARE) * own[v]! + KIN_SHARE * kinds[kindOf[v]!]! + LEAST);
  }
  return out;
}

/**
 * Which words are where in a stretch of sound, roughly (about 50 ms). Words may be missing from the sound and sound from
 * the words; both ends of the text may lie beyond the sound. Viterbi search over the sounds of all words with a node
 * between words that takes silence and whatever else is heard.
 */
export function matchText(
  visemes: Float32Array,
  firstFrame: number,
  frames: number,
  words: readonly MatchWord[],
): PlacedWord[] {
  const steps = Math.floor(frames / STRIDE);
  if (steps === 0 || words.length === 0) return [];
  const table = costs(visemes, firstFrame, steps);
  // States: a gap before each word, its sounds, and a gap after the last.
  const column: number[] = [];
  const gapOf: number[] = [];
  words.forEach((word) => {
    gapOf.push(column.length);
    column.push(-1, ...word.visemes.map(visemeIndex));
  });
  gapOf.push(column.length);
  column.push(-1);
  const states = column.length;
  const silence = visemeIndex('sil');
  let cost = new Float64Array(states).fill(NEVER);
  let next = new Float64Array(states);
  const from = new Uint32Array(steps * states);
  // Any word may be the first.
  for (const gap of gapOf) cost[gap] = gap === 0 ? 0 : SKIP_WORD;
  for (let step = 0; step < steps; step += 1) {
    const row = step * VISEME_COUNT;
    const back = step * states;
    const gapCost = Math.min(UNEXPLAINED, table[row + silence]!);
    let leapCost = NEVER;
    let leapFrom = 0;
    for (let state = 0; state < states; state += 1) {
      const viseme = column[state]!;
      let best = cost[state]!;
      let origin = state;
      const before = state === 0 ? NEVER : cost[state - 1]!;
      if (before < best) {
        best = before;
        origin = state - 1;
      }
      if (viseme < 0) {
        // Words left out: from an earlier gap straight to this one.
        if (leapCost < best) {
          best = leapCost;
          origin = leapFrom;
        }
        if (cost[state]! < leapCost) {
          leapCost = cost[state]!;
          leapFrom = state;
        }
        leapCost += SKIP_WORD;
      } else {
        leapCost += SKIP_SOUND;
        // The last sound of the word before may run into the first of this one without a gap.
        if (state >= 2 && column[state - 1]! < 0 && column[state - 2]! >= 0 && cost[state - 2]! < best) {
          best = cost[state - 2]!;
          origin = state - 2;
        }
      }
      from[back + state] = origin;
      next[state] = best + (viseme < 0 ? gapCost : table[row + viseme]!);
    }
    [cost, next] = [next, cost];
  }
  return readPath(cost, from, column, gapOf, steps, table, firstFrame);
}

function readPath(
  cost: Float64Array,
  from: Uint32Array,
  column: readonly number[],
  gapOf: readonly number[],
  steps: number,
  table: Float32Array,
  firstFrame: number,
): PlacedWord[] {
  const states = column.length;
  const wordOf = new Int32Array(states).fill(-1);
  gapOf.forEach((gap, word) => {
    for (let state = gap + 1; state < (gapOf[word + 1] ?? gap + 1); state += 1) wordOf[state] = word;
  });
  let state = 0;
  for (let k = 1; k < states; k += 1) if (cost[k]! < cost[state]!) state = k;
  const out: { word: number; from: number; until: number; cost: number; sounds: Set<number> }[] = [];
  for (let step = steps - 1; step >= 0; step -= 1) {
    const word = wordOf[state]!;
    if (word >= 0) {
      const local = table[step * VISEME_COUNT + column[state]!]!;
      const last = out.at(-1);
      const frame = firstFrame + step * STRIDE;
      if (last?.word === word) {
        last.from = frame;
        last.cost += local;
        last.sounds.add(state);
      } else out.push({ word, from: frame, until: frame + STRIDE, cost: local, sounds: new Set([state]) });
    }
    state = from[step * states + state]!;
  }
  return out
    .reverse()
    .filter(({ word, sounds }) => sounds.size * 2 > gapOf[word + 1]! - gapOf[word]! - 1)
    .map(({ word, from: start, until, cost: total }) => ({
      word,
      from: start,
      until,
      cost: (total * STRIDE) / (until - start),
    }));
}

/** Cost of aligned sounds, pauses not counted, and the steps of 20 ms that it is the sum of. */
export function phoneCost(visemes: Float32Array, phones: readonly SpeechPhone[]): { cost: number; steps: number } {
  let cost = 0;
  let steps = 0;
  for (const { start, end, viseme } of phones) {
    if (viseme === 'sil') continue;
    const first = Math.max(0, Math.round(start * SPEECH_RATE_HZ));
    const count = Math.max(1, Math.round(((end - start) * SPEECH_RATE_HZ) / STRIDE));
    const table = costs(visemes, first, count);
    for (let step = 0; step < count; step += 1) cost += table[step * VISEME_COUNT + visemeIndex(viseme)]!;
    steps += count;
  }
  return { cost, steps };
}
