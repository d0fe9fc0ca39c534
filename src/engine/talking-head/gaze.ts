import type { TalkingStyle } from '../../contract/talking-style.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { createRandom, smoothStep, wander } from './noise.ts';

/** A look held from `from` on: radians to the image right and up. */
export interface Fixation {
  readonly from: number;
  readonly yaw: number;
  readonly pitch: number;
}

/** An eye jumps in some 45 ms. */
const SACCADE = 0.045;
/** Radians: how far looks at the listener differ from one another, and tremor within one. */
const LISTENER = 0.018;
const DRIFT = 0.0035;

/** Looks that follow one another: mostly at the listener, away while thinking before a phrase. */
export function planGaze(track: SpeechTrack, seconds: number, gaze: TalkingStyle['gaze'], seed: number): Fixation[] {
  const random = createRandom(seed);
  const looks: Fixation[] = [{ from: -1, yaw: 0, pitch: 0 }];
  let at = 0.6 + random();
  while (at < seconds) {
    const thinking = track.pauses.some(({ start, end }) => at >= start && at < end && end - start > 0.25);
    const away = random() < Math.min(0.8, gaze.away * (thinking ? 1.8 : 0.8));
    const side = random() < 0.5 ? -1 : 1;
    looks.push(
      away
        ? { from: at, yaw: side * gaze.reach * (0.5 + 0.7 * random()), pitch: gaze.reach * (random() - 0.6) * 0.7 }
        : { from: at, yaw: LISTENER * (random() * 2 - 1), pitch: LISTENER * 0.6 * (random() * 2 - 1) },
    );
    at += away ? 0.35 + 0.6 * random() : 0.7 + 1.7 * random();
  }
  return looks;
}

/** Direction of the look at a moment: yaw and pitch in radians. */
export function gazeAt(looks: readonly Fixation[], t: number, seed: number): [yaw: number, pitch: number] {
  let low = 0;
  let high = looks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (looks[middle]!.from <= t) low = middle;
    else high = middle - 1;
  }
  const now = looks[low]!;
  const before = looks[Math.max(0, low - 1)]!;
  const share = smoothStep(0, SACCADE, t - now.from);
  return [
    before.yaw + (now.yaw - before.yaw) * share + DRIFT * wander(seed + 7, t * 2.3),
    before.pitch + (now.pitch - before.pitch) * share + DRIFT * 0.7 * wander(seed + 8, t * 2.1),
  ];
}
