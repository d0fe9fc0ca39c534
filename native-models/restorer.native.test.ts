// The pack of the restorer against the network that was trained: training/restorer/golden.py prints these values.
import { expect, it } from 'vitest';
import { loadPack } from '../src/engine/inference/pack-store.ts';
import { runOnnx } from './testing/run-graph.ts';

const GOLDEN = [
  [0, 0, 0, 0.069934],
  [1, 0, 119, -0.024813],
  [2, 40, 41, -0.020142],
  [3, 41, 40, -0.117552],
  [0, 59, 60, -0.057438],
  [1, 119, 0, -0.072104],
  [2, 119, 119, -0.116744],
  [3, 17, 80, -0.0317],
] as const;

/** The noise of golden.py. */
function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

it('the restorer of the pack answers as the trained network does', async () => {
  const pack = await loadPack('face-restorer');
  const { shape } = pack.manifest.inputs[0]!;
  const side = shape[3]!;
  const data = noise(
    shape.reduce((product, size) => product * size, 1),
    1,
  );
  const { change } = await runOnnx(pack.entry, { face: { shape, data } });
  expect(change!.shape).toEqual([1, 4, side, side]);
  for (const [plane, row, column, value] of GOLDEN)
    expect(change!.data[(plane * side + row) * side + column], `${plane} ${row} ${column}`).toBeCloseTo(value, 5);
});
