import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastingPart } from './lasting-part.ts';

const curve = (text: string): Float32Array => Float32Array.from(text, Number);

describe('lastingPart', () => {
  it('takes away what is shorter than the window and leaves what is not, to its ends', () => {
    expect([...lastingPart(curve('0030003330000'), 3)].join('')).toBe('0000003330000');
    expect([...lastingPart(curve('1112111999911'), 4)].join('')).toBe('1111111999911');
  });

  it('asks no less of what reaches an end of the curve', () => {
    expect([...lastingPart(curve('4400400004'), 4)].join('')).toBe('0000000000');
    expect([...lastingPart(curve('4444004444'), 4)].join('')).toBe('4444004444');
    expect([...lastingPart(curve('45'), 4)].join('')).toBe('44');
  });

  it('is never over the curve, and nothing is left to take the second time (property)', () => {
    const any = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 9 }), (values, frames) => {
        const once = lastingPart(Float32Array.from(values), frames);
        for (const [f, value] of once.entries()) expect(value).toBeLessThanOrEqual(values[f]!);
        expect([...lastingPart(once, frames)]).toEqual([...once]);
      }),
    );
  });
});
