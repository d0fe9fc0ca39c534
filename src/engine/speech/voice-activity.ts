import { SPEECH_RATE_HZ, type SpeechSpan, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { quantile, smooth } from './smoothing.ts';

const SMOOTHING_FRAMES = 5;
/** Frames quieter than this are silence whatever the network thinks of their noise. */
const QUIETEST_DB = -70;
/** A frame this much under the loud parts of the recording is no speech of the person recorded. */
const RANGE_DB = 48;
const GATE_WIDTH_DB = 6;
const ON = 0.55;
const OFF = 0.35;
const LEAST_SPEECH_SECONDS = 0.08;
const LEAST_PAUSE_SECONDS = 0.2;

/** Probability per frame that somebody speaks: the network's, gated by level. */
export function voiceActivity(visemes: Float32Array, loudnessDb: Float32Array): Float32Array {
  const silence = visemeIndex('sil');
  const limit = Math.max(QUIETEST_DB, quantile(loudnessDb, 0.95) - RANGE_DB);
  const raw = new Float32Array(loudnessDb.length);
  for (let frame = 0; frame < raw.length; frame += 1) {
    const gate = Math.min(1, Math.max(0, (loudnessDb[frame]! - limit) / GATE_WIDTH_DB));
    raw[frame] = (1 - visemes[frame * VISEME_COUNT + silence]!) * gate;
  }
  return smooth(raw, SMOOTHING_FRAMES);
}

/** Stretches of speech; clicks are dropped, gaps too short for a pause are bridged. */
export function phrasesOf(voice: Float32Array): SpeechSpan[] {
  const runs: { start: number; end: number }[] = [];
  let start = -1;
  for (let frame = 0; frame <= voice.length; frame += 1) {
    const value = voice[frame] ?? 0;
    if (start < 0 && value >= ON) start = frame;
    else if (start >= 0 && value < OFF) {
      runs.push({ start, end: frame });
      start = -1;
    }
  }
  const joined: { start: number; end: number }[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && run.start - last.end < LEAST_PAUSE_SECONDS * SPEECH_RATE_HZ) last.end = run.end;
    else joined.push({ ...run });
  }
  return joined
    .filter((run) => run.end - run.start >= LEAST_SPEECH_SECONDS * SPEECH_RATE_HZ)
    .map((run) => ({ start: run.start / SPEECH_RATE_HZ, end: run.end / SPEECH_RATE_HZ }));
}

/** What lies between the phrases of a recording of `seconds`. */
export function pausesOf(phrases: readonly SpeechSpan[], seconds: number): SpeechSpan[] {
  const out: SpeechSpan[] = [];
  let at = 0;
  for (const { start, end } of phrases) {
    if (start - at > 1e-6) out.push({ start: at, end: start });
    at = end;
  }
  if (seconds - at > 1e-6) out.push({ start: at, end: seconds });
  return out;
}
