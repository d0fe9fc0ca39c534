import { describe, expect, it } from 'vitest';
import { SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { CreaseMap } from './creases.ts';
import { CREASE_SIZE } from './kernels/index.ts';

function expression(values: Partial<Record<Parameters<typeof shapeIndex>[0], number>>): Float32Array {
  const out = new Float32Array(SHAPE_COUNT);
  for (const [name, value] of Object.entries(values)) out[shapeIndex(name as 'jawOpen')] = value;
  return out;
}

describe('CreaseMap', () => {
  const rest = new Float32Array(SHAPE_COUNT);

  it('is empty when the expression does not change', () => {
    const map = new CreaseMap();
    expect(map.compose(rest, rest, 1, 0, 0.5)).toBe(false);
    expect(map.map.every((value) => value === 0)).toBe(true);
  });

  it('folds both sides alike under light from above, and only the side that moves', () => {
    const map = new CreaseMap();
    map.compose(rest, expression({ mouthSmileLeft: 1, mouthSmileRight: 1 }), 1, 0, 0.5);
    const mirrored = (i: number): number => CREASE_SIZE - 1 - i;
    for (let j = 100; j < 240; j += 7)
      for (let i = 0; i < CREASE_SIZE / 2; i += 5)
        expect(map.map[j * CREASE_SIZE + i]).toBeCloseTo(map.map[j * CREASE_SIZE + mirrored(i)]!, 4);
    const one = new CreaseMap();
    one.compose(rest, expression({ mouthSmileLeft: 1 }), 1, 0, 0.5);
    let [right, left] = [0, 0];
    one.map.forEach((value, k) => {
      if (k % CREASE_SIZE < CREASE_SIZE / 2 - 12) right += Math.abs(value);
      if (k % CREASE_SIZE > CREASE_SIZE / 2 + 12) left += Math.abs(value);
    });
    expect(right).toBeLessThan(1e-3);
    expect(left).toBeGreaterThan(1); // the actor's left is the picture's right
  });

  it('darkens grooves and follows the weight', () => {
    const map = new CreaseMap();
    const frown = expression({ browDownLeft: 1, browDownRight: 1 });
    map.compose(rest, frown, 1, 0, 0);
    const full = Math.min(...map.map);
    map.compose(rest, frown, 0.5, 0, 0);
    expect(full).toBeLessThan(-0.05);
    expect(Math.min(...map.map)).toBeCloseTo(full / 2, 4);
  });

  it('wrinkles the root of the nose and deepens the fold beside its wings in a sneer, not in a smile', () => {
    // Canonical centimetres to a texel of the map, which covers 18 by 20 of them.
    const at = (map: CreaseMap, x: number, y: number): number =>
      map.map[Math.floor(((10 - y) / 20) * CREASE_SIZE) * CREASE_SIZE + Math.floor(((x + 9) / 18) * CREASE_SIZE)]!;
    const sneer = new CreaseMap();
    sneer.compose(rest, expression({ noseSneerLeft: 1, noseSneerRight: 1 }), 1, 0, 0);
    const smile = new CreaseMap();
    smile.compose(rest, expression({ mouthSmileLeft: 1, mouthSmileRight: 1 }), 1, 0, 0);
    expect(at(sneer, 0, 2.87)).toBeLessThan(-0.03);
    expect(at(smile, 0, 2.87)).toBe(0);
    for (const side of [-1, 1]) {
      expect(at(sneer, 2.1 * side, -0.85)).toBeLessThan(-0.05);
      expect(at(sneer, 2.1 * side, -0.85)).toBeLessThan(at(smile, 2.1 * side, -0.85));
    }
  });
});
