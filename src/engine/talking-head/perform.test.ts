import { describe, expect, it } from 'vitest';
import { SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { timedLine } from '../digital-actor/phones.ts';
import { builtInStyle } from './built-in-styles.ts';
import { HEAD_LIMIT } from './head-motion.ts';
import { HEAD_SIZE, performSpeech, type TalkingPerformance } from './perform.ts';
import { spokenLine } from './spoken-line.test-support.ts';
import { deviation } from './statistics.ts';
import { wear } from './wear.ts';

const RATES: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 60, den: 1 },
];
const perform = (rate: Rational, seconds = 5, style = builtInStyle('neutral'), seed = 1): TalkingPerformance =>
  performSpeech(spokenLine(seconds), { style, rate, frames: Math.ceil(seconds * toNumber(rate)), seed });
const at = (performance: TalkingPerformance, frame: number, name: Parameters<typeof shapeIndex>[0]): number =>
  performance.coefficients[frame * SHAPE_COUNT + shapeIndex(name)]!;
const frameOf = (performance: TalkingPerformance, seconds: number): number =>
  Math.round(seconds * toNumber(performance.rate) - 0.5);

describe('performSpeech', () => {
  it('shuts the lips in a frame of every p, b and m, whatever the frame rate', () => {
    const labials = timedLine(5).filter(({ name }) => ['P', 'B', 'M'].includes(name)).length;
    for (const rate of RATES) {
      const performance = perform(rate);
      expect(performance.closures.length).toBe(labials);
      for (const frames of performance.closures) {
        expect(frames.length).toBeGreaterThan(0);
        for (const frame of frames) {
          expect(performance.shut[frame]).toBe(1);
          expect(at(performance, frame, 'mouthClose')).toBeGreaterThan(at(performance, frame, 'jawOpen'));
        }
      }
    }
  });

  it('leaves out closures of sound that goes on after the last frame', () => {
    const rate = { num: 25, den: 1 };
    const style = builtInStyle('neutral');
    const [first, second] = performSpeech(spokenLine(5), { style, rate, frames: 125, seed: 1 }).closures;
    const frames = second![0]! - 3;
    const cut = performSpeech(spokenLine(5), { style, rate, frames, seed: 1 });
    expect(cut.closures).toEqual([first]);
    expect(cut.shut[frames - 1]).toBeLessThan(1);
  });

  it('opens on vowels, rounds on oo, tucks the lip on v, and rests in the pause', () => {
    const performance = perform({ num: 50, den: 1 });
    const middle = (name: string, nth = 0): number => {
      const phone = timedLine(5).filter((one) => one.name === name)[nth]!;
      return frameOf(performance, (phone.startSeconds + phone.endSeconds) / 2);
    };
    expect(at(performance, middle('AY'), 'jawOpen')).toBeGreaterThan(0.25);
    expect(at(performance, middle('UW'), 'mouthPucker')).toBeGreaterThan(0.25);
    expect(at(performance, middle('AY'), 'mouthPucker')).toBeLessThan(at(performance, middle('UW'), 'mouthPucker'));
    expect(at(performance, middle('V'), 'mouthRollLower')).toBeGreaterThan(0.2);
    expect(at(performance, 2, 'jawOpen')).toBeLessThan(0.03);
  });

  it('gives the same numbers for the same seed and others for another', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => perform({ num: 25, den: 1 }, 5, builtInStyle('lively'), seed));
    expect(b).toEqual(a);
    expect(c!.head).not.toEqual(a!.head);
    // The words are the same whatever the seed.
    expect(c!.shut).toEqual(a!.shut);
  });

  it('is alive in silence: the head moves a little and the eyes blink, the lips do not part', () => {
    const silence = spokenLine(12, [{ name: 'SIL', startSeconds: 0, endSeconds: 12, stress: 0 }]);
    const performance = performSpeech(silence, {
      style: builtInStyle('neutral'),
      rate: { num: 25, den: 1 },
      frames: 300,
      seed: 3,
    });
    const yaw = Float32Array.from({ length: 300 }, (_, f) => performance.head[f * HEAD_SIZE]!);
    expect(deviation(yaw)).toBeGreaterThan(0.004);
    let blinks = 0;
    for (let f = 0; f < 300; f++) if (at(performance, f, 'eyeBlinkLeft') === 1) blinks++;
    expect(blinks).toBeGreaterThan(0);
    for (let f = 0; f < 300; f++) expect(at(performance, f, 'jawOpen')).toBeLessThan(0.001);
  });

  it('moves a lively head further than a calm one and never out of bounds', () => {
    const spread = (name: 'calm' | 'lively' | 'rap'): number => {
      const { head, frames } = perform({ num: 25, den: 1 }, 20, builtInStyle(name));
      for (let f = 0; f < frames; f++)
        for (let k = 0; k < 3; k++) expect(Math.abs(head[f * HEAD_SIZE + k]!)).toBeLessThanOrEqual(HEAD_LIMIT);
      return deviation(Float32Array.from({ length: frames }, (_, f) => head[f * HEAD_SIZE]!));
    };
    expect(spread('lively')).toBeGreaterThan(2 * spread('calm'));
  });

  it('copes with a recording shorter than a sound and with none at all', () => {
    for (const seconds of [0, 0.02, 0.3]) {
      const track = spokenLine(seconds, [{ name: 'SIL', startSeconds: 0, endSeconds: seconds, stress: 0 }]);
      const { coefficients } = performSpeech(track, {
        style: builtInStyle('rap'),
        rate: { num: 25, den: 1 },
        frames: 8,
        seed: 1,
      });
      expect(coefficients.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('half an hour', () => {
  it('is spoken to its end, the head never in one place for long', () => {
    const performance = perform({ num: 25, den: 1 }, 1800);
    const last = performance.closures.at(-1)!;
    expect(last[0]! / 25).toBeGreaterThan(1790);
    expect(performance.coefficients.every(Number.isFinite)).toBe(true);
    for (let f = 0; f + 250 < performance.frames; f += 2500) {
      const yaw = Float32Array.from({ length: 250 }, (_, i) => performance.head[(f + i) * HEAD_SIZE]!);
      expect(deviation(yaw)).toBeGreaterThan(0.002);
    }
  }, 60_000);
});

describe('wear', () => {
  it('leaves a silent portrait as it was photographed and shuts an open smile on b', () => {
    const performance = perform({ num: 25, den: 1 });
    const own = new Float32Array(SHAPE_COUNT);
    own[shapeIndex('jawOpen')] = 0.15;
    own[shapeIndex('mouthSmileLeft')] = 0.6;
    own[shapeIndex('mouthUpperUpLeft')] = 0.5;
    const out = new Float32Array(SHAPE_COUNT);
    wear(own, performance, 0, out);
    expect(out[shapeIndex('jawOpen')]).toBeCloseTo(0.15, 2);
    const [closure] = performance.closures;
    wear(own, performance, closure![0]!, out);
    expect(out[shapeIndex('mouthUpperUpLeft')]).toBeLessThan(0.02);
    expect(out[shapeIndex('mouthClose')]! - out[shapeIndex('jawOpen')]!).toBeGreaterThan(0);
    // What is not speech stays.
    expect(out[shapeIndex('mouthSmileLeft')]).toBeGreaterThan(0.3);
  });
});
