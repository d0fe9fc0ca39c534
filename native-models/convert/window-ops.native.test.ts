import { describe, expect, it } from 'vitest';
import { at, convolve, convolveDepthwise, noise, permute, type ReferenceWindow, slide } from '../testing/reference.ts';
import { difference, runGraph } from '../testing/run-graph.ts';
import { convolution, pool } from './window-ops.ts';

const EXACT = 1e-5;

function window(
  kernel: [number, number],
  strides: [number, number],
  padding: string,
  dilations: [number, number] = [1, 1],
): ReferenceWindow {
  return { kernel, strides, dilations, padding };
}

const WINDOWS: readonly ReferenceWindow[] = [
  window([1, 1], [1, 1], 'SAME'),
  window([3, 3], [1, 1], 'SAME'),
  window([3, 3], [1, 1], 'VALID'),
  window([3, 3], [2, 2], 'SAME'),
  window([3, 3], [2, 2], 'VALID'),
  window([5, 3], [2, 1], 'SAME'),
  window([2, 2], [2, 2], 'SAME'),
  window([3, 3], [1, 1], 'SAME', [2, 2]),
  window([3, 2], [1, 1], 'VALID', [1, 3]),
];
// Even and odd sizes pad differently once a window strides over them.
const SIZES: readonly [number, number][] = [
  [8, 8],
  [9, 7],
];
const cases = WINDOWS.flatMap((shape) => SIZES.map((size) => ({ ...shape, size })));

describe('convolution', () => {
  it.each(cases)('$kernel by $strides, $padding, dilated $dilations, on $size', async ({ size, ...shape }) => {
    const input = noise([1, ...size, 3], 1);
    const weights = noise([...shape.kernel, 3, 4], 2);
    const bias = noise([4], 3);
    const expected = convolve(input, weights, bias, shape);
    const { data } = permute(weights, [3, 2, 0, 1]);
    const result = await runGraph([input], (graph, value) =>
      convolution(graph, value, { data, shape: [4, 3, ...shape.kernel] }, bias.data, shape, false),
    );
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it.each(cases)(
    'depthwise $kernel by $strides, $padding, dilated $dilations, on $size',
    async ({ size, ...shape }) => {
      const input = noise([1, ...size, 3], 4);
      const weights = noise([...shape.kernel, 3, 2], 5);
      const expected = convolveDepthwise(input, weights, null, shape);
      const { data } = permute(weights, [2, 3, 0, 1]);
      const result = await runGraph([input], (graph, value) =>
        convolution(graph, value, { data, shape: [6, 1, ...shape.kernel] }, null, shape, true),
      );
      expect(difference(result, expected)).toBeLessThan(EXACT);
    },
  );

  it('refuses weights for another number of channels', async () => {
    const weights = { data: new Float32Array(8), shape: [4, 2, 1, 1] as const };
    const shape = window([1, 1], [1, 1], 'SAME');
    await expect(
      runGraph([noise([1, 4, 4, 3], 1)], (graph, value) => convolution(graph, value, weights, null, shape, false)),
    ).rejects.toThrow('3 channels');
  });

  it('refuses a padding it does not know', async () => {
    const weights = { data: new Float32Array(9), shape: [3, 3, 1, 1] as const };
    const shape = window([1, 1], [1, 1], 'EXPLICIT');
    await expect(
      runGraph([noise([1, 4, 4, 3], 1)], (graph, value) => convolution(graph, value, weights, null, shape, false)),
    ).rejects.toThrow('EXPLICIT');
  });
});

describe('pool', () => {
  const plain = cases.filter(({ dilations }) => dilations[0] === 1 && dilations[1] === 1);

  it.each(plain)('maximum $kernel by $strides, $padding, on $size', async ({ size, ...shape }) => {
    const input = noise([1, ...size, 3], 6);
    const expected = slide(input, shape, 3, (samples, channel) =>
      Math.max(...samples.map(({ y, x }) => at(input, 0, y, x, channel))),
    );
    const result = await runGraph([input], (graph, value) => pool(graph, 'MaxPool', value, shape));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it.each(plain)('average without the padding $kernel by $strides, $padding, on $size', async ({ size, ...shape }) => {
    const input = noise([1, ...size, 3], 7);
    const expected = slide(
      input,
      shape,
      3,
      (samples, channel) => samples.reduce((sum, { y, x }) => sum + at(input, 0, y, x, channel), 0) / samples.length,
    );
    const result = await runGraph([input], (graph, value) => pool(graph, 'AveragePool', value, shape));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });
});
