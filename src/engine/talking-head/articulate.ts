import { ARTICULATOR_COUNT, type SpeechTrack, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { medianLevel } from './habits.ts';
import { clamp, smoothStep } from './noise.ts';
import { CHANNEL_COUNT, CHANNEL_REACH, MOUTH_CHANNELS, VISEME_FIRMNESS, VISEME_TARGETS } from './viseme-targets.ts';

/** What the mouth does, at the speech track's own rate. */
export interface Articulation {
  readonly rateHz: number;
  readonly frames: number;
  /** [frames, 8] in the order of MOUTH_CHANNELS, 0..1. */
  readonly channels: Float32Array;
  /** [frames] 0..1: how shut the lips are. */
  readonly shut: Float32Array;
  /** [frames] 0..1: how much the face is about to speak or speaking; ramps before and after phrases. */
  readonly engaged: Float32Array;
  /** Stretches in which the lips must touch, in seconds. */
  readonly closures: readonly { readonly start: number; readonly end: number }[];
}

/** Seconds in which lips come together before a closure and part after it. */
const CLOSING = 0.06;
const OPENING = 0.05;
/** A closure is at least this sure, and at least this long (a single doubtful frame is none). */
const SURE = 0.5;
const SHORTEST = 0.02;
/** The face is ready to speak this long before the first sound, and lets go over this long after the last. */
const READY = 0.22;
const LET_GO = 0.45;
/** Most that a stressed or loud syllable opens further. */
const STRESS_GAIN = 0.3;
const LOUDNESS_GAIN = 0.022;
/** Share of the jaw that comes from the track's own curve rather than from targets. */
const JAW_SHARE = 0.35;
const TRACK_JAW_SCALE = 0.45;

/** Forward and backward exponential smoothing: exp(-|t| / reach) to both sides, the sum of weights not normalised. */
function spread(values: Float32Array, decay: number): void {
  const n = values.length;
  const back = new Float32Array(n);
  let carried = 0;
  for (let i = n - 1; i >= 0; i--) {
    back[i] = carried;
    carried = (carried + values[i]!) * decay;
  }
  carried = 0;
  for (let i = 0; i < n; i++) {
    const own = values[i]!;
    values[i] = own + carried + back[i]!;
    carried = (carried + own) * decay;
  }
}

/** Targets of all sounds blended by their dominance, which falls off exponentially beside each (Cohen and Massaro 1993). */
function blend(track: SpeechTrack, out: Float32Array): void {
  const n = track.frames;
  const sum = new Float32Array(n);
  const weight = new Float32Array(n);
  MOUTH_CHANNELS.forEach((channel, c) => {
    sum.fill(0);
    weight.fill(1e-9);
    for (let i = 0; i < n; i++)
      for (let v = 0; v < VISEME_COUNT; v++) {
        const share = track.visemes[i * VISEME_COUNT + v]!;
        if (share < 0.004) continue;
        const w = share * VISEME_FIRMNESS[v * CHANNEL_COUNT + c]! * (1 + 0.25 * track.stress[i]!);
        weight[i]! += w;
        sum[i]! += w * VISEME_TARGETS[v * CHANNEL_COUNT + c]!;
      }
    const decay = Math.exp(-1 / (CHANNEL_REACH[channel] * track.rateHz));
    spread(sum, decay);
    spread(weight, decay);
    for (let i = 0; i < n; i++) out[i * CHANNEL_COUNT + c] = sum[i]! / weight[i]!;
  });
}

/** Stretches of p, b and m. */
function findClosures(track: SpeechTrack): { start: number; end: number }[] {
  const column = visemeIndex('PP');
  const closures: { start: number; end: number }[] = [];
  let first = -1;
  for (let i = 0; i <= track.frames; i++) {
    const shut = i < track.frames && track.visemes[i * VISEME_COUNT + column]! >= SURE;
    if (shut && first < 0) first = i;
    if (!shut && first >= 0) {
      const [start, end] = [first / track.rateHz, i / track.rateHz];
      if (end - start >= SHORTEST) closures.push({ start, end });
      first = -1;
    }
  }
  return closures;
}

/** Smooth level of engagement: 1 while phrases last, with ramps before and after. */
function engagement(track: SpeechTrack): Float32Array {
  const out = new Float32Array(track.frames);
  for (const { start, end } of track.phrases) {
    const first = Math.max(0, Math.floor((start - READY) * track.rateHz));
    const last = Math.min(track.frames, Math.ceil((end + LET_GO) * track.rateHz));
    for (let i = first; i < last; i++) {
      const t = (i + 0.5) / track.rateHz;
      out[i] = Math.max(out[i]!, Math.min(smoothStep(start - READY, start, t), smoothStep(end + LET_GO, end, t)));
    }
  }
  return out;
}

/**
 * Turns what was heard into what the mouth does: targets of the sounds blended with their neighbours, opened further
 * where a syllable is stressed or loud, shut on p, b and m, at rest where nobody speaks.
 */
export function articulate(track: SpeechTrack): Articulation {
  const n = track.frames;
  const channels = new Float32Array(n * CHANNEL_COUNT);
  blend(track, channels);
  const closures = findClosures(track);
  const shut = new Float32Array(n);
  for (const { start, end } of closures) {
    const first = Math.max(0, Math.floor((start - CLOSING) * track.rateHz));
    const last = Math.min(n, Math.ceil((end + OPENING) * track.rateHz));
    for (let i = first; i < last; i++) {
      const t = (i + 0.5) / track.rateHz;
      const rise = smoothStep(start - CLOSING, start + 0.005, t);
      shut[i] = Math.max(shut[i]!, Math.min(rise, smoothStep(end + OPENING, end - 0.005, t)));
    }
  }
  const engaged = engagement(track);
  const level = medianLevel(track);
  for (let i = 0; i < n; i++) {
    const louder = clamp((track.loudnessDb[i]! - level) * LOUDNESS_GAIN, -0.3, 0.35);
    const gain = 1 + STRESS_GAIN * track.stress[i]! + louder * track.voice[i]!;
    const at = i * CHANNEL_COUNT;
    const heard = track.articulation[i * ARTICULATOR_COUNT]! * TRACK_JAW_SCALE;
    channels[at] = clamp(((1 - JAW_SHARE) * channels[at]! + JAW_SHARE * heard) * gain, 0, 1);
    for (let c = 1; c < CHANNEL_COUNT; c++) channels[at + c] = clamp(channels[at + c]! * (0.8 + 0.2 * gain), 0, 1);
    for (let c = 0; c < CHANNEL_COUNT; c++) channels[at + c]! *= engaged[i]!;
  }
  return { rateHz: track.rateHz, frames: n, channels, shut, engaged, closures };
}
