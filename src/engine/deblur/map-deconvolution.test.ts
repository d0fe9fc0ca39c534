import { describe, expect, it } from 'vitest';
import { SharedArena } from '../../core/wasm/index.ts';
import { BlurOperator } from './blur-operator.ts';
import { KernelGrid, motionKernel } from './kernel.ts';
import { deblurKernels } from './kernels/index.ts';
import { MapDeconvolution } from './map-deconvolution.ts';
import { noisePlane } from './noise-plane.test-support.ts';

const [WIDTH, HEIGHT] = [20, 7] as const;
const SIZE = WIDTH * HEIGHT;

describe('the prior', () => {
  const arena = new SharedArena();
  const run = deblurKernels(arena.memory);
  const x = noisePlane(arena, SIZE, 1);
  const scale = noisePlane(arena, SIZE, 2).map((value) => 2 + value);
  const [alongX, alongY, rows] = [arena.floats(SIZE), arena.floats(SIZE), arena.floats(HEIGHT)];
  const slope = arena.floats(SIZE);
  slope.set(scale);
  const difference = (plane: Float32Array, i: number, step: 1 | typeof WIDTH): number =>
    step === 1
      ? i % WIDTH < WIDTH - 1
        ? plane[i + 1]! - plane[i]!
        : 0
      : i + WIDTH < SIZE
        ? plane[i + WIDTH]! - plane[i]!
        : 0;
  const [smoothness, edge, exponent] = [0.7, 0.03, 1.2];
  run.edges(
    ...[x.byteOffset, slope.byteOffset, alongX.byteOffset, alongY.byteOffset, WIDTH * 4, HEIGHT],
    ...[smoothness, 1 / edge ** 2, exponent / 2 - 1],
  );

  it('weighs differences less across an edge than within a surface, and not beyond the rim', () => {
    for (const [along, step] of [
      [alongX, 1],
      [alongY, WIDTH],
    ] as const)
      for (let i = 0; i < SIZE; i++) {
        const rim = step === 1 ? i % WIDTH === WIDTH - 1 : i + WIDTH >= SIZE;
        const g = difference(x, i, step) * scale[i]!;
        const wanted = rim ? 0 : smoothness * scale[i]! ** 2 * (1 + (g / edge) ** 2) ** (exponent / 2 - 1);
        expect(Math.abs(along[i]! - wanted)).toBeLessThanOrEqual(2e-5 * wanted);
      }
  });

  it('is the gradient of the weighted sum of squared differences', () => {
    const out = noisePlane(arena, SIZE, 3);
    const wanted = Float64Array.from(out);
    for (let i = 0; i < SIZE; i++)
      for (const [along, step] of [
        [alongX, 1],
        [alongY, WIDTH],
      ] as const) {
        const flow = along[i]! * difference(x, i, step);
        if (flow === 0) continue;
        wanted[i]! += flow;
        wanted[i + step]! -= flow;
      }
    run.prior(
      ...[x.byteOffset, out.byteOffset, alongX.byteOffset, alongY.byteOffset, rows.byteOffset, WIDTH * 4, HEIGHT, -1],
    );
    for (let i = 0; i < SIZE; i++) expect(out[i]!).toBeCloseTo(wanted[i]!, 4);
    for (let y = 0; y < HEIGHT; y++) {
      let sum = 0;
      for (let i = y * WIDTH; i < (y + 1) * WIDTH; i++) sum += x[i]! * wanted[i]!;
      expect(rows[y]!).toBeCloseTo(sum, 3);
    }
  });
});

describe('MapDeconvolution', () => {
  it('brings back most of what a blur of 7 pixels took away, and repeats itself to the bit', () => {
    const arena = new SharedArena();
    const [columns, rowCount, pad] = [4, 4, 8];
    const kernel = motionKernel({ bx: 7, by: 2, cx: 0, cy: 0 }, 0.3, new KernelGrid());
    const operator = new BlurOperator(arena, columns, rowCount, pad, new Array(columns * rowCount).fill(kernel));
    const { width, height } = operator;
    const [sharp, blurred, weight, scale] = [0, 1, 2, 3].map(() => arena.floats(width * height).fill(1)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    // Stripes of many widths.
    for (let i = 0; i < sharp.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      sharp[i] = 0.4 + 0.1 * Math.sign(Math.sin(0.02 * x * x)) + 0.1 * Math.sin(0.5 * y);
    }
    operator.forward(sharp, blurred);
    for (let i = 0; i < weight.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      weight[i] = x >= pad && y >= pad && x < width - pad && y < height - pad ? 1 : 0;
      if (weight[i] === 0) blurred[i] = sharp[i]!;
    }
    const options = { smoothness: 1e-4, edge: 0.03, exponent: 1.2, rounds: 2, steps: 12, anchor: 0.85 };
    const solve = (): Float32Array => {
      const x = arena.floats(width * height);
      x.set(blurred);
      new MapDeconvolution(arena).solve(x, [{ operator, plane: blurred, weight }], scale, options);
      return x;
    };
    const restored = solve();
    const misfit = (plane: Float32Array): number =>
      plane.reduce((sum, value, i) => sum + (weight[i]! > 0 ? (value - sharp[i]!) ** 2 : 0), 0);
    expect(misfit(restored)).toBeLessThan(0.4 * misfit(blurred));
    expect(solve()).toEqual(restored);
  });
});
