import { describe, expect, it } from 'vitest';
import { type ShapeName, shapeIndex } from '../../core/performance.ts';
import { rotationOf } from './frame-geometry.ts';
import { type ActorMood, framingScale, performLine } from './motion.ts';
import { timedLine } from './phones.ts';

const play = (mood: ActorMood, seed = 1) =>
  performLine({ line: timedLine(8), frames: 200, rate: 25, width: 1280, height: 720, seed, mood });
const mean = (states: ReturnType<typeof play>, name: ShapeName): number =>
  states.reduce((sum, s) => sum + s.coefficients[shapeIndex(name)]!, 0) / states.length;

describe('the performance', () => {
  const states = play('neutral');

  it('is the same for the same seed and another for another', () => {
    expect(play('neutral')).toEqual(states);
    expect(play('neutral', 2)[50]!.pose).not.toEqual(states[50]!.pose);
  });

  it('stays within what a person does', () => {
    for (const { coefficients, pose, gaze } of states) {
      for (const c of coefficients) if (!(c >= 0 && c <= 1)) throw new Error(`coefficient ${c}`);
      expect(Math.hypot(pose[0]!, pose[1]!, pose[2]!, pose[3]!)).toBeCloseTo(1, 5);
      const yaw = Math.asin(rotationOf(pose)[2]!);
      expect(Math.abs(yaw)).toBeLessThan(0.26);
      expect(pose[6]! / framingScale(720)).toBeCloseTo(1, 1);
      for (const g of gaze) expect(Math.abs(g)).toBeLessThan(0.55);
    }
  });

  it('turns the head, and without jumps', () => {
    const yaw = states.map((s) => Math.asin(rotationOf(s.pose)[2]!));
    expect(Math.max(...yaw) - Math.min(...yaw)).toBeGreaterThan(0.15);
    for (let i = 1; i < yaw.length; i += 1) expect(Math.abs(yaw[i]! - yaw[i - 1]!)).toBeLessThan(0.06);
  });

  it('blinks now and then, closing faster than it opens', () => {
    const lid = states.map((s) => s.coefficients[shapeIndex('eyeBlinkLeft')]!);
    const peaks = lid.flatMap((v, i) => (v > 0.9 && (lid[i - 1] ?? 0) <= 0.9 ? [i] : []));
    expect(peaks.length).toBeGreaterThanOrEqual(2);
    expect(peaks.length).toBeLessThanOrEqual(6);
    expect(lid.filter((v) => v > 0.05).length).toBeLessThan(60);
  });

  it('plays a mood on top of the speech without opening closed lips', () => {
    const happy = play('happy');
    expect(mean(happy, 'mouthSmileLeft')).toBeGreaterThan(0.45);
    expect(mean(states, 'mouthSmileLeft')).toBeLessThan(0.12);
    expect(mean(play('surprised'), 'browInnerUp')).toBeGreaterThan(0.45);
    for (const at of [0, happy.length - 1])
      expect(happy[at]!.coefficients[shapeIndex('mouthSmileLeft')]!).toBeLessThan(0.35);
    happy.forEach((state, i) => {
      const jaw = states[i]!.coefficients[shapeIndex('jawOpen')]!;
      const close = states[i]!.coefficients[shapeIndex('mouthClose')]!;
      if (jaw > 0.02 && close / jaw > 0.99)
        expect(state.coefficients[shapeIndex('mouthUpperUpLeft')]!).toBeLessThan(0.02);
    });
  });
});
