import { describe, expect, it } from 'vitest';
import { parsePosition } from '../../core/timecode.ts';
import { typedFrame } from './timecode-field.tsx';

const parse = (text: string): number => parsePosition(text, { num: 25, den: 1 });

describe('typedFrame', () => {
  it('takes a position, and counts timecode from the start of the sequence', () => {
    expect(typedFrame('12', 100, 90_000, parse)).toBe(12);
    expect(typedFrame('01:00:02:05', 100, 90_000, parse)).toBe(55);
  });

  it('goes on or back by what has a sign', () => {
    expect(typedFrame('+10', 100, 90_000, parse)).toBe(110);
    expect(typedFrame('-00:00:01:00', 100, 90_000, parse)).toBe(75);
  });

  it('refuses what is no place', () => {
    expect(() => typedFrame('there', 0, 0, parse)).toThrow('not a position');
  });
});
