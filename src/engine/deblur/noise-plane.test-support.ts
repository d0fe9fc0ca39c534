import type { SharedArena } from '../../core/wasm/index.ts';

/** `size` values between -1 and 1 in an arena, the same for ever for one seed. */
export function noisePlane(arena: SharedArena, size: number, seed: number): Float32Array {
  const plane = arena.floats(size);
  let state = seed * 7919 + 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    plane[i] = state / 2 ** 31 - 1;
  }
  return plane;
}
