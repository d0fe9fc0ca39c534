import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import type { HeadField } from './head-field.ts';
import { HeadTurner } from './head-turner.ts';

const SIZE = 160;

/** A bump of a head in the middle of the picture: depth and share fall to nothing at its outline. */
function bump(): HeadField {
  const cell = 4;
  const columns = SIZE / cell + 1;
  const count = columns * columns;
  const [x, y, z, share] = [0, 1, 2, 3].map(() => new Float32Array(count)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let at = 0; at < count; at++) {
    x[at] = ((at % columns) * cell - SIZE / 2) / 5;
    y[at] = -(Math.floor(at / columns) * cell - SIZE / 2) / 5;
    const radius = Math.hypot(x[at]!, y[at]!) / 10;
    z[at] = 10 * Math.sqrt(Math.max(0, 1 - radius * radius));
    share[at] = Math.max(0, Math.min(1, (1.1 - radius) / 0.3));
  }
  return { rect: { x: 0, y: 0, width: SIZE, height: SIZE }, cell, columns, rows: columns, x, y, z, share, pxPerCm: 5 };
}

/** A smooth ramp, so that a movement can be read off the samples. */
function ramp(): Picture {
  const picture = allocatePicture(
    SIZE,
    SIZE,
    { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
    { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  picture.planes[0]!.forEach((_, i) => {
    picture.planes[0]![i] = 40 + (i % SIZE);
  });
  return picture;
}

const copy = (picture: Picture): Picture => ({ ...picture, planes: picture.planes.map((plane) => plane.slice()) });

describe('HeadTurner', () => {
  it('leaves every sample alone when the head is still', () => {
    const source = ramp();
    const target = copy(source);
    new HeadTurner(bump()).turn(source, target, 0, 0, 0);
    expect(target.planes[0]).toEqual(source.planes[0]);
  });

  it('carries the middle of the face to the right by its depth, and nothing outside the head', () => {
    const source = ramp();
    const target = copy(source);
    const turner = new HeadTurner(bump());
    const yaw = 0.1;
    turner.turn(source, target, yaw, 0, 0);
    const centre = (SIZE / 2) * SIZE + SIZE / 2;
    // 10 cm in front of the axis, 5 pixels per cm.
    expect(source.planes[0]![centre]! - target.planes[0]![centre]!).toBeCloseTo(10 * 5 * Math.sin(yaw), -0.5);
    for (const at of [0, SIZE - 1, SIZE * SIZE - 1, SIZE * 3 + 5])
      expect(target.planes[0]![at]).toBe(source.planes[0]![at]);
    const point: [number, number] = [0, 0];
    turner.carry(SIZE / 2, SIZE / 2, point);
    expect(point[0] - SIZE / 2).toBeCloseTo(10 * 5 * Math.sin(yaw), 1);
  });

  it('does not depend on the frames before', () => {
    const source = ramp();
    const turner = new HeadTurner(bump());
    const [first, second] = [copy(source), copy(source)];
    turner.turn(source, first, 0.05, 0.02, -0.03);
    turner.turn(source, copy(source), -0.15, 0.1, 0.1);
    turner.turn(source, second, 0.05, 0.02, -0.03);
    expect(second.planes[0]).toEqual(first.planes[0]);
  });
});
