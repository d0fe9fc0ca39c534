import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational } from '../../core/rational.ts';
import { defaultOutput } from './default-output.ts';
import { resolveRange } from './range.ts';

const clip = { frameCount: 100, rate: rational(25) };

describe('range', () => {
  it('is the whole clip by default', () => {
    expect(resolveRange(undefined, undefined, clip)).toEqual({ from: 0, until: 100 });
  });

  it('takes timecode, seconds and frames', () => {
    expect(resolveRange('00:00:01:00', '3.2s', clip)).toEqual({ from: 25, until: 80 });
  });

  it('lies inside the clip and is not empty, or is refused', () => {
    fc.assert(
      fc.property(fc.nat(150), fc.nat(150), (from, until) => {
        const resolve = (): unknown => resolveRange(String(from), String(until), clip);
        if (from < until && until <= 100) expect(resolve()).toEqual({ from, until });
        else expect(resolve).toThrow(expect.objectContaining({ code: 'invalid-range' }));
      }),
    );
  });
});

describe('default output', () => {
  it.each([
    ['/a/clip.mov', 'happy', '.mp4', '/a/clip.happy.mp4'],
    ['/a/frames', 'sad', '.mkv', '/a/frames.sad.mkv'],
    ['/a/no.extension/clip', 'performance', '.json', '/a/no.extension/clip.performance.json'],
  ])('of %s as %s is %s', (path, label, extension, expected) => {
    expect(defaultOutput(path, label, extension)).toBe(expected);
  });
});
