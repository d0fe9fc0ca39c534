// The restorer as the bench runs it against the network that was trained: training/restorer/golden.py prints these values.
import { expect, it } from 'vitest';
import { runOnnx } from '../../../native-models/testing/run-graph.ts';
import { restorerModel } from './learned-restorer.ts';
import { INPUTS, STEPS } from './restorer-tiles.ts';

const GOLDEN = [
  [0, 0, 0, 0.001728],
  [1, 0, 95, 0.000455],
  [2, 40, 41, 0.01185],
  [3, 41, 40, 0.04056],
  [0, 47, 48, -0.017247],
  [1, 95, 0, 0.005744],
  [2, 95, 95, 0.003468],
  [3, 17, 80, 0.048204],
] as const;

/** The noise of golden.py. */
function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

it('the restorer answers as the trained network does', async () => {
  const shape = [1, INPUTS, STEPS, STEPS];
  const { change } = await runOnnx(restorerModel(), { face: { shape, data: noise(INPUTS * STEPS * STEPS, 1) } });
  expect(change!.shape).toEqual([1, 4, STEPS, STEPS]);
  for (const [plane, row, column, value] of GOLDEN)
    expect(change!.data[(plane * STEPS + row) * STEPS + column], `${plane} ${row} ${column}`).toBeCloseTo(value, 5);
});
