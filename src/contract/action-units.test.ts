import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHAPE_NAMES } from '../core/performance.ts';
import { parseShapeOverrides } from './action-units.ts';

describe('action unit overrides', () => {
  it('read pairs, and set both sides when none is named', () => {
    expect(parseShapeOverrides('browInnerUp=0.5, mouthSmile=.3')).toEqual({
      browInnerUp: 0.5,
      mouthSmileLeft: 0.3,
      mouthSmileRight: 0.3,
    });
  });

  it('take every captured shape at every value of its range', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SHAPE_NAMES.filter((name) => name !== 'tongueOut')),
        fc.integer({ min: 0, max: 1000 }),
        (name, milli) => {
          expect(parseShapeOverrides(`${name}=${milli / 1000}`)).toEqual({ [name]: milli / 1000 });
        },
      ),
    );
  });

  it.each([
    ['', 'no action unit'],
    ['smile=0.5', 'not an action unit'],
    ['tongueOut=1', 'not an action unit'],
    ['mouth=0.5', 'not an action unit'],
    ['jawOpen', 'from 0 to 1'],
    ['jawOpen=1.2', 'from 0 to 1'],
    ['jawOpen=-1', 'from 0 to 1'],
    ['jawOpen=1=1', 'from 0 to 1'],
    ['jawOpen=half', 'from 0 to 1'],
  ])('refuse %j and say why', (text, message) => {
    expect(() => parseShapeOverrides(text)).toThrow(message);
  });
});
