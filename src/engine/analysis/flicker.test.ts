import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { FlickerMeter } from './flicker.ts';

const face = { x: 10, y: 10, width: 96, height: 96 };

function flat(level: number): Picture {
  const picture = allocatePicture(
    128,
    128,
    { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false },
    { range: 'limited', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  picture.planes[0]!.fill(level);
  return picture;
}

describe('flicker', () => {
  it('is 0 where the edit drifts evenly', () => {
    const meter = new FlickerMeter();
    const values = Array.from({ length: 6 }, (_, i) => meter.add(flat(100), flat(100 + 3 * i), face));
    expect(values).toEqual([null, null, 0, 0, 0, 0]);
  });

  it('is the size of the jump where the edit blinks', () => {
    const meter = new FlickerMeter();
    const values = Array.from({ length: 5 }, (_, i) => meter.add(flat(100), flat(i === 2 ? 110 : 100), face));
    expect(values).toEqual([null, null, 10, 20, 10]);
  });

  it('does not blame the edit for a source that moves', () => {
    const meter = new FlickerMeter();
    const values = Array.from({ length: 4 }, (_, i) => meter.add(flat(100 + 20 * (i % 2)), flat(100), face));
    expect(values.every((value) => value === null)).toBe(true);
  });

  it('starts over where the face is lost', () => {
    const meter = new FlickerMeter();
    for (let i = 0; i < 3; i++) meter.add(flat(100), flat(100), face);
    expect(meter.add(flat(100), flat(100), null)).toBeNull();
    expect(meter.add(flat(100), flat(150), face)).toBeNull();
    expect(meter.add(flat(100), flat(150), face)).toBeNull();
    expect(meter.add(flat(100), flat(150), face)).toBe(0);
  });
});
