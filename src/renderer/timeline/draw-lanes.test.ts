import { describe, expect, it } from 'vitest';
import { average } from './draw-lanes.ts';

const data = new Float32Array([0.2, 0.8, 0.4, Number.NaN]);

describe('what a lane shows at a pixel', () => {
  it('is the frame alone that the pixel lies in when a frame is many pixels wide', () => {
    for (const at of [1, 1.3, 1.97]) expect(average(data, 1, 0, at, at + 0.02)).toBeCloseTo(0.8);
  });

  it('is the mean of the frames that a pixel covers, without those that have no face', () => {
    expect(average(data, 1, 0, 0, 3)).toBeCloseTo((0.2 + 0.8 + 0.4) / 3);
    expect(average(data, 1, 0, 2, 4)).toBeCloseTo(0.4);
    expect(average(data, 1, 0, 3, 4)).toBeNaN();
  });
});
