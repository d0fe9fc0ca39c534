import { describe, expect, it } from 'vitest';
import { trackPitch } from './pitch.ts';
import { noise } from './testing/sounds.ts';

/** Harmonics with falling strength, as a voice has. */
function voiced(hertz: (t: number) => number, seconds: number): Float32Array {
  let phase = 0;
  return Float32Array.from({ length: seconds * 16_000 }, (_, i) => {
    phase += hertz(i / 16_000) / 16_000;
    let value = 0;
    for (let k = 1; k <= 12; k += 1) value += Math.sin(2 * Math.PI * k * phase) / k;
    return 0.15 * value;
  });
}

describe('trackPitch', () => {
  it.each([80, 120, 210, 330])('follows %d Hz within half a percent', (hertz) => {
    const pitch = trackPitch(
      voiced(() => hertz, 1),
      101,
    );
    for (let frame = 10; frame < 90; frame += 1) expect(Math.abs(pitch[frame]! / hertz - 1)).toBeLessThan(0.005);
  });

  it('follows a glide without octave jumps, also in noise', () => {
    const hiss = noise(32_000, 4);
    const sound = voiced((t) => 110 + 60 * t, 2).map((value, i) => value + 0.04 * hiss[i]!);
    const pitch = trackPitch(sound, 201);
    for (let frame = 10; frame < 190; frame += 1)
      expect(Math.abs(pitch[frame]! / (110 + 0.6 * frame) - 1), `frame ${frame}`).toBeLessThan(0.03);
  });

  it('hears no pitch in noise, silence and nothing', () => {
    expect(trackPitch(noise(16_000, 9), 101).filter((hertz) => hertz > 0).length).toBeLessThan(12);
    expect(Math.max(...trackPitch(new Float32Array(16_000), 101))).toBe(0);
    expect(trackPitch(new Float32Array(0), 0)).toHaveLength(0);
  });
});
