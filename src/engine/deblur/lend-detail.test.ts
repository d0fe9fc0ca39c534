import { expect, it } from 'vitest';
import { SharedArena } from '../../core/wasm/index.ts';
import { BlurOperator } from './blur-operator.ts';
import type { FacePlanes } from './face-planes.ts';
import { FlowGrid } from './flow.ts';
import { KernelGrid, motionKernel } from './kernel.ts';
import { DetailLender } from './lend-detail.ts';
import { noisePlane } from './noise-plane.test-support.ts';

it('lends colour in the light that the luminance was brought to', () => {
  const arena = new SharedArena();
  const rect = { x: 8, y: 4, width: 32, height: 16 };
  const size = rect.width * rect.height;
  const half = size / 4;
  const rim = { x: 0, y: 0, width: 48, height: 24 };
  const own = {
    rect: rim,
    luminance: arena.floats(rim.width * rim.height).fill(0.4),
    red: arena.floats(288).fill(0.06),
    blue: arena.floats(288).fill(-0.04),
  };
  const unlit = arena.floats(size).fill(0.4);
  // The neighbour stood in the dark: its left half was made twice, its right half half as light again.
  const gain = (x: number): number => (x < rect.width / 2 ? 2 : 1.5);
  const warped = arena.floats(size);
  for (let i = 0; i < size; i++) warped[i] = 0.4 * gain(i % rect.width);
  const [mask, weight, scale] = [arena.floats(size), arena.floats(size), arena.floats(size)];
  for (const plane of [mask, weight, scale]) plane.fill(1);
  const planes: FacePlanes = {
    ...{
      rect,
      luminance: noisePlane(arena, size, 1),
      red: noisePlane(arena, half, 2),
      blue: noisePlane(arena, half, 3),
    },
    ...{ scale, halfScale: arena.floats(half).fill(1), known: mask, rgb: arena.floats(3 * size) },
  };
  const still = motionKernel({ bx: 0, by: 0, cx: 0, cy: 0 }, 0.3, new KernelGrid());
  const operator = new BlurOperator(arena, 2, 1, 2, [still, still]);
  const aligned = {
    flow: new FlowGrid(arena, rect),
    own,
    warped,
    unlit,
    inside: mask,
    seen: warped,
    other: warped,
    mask,
    full: operator,
  };
  const borrower = { landmarks: new Float32Array(0), planes, operator, half: operator, weight, noise: 0.01 };
  const loan = new DetailLender(arena).loan(aligned, borrower, operator);
  for (let i = 0; i < half; i++) {
    const lit = gain(2 * (i % (rect.width / 2)));
    expect(loan.red.plane[i]).toBeCloseTo(0.06 * lit, 5);
    expect(loan.blue.plane[i]).toBeCloseTo(-0.04 * lit, 5);
    expect(loan.red.weight[i]).toBe(1);
  }
});
