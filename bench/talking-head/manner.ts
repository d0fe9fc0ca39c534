import { SHAPE_COUNT, shapeIndex } from '../../src/core/performance.ts';
import type { SpeechTrack } from '../../src/core/speech.ts';
import type { MouthShape } from '../../src/engine/talking-head/mouth-shape.ts';
import { deviation, mean, quantile } from '../../src/engine/talking-head/statistics.ts';

const BLINK = 0.45;

/** What a face does in a stretch of a film: coefficients, yaw pitch roll (radians) and seconds of the sound, per frame. */
export interface Moves {
  readonly coefficients: Float32Array;
  readonly angles: readonly (readonly [number, number, number])[];
  readonly seconds: readonly number[];
  readonly fps: number;
}

/**
 * Spread and middle of the opening while somebody speaks, smile, brows and how they move, head angles, head speed, blinks
 * a second.
 */
export function mannerOf(
  { coefficients, angles, seconds, fps }: Moves,
  speech: SpeechTrack,
  lips: MouthShape,
): number[] {
  const frames = angles.length;
  const column = (name: Parameters<typeof shapeIndex>[0]): Float32Array =>
    Float32Array.from({ length: frames }, (_, f) => coefficients[f * SHAPE_COUNT + shapeIndex(name)]!);
  const gap: number[] = [];
  seconds.forEach((at, f) => {
    if ((speech.voice[Math.round(at * speech.rateHz)] ?? 0) > 0.5) gap.push(lips.gapAt(coefficients, f * SHAPE_COUNT));
  });
  const [left, right] = [column('eyeBlinkLeft'), column('eyeBlinkRight')];
  const lids = left.map((value, f) => (value + right[f]!) / 2);
  const open = quantile(lids, 0.5);
  let blinks = 0;
  let shut = false;
  for (const value of lids) {
    if (!shut && value - open > BLINK) blinks++;
    if (value - open > BLINK) shut = true;
    else if (value - open < BLINK / 2) shut = false;
  }
  const angle = (k: 0 | 1 | 2): Float32Array => Float32Array.from(angles, (a) => a[k]);
  const speed = (values: Float32Array): number => {
    let sum = 0;
    for (let f = 2; f < frames; f++) sum += Math.abs(values[f]! - values[f - 2]!);
    return (sum / Math.max(1, frames - 2)) * (fps / 2);
  };
  return [
    quantile(gap, 0.9) - quantile(gap, 0.1),
    quantile(gap, 0.5),
    mean(column('mouthSmileLeft')),
    mean(column('browInnerUp')),
    deviation(column('browInnerUp')),
    deviation(angle(0)),
    deviation(angle(1)),
    deviation(angle(2)),
    speed(angle(0)),
    speed(angle(1)),
    (blinks * fps) / frames,
  ];
}

/** A stretch of some moves. */
export function stretchOf({ coefficients, angles, seconds, fps }: Moves, first: number, until: number): Moves {
  return {
    coefficients: coefficients.subarray(first * SHAPE_COUNT, until * SHAPE_COUNT),
    angles: angles.slice(first, until),
    seconds: seconds.slice(first, until),
    fps,
  };
}
