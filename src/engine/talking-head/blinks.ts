import type { TalkingStyle } from '../../contract/talking-style.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { createRandom, smoothStep } from './noise.ts';
import { quantile } from './statistics.ts';

/** Lids shut, stay and open again in these times, seconds. */
const SHUTTING = 0.08;
const SHUT = 0.035;
const OPENING = 0.17;
/** No blink follows another sooner. */
const SHORTEST_GAP = 0.45;
/** A phrase's end draws a blink at most this long after it. */
const AFTER_PHRASE = 0.12;

/** Lids that shut by more than this over where they mostly are blink; they have opened again at half of it. */
const BLINK_DEPTH = 0.45;

/** Places in a curve of closing lids (0..1) at which blinks begin. */
export function blinkStarts(lids: Float32Array): number[] {
  const open = quantile(lids, 0.5);
  const starts: number[] = [];
  let shut = false;
  lids.forEach((value, i) => {
    if (!shut && value - open > BLINK_DEPTH) {
      shut = true;
      starts.push(i);
    } else if (shut && value - open < BLINK_DEPTH / 2) shut = false;
  });
  return starts;
}

/** Times at which lids begin to shut: drawn towards the ends of phrases, never regular. */
export function planBlinks(
  track: SpeechTrack,
  seconds: number,
  blinks: TalkingStyle['blinks'],
  seed: number,
): number[] {
  if (blinks.perMinute <= 0) return [];
  const random = createRandom(seed);
  const mean = 60 / blinks.perMinute;
  const ends = track.phrases.map(({ end }) => end);
  const times: number[] = [];
  let at = mean * (0.25 + 0.6 * random());
  while (at < seconds - SHUTTING) {
    const near = ends.find((end) => Math.abs(end - at) < mean * 0.45 && end > (times.at(-1) ?? -9) + SHORTEST_GAP);
    const time = near !== undefined && random() < blinks.atPauses ? near + AFTER_PHRASE * random() : at;
    const last = times.at(-1);
    if (last === undefined || time - last >= SHORTEST_GAP) times.push(time);
    // Gaps between blinks are spread like a gamma distribution of shape 3: seldom very short, sometimes long.
    const gap = (-mean / 3) * Math.log((random() + 1e-9) * (random() + 1e-9) * (random() + 1e-9));
    at = Math.max(at, time) + Math.max(SHORTEST_GAP, gap);
  }
  return times;
}

/** Closure of the lids, 0..1, `t` seconds after they begin to shut. */
export function blinkAt(t: number): number {
  if (t <= 0 || t >= SHUTTING + SHUT + OPENING) return 0;
  if (t < SHUTTING) return smoothStep(0, SHUTTING, t);
  return t < SHUTTING + SHUT ? 1 : 1 - smoothStep(0, 1, ((t - SHUTTING - SHUT) / OPENING) ** 0.75);
}

/** The moment, in seconds after its begin, in which a blink is wholly shut. */
export const BLINK_PEAK = SHUTTING + SHUT / 2;
