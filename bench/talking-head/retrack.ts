import { LANDMARK_COUNT, SHAPE_COUNT } from '../../src/core/performance.ts';
import { type Rational, toNumber } from '../../src/core/rational.ts';
import type { SpeechTrack } from '../../src/core/speech.ts';
import { captureClip } from '../../src/engine/capture/index.ts';
import { relativeGap } from '../../src/engine/compositing/lip-gap.ts';
import type { Inference } from '../../src/engine/inference/index.ts';
import { openVideo } from '../../src/engine/media/index.ts';
import type { Portrait, TalkingPerformance } from '../../src/engine/talking-head/index.ts';
import { MouthShape } from '../../src/engine/talking-head/mouth-shape.ts';
import { correlation, lagOf } from '../../src/engine/talking-head/statistics.ts';
import { wear } from '../../src/engine/talking-head/wear.ts';

/** Inner-lip gap over mouth width under which lips touch: the compositor's own limit. */
const TOUCHING = 0.02;

/** What the product's tracker sees in a finished video. */
export interface Retracked {
  /** Correlation of the lip gap with the one that was intended. */
  readonly correlation: number;
  readonly closures: number;
  /** Closures in which a frame shows the lips touching. */
  readonly touching: number;
  /** Frames by which the mouth comes after the level of the speech. */
  readonly offsetFrames: number;
  readonly lost: number;
}

/** The gap that the performance asks of this portrait's lips, per frame. */
export function intendedGap(portrait: Portrait, performance: TalkingPerformance): Float32Array {
  const { identity, coefficients } = portrait.setup;
  const lips = new MouthShape(identity);
  const worn = new Float32Array(SHAPE_COUNT);
  return Float32Array.from({ length: performance.frames }, (_, frame) => {
    wear(coefficients, performance, frame, worn);
    return lips.gapAt(worn, 0);
  });
}

/** Level of speech per frame, 0 where nobody speaks. */
function speechLevel(speech: SpeechTrack, frames: number, rate: Rational): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => {
    const first = Math.floor((frame / toNumber(rate)) * speech.rateHz);
    const last = Math.max(first + 1, Math.floor(((frame + 1) / toNumber(rate)) * speech.rateHz));
    let sum = 0;
    for (let i = first; i < last; i++) sum += Math.max(0, (speech.loudnessDb[i] ?? -100) + 50) / (last - first);
    return sum;
  });
}

/** Follows the face in a finished video and compares it with what was meant. */
export async function retrack(
  path: string,
  portrait: Portrait,
  performance: TalkingPerformance,
  speech: SpeechTrack,
  inference: Inference,
): Promise<Retracked> {
  await using source = await openVideo(path);
  const captured = (await captureClip(source, inference)).performance;
  // The face that speaks is the one that lies where the portrait's does.
  const [x, y] = [portrait.setup.face.pose[4]!, portrait.setup.face.pose[5]!];
  const track = captured.tracks.toSorted(
    (a, b) => Math.hypot(a.pose[4]! - x, a.pose[5]! - y) - Math.hypot(b.pose[4]! - x, b.pose[5]! - y),
  )[0];
  if (!track) throw new Error(`no face in ${path}`);
  const intended = intendedGap(portrait, performance);
  const frames = Math.min(performance.frames, track.frameCount);
  const seen = Float32Array.from({ length: frames }, (_, row) =>
    relativeGap(track.landmarks, track.pose, row, LANDMARK_COUNT),
  );
  const wanted = intended.subarray(track.firstFrame, track.firstFrame + frames);
  const closures = performance.closures.filter((list) => list.some((f) => f - track.firstFrame < frames));
  const touching = closures.filter((list) =>
    list.some((frame) => (seen[frame - track.firstFrame] ?? 1) <= TOUCHING),
  ).length;
  const level = speechLevel(speech, performance.frames, performance.rate).subarray(track.firstFrame);
  const { lag } = lagOf(level.subarray(0, frames), seen, Math.ceil(0.2 * toNumber(performance.rate)));
  return {
    correlation: correlation(wanted, seen),
    closures: closures.length,
    touching,
    offsetFrames: lag,
    lost: performance.frames - track.frameCount,
  };
}
