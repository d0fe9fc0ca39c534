import { describe, expect, it } from 'vitest';
import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { SharedArena } from '../../core/wasm/index.ts';
import { MotionField } from './motion-field.ts';
import { noisePlane } from './noise-plane.test-support.ts';

describe('MotionField', () => {
  it('tells the same of many places at once as of one after another', () => {
    const arena = new SharedArena();
    const size = FACE_VERTEX_COUNT * 2;
    const position = noisePlane(arena, size, 1).map((value) => 500 + 200 * value);
    const velocity = noisePlane(arena, size, 2).map((value) => 12 * value);
    const field = new MotionField({ position, velocity, ax: 0, ay: 0, vx: 0, vy: 0 });
    const places = noisePlane(arena, 60, 3);
    for (let i = 0; i < places.length; i++) places[i] = 500 + 260 * places[i]!;
    const found = arena.floats(60);
    field.sampleAll(arena, places, found);
    for (let i = 0; i < places.length; i += 2) {
      const [vx, vy] = field.sample(places[i]!, places[i + 1]!);
      expect(found[i]!).toBeCloseTo(vx, 3);
      expect(found[i + 1]!).toBeCloseTo(vy, 3);
    }
  });
});
