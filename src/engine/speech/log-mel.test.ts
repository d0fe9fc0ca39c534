import { describe, expect, it } from 'vitest';
import { frameCount, HOP, LogMel, levelGain, MEL_BANDS, normaliseMel } from './log-mel.ts';
import { noise } from './testing/sounds.ts';

/** Two tones that glide, a pause, and noise: the signal that native-models/training/viseme/golden.py makes as well. */
function signal(): Float32Array {
  const hiss = noise(16_000, 1);
  return Float32Array.from({ length: 16_000 }, (_, i) => {
    const t = i / 16_000;
    if (t > 0.6 && t < 0.7) return 0;
    const low = Math.sin(2 * Math.PI * (120 + 60 * t) * t);
    const high = Math.sin(2 * Math.PI * (1500 + 900 * t) * t);
    return Math.fround(0.3 * low + 0.1 * high + 0.02 * hiss[i]!);
  });
}

// Printed by native-models/training/viseme/golden.py: [frame, band, value].
const GOLDEN: readonly (readonly [number, number, number])[] = [
  [0, 0, 1.6062],
  [3, 10, 0.0257],
  [20, 2, 0.8552],
  [20, 33, 1.8283],
  [40, 60, 0.2796],
  [59, 5, 0.9246],
  [65, 30, -2.7682],
  [80, 12, 0.1936],
  [80, 40, 0.0208],
  [100, 63, -0.0278],
];

describe('log-mel features', () => {
  it('are those that the network was trained with', () => {
    const samples = signal();
    const frames = frameCount(samples.length);
    const logMel = new Float32Array(frames * MEL_BANDS);
    new LogMel().compute(samples, levelGain(samples), 0, frames, logMel);
    const out = new Float32Array(frames * MEL_BANDS);
    normaliseMel(logMel, { first: 0, count: frames }, 0, frames, out);
    for (const [frame, band, value] of GOLDEN)
      expect(out[frame * MEL_BANDS + band], `frame ${frame} band ${band}`).toBeCloseTo(value, 3);
  });

  it('are the same whole or in stretches', () => {
    const samples = noise(160 * 1300, 5);
    const frames = frameCount(samples.length);
    const maker = new LogMel();
    const whole = new Float32Array(frames * MEL_BANDS);
    maker.compute(samples, 1, 0, frames, whole);
    const part = new Float32Array(50 * MEL_BANDS);
    maker.compute(samples, 1, 700, 50, part);
    expect(part).toEqual(whole.slice(700 * MEL_BANDS, 750 * MEL_BANDS));
    const [all, some] = [new Float32Array(frames * MEL_BANDS), new Float32Array(50 * MEL_BANDS)];
    normaliseMel(whole, { first: 0, count: frames }, 0, frames, all);
    normaliseMel(whole.subarray(300 * MEL_BANDS), { first: 300, count: 850 }, 700, 50, some);
    for (let i = 0; i < some.length; i += 1) expect(some[i]).toBeCloseTo(all[700 * MEL_BANDS + i]!, 5);
  });

  it('put a tone into its band and do not care how loud it is', () => {
    const tone = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 1000 * i) / 16_000));
    const row = new Float32Array(MEL_BANDS);
    new LogMel().compute(tone, levelGain(tone), 20, 1, row);
    const loudest = row.indexOf(Math.max(...row));
    const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
    const expected = ((mel(1000) - mel(60)) / (mel(7600) - mel(60))) * (MEL_BANDS + 1) - 1;
    expect(Math.abs(loudest - expected)).toBeLessThan(1);
    const quiet = tone.map((value) => value / 50);
    const other = new Float32Array(MEL_BANDS);
    new LogMel().compute(quiet, levelGain(quiet), 20, 1, other);
    for (let band = 0; band < MEL_BANDS; band += 1) expect(other[band]).toBeCloseTo(row[band]!, 2);
  });

  it('put the resonances of a smaller mouth where those of an ordinary one lie', () => {
    const loudest = (hertz: number, size: number): number => {
      const tone = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16_000));
      const row = new Float32Array(MEL_BANDS);
      new LogMel(size).compute(tone, levelGain(tone), 20, 1, row);
      return row.indexOf(Math.max(...row));
    };
    for (const hertz of [500, 1000, 2200, 4000])
      expect(loudest(hertz * 1.08, 1.08), `${hertz}`).toBe(loudest(hertz, 1));
    expect(loudest(4000, 1.08)).toBeLessThan(loudest(4000, 1));
  });

  it('count frames from the first sample on', () => {
    expect([0, 1, 159, 160, 16_000].map(frameCount)).toEqual([0, 1, 1, 2, 101]);
    expect(HOP).toBe(160);
  });
});
