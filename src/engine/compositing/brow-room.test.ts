import { describe, expect, it } from 'vitest';
import { FACE_VERTEX_COUNT, SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { BrowRoom } from './brow-room.ts';
import type { FaceIdentity } from './face-edit.ts';

const BROWS = [53, 52, 65, 283, 282, 295];
const INNER = shapeIndex('browInnerUp');
const OUTER = [shapeIndex('browOuterUpRight'), shapeIndex('browOuterUpLeft')] as const;

/** A face whose brows lie `room` cm over the eyes; a unit of each raise lifts them by 0.6 cm. */
function faceWith(room: number): FaceIdentity {
  const neutral = new Float32Array(FACE_VERTEX_COUNT * 3);
  const shapes = Array.from({ length: SHAPE_COUNT }, () => new Float32Array(FACE_VERTEX_COUNT * 3));
  for (const v of BROWS) {
    neutral[v * 3 + 1] = room;
    for (const k of [INNER, ...OUTER]) shapes[k]![v * 3 + 1] = 0.6;
  }
  return { neutral, shapes };
}

const raise = (amount: number, identity: FaceIdentity): number => {
  const changes = new Float32Array(SHAPE_COUNT);
  for (const k of [INNER, ...OUTER]) changes[k] = amount;
  new BrowRoom().keep(changes, identity);
  return 0.6 * (changes[INNER]! + changes[OUTER[0]]!);
};

describe('BrowRoom', () => {
  it('leaves small raises alone and never lets a brow climb past its room', () => {
    expect(raise(0.2, faceWith(2.5))).toBeCloseTo(0.24, 2);
    for (const room of [1.2, 1.6, 2, 2.6]) {
      expect(raise(3, faceWith(room))).toBeLessThanOrEqual(0.6 * room);
      expect(raise(1.2, faceWith(room))).toBeGreaterThan(raise(1, faceWith(room)));
    }
  });

  it('raises low brows less than high ones', () => {
    expect(raise(1.2, faceWith(1.6))).toBeLessThan(0.75 * raise(1.2, faceWith(2.6)));
  });

  it('does not touch brows that go down, nor other shapes', () => {
    const changes = new Float32Array(SHAPE_COUNT).fill(-0.5);
    new BrowRoom().keep(changes, faceWith(1.5));
    expect(changes).toEqual(new Float32Array(SHAPE_COUNT).fill(-0.5));
    const jaw = new Float32Array(SHAPE_COUNT);
    jaw[shapeIndex('jawOpen')] = 1.5;
    new BrowRoom().keep(jaw, faceWith(1.5));
    expect(jaw[shapeIndex('jawOpen')]).toBe(1.5);
  });
});
