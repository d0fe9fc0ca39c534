import { describe, expect, it } from 'vitest';
import { formatDuration, RateMeter } from './rate-meter.ts';

describe('rate meter', () => {
  it('knows nothing before two samples', () => {
    const meter = new RateMeter();
    expect(meter.rate()).toBe(0);
    meter.add(0, 0);
    expect(meter.secondsLeft(100)).toBeUndefined();
  });

  it('follows the recent rate, not the one at the start', () => {
    const meter = new RateMeter(4);
    for (let t = 0; t <= 10; t++) meter.add(t, t * 10);
    for (let t = 11; t <= 20; t++) meter.add(t, 100 + (t - 10) * 30);
    expect(meter.rate()).toBeCloseTo(30);
    expect(meter.secondsLeft(700)).toBeCloseTo(10);
  });

  it.each([
    [0.4, '0 s'],
    [42, '42 s'],
    [185, '3:05 min'],
    [3750, '1:02:30 h'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
