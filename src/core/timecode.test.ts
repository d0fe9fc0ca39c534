import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameToSeconds, rational, secondsToFrame, snapFrameRate } from './rational.ts';
import { formatTimecode, parsePosition } from './timecode.ts';

const RATES = [
  rational(24000, 1001),
  rational(24),
  rational(25),
  rational(30000, 1001),
  rational(30),
  rational(50),
  rational(60000, 1001),
];
const rate = fc.constantFrom(...RATES);
const frame = fc.integer({ min: 0, max: 24 * 3600 * 24 });

describe('timecode', () => {
  it('is read back as the frame it was written for', () => {
    fc.assert(
      fc.property(frame, rate, fc.boolean(), (n, r, drop) => {
        expect(parsePosition(formatTimecode(n, r, drop), r)).toBe(n);
      }),
    );
  });

  it('drops the numbers that SMPTE ST 12-1 drops', () => {
    const df = rational(30000, 1001);
    expect(formatTimecode(1799, df, true)).toBe('00:00:59;29');
    expect(formatTimecode(1800, df, true)).toBe('00:01:00;02');
    expect(formatTimecode(17982, df, true)).toBe('00:10:00;00');
    expect(() => parsePosition('00:01:00;00', df)).toThrow('is not a position');
  });

  it('reads frames, seconds and timecode, and tells what it takes otherwise', () => {
    const pal = rational(25);
    expect(parsePosition('120', pal)).toBe(120);
    expect(parsePosition('4.8s', pal)).toBe(120);
    expect(parsePosition('00:00:04:20', pal)).toBe(120);
    expect(parsePosition('00:04:20', pal)).toBe(120);
    for (const bad of ['', '-1', '1:2', '00:00:04:25', 'soon'])
      expect(() => parsePosition(bad, pal)).toThrow(/Give frames/);
  });

  it('maps frames to seconds and back at every rate', () => {
    fc.assert(
      fc.property(frame, rate, (n, r) => {
        expect(secondsToFrame(frameToSeconds(n, r), r)).toBe(n);
      }),
    );
  });

  it('snaps measured rates to the standard ones', () => {
    expect(snapFrameRate(23.976)).toEqual({ num: 24000, den: 1001 });
    expect(snapFrameRate(29.97)).toEqual({ num: 30000, den: 1001 });
    expect(snapFrameRate(25.0001)).toEqual({ num: 25, den: 1 });
    expect(snapFrameRate(22.1)).toEqual({ num: 221, den: 10 });
  });
});
