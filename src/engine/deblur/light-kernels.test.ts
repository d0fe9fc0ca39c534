import { describe, expect, it } from 'vitest';
import { SharedArena } from '../../core/wasm/index.ts';
import { CELL, deblurKernels } from './kernels/index.ts';
import { noisePlane } from './noise-plane.test-support.ts';

const arena = new SharedArena();
const run = deblurKernels(arena.memory);
const addresses = (...planes: readonly Float32Array[]): number[] => planes.map((plane) => plane.byteOffset);

describe('the mean over squares', () => {
  for (const [width, height, radius] of [
    [21, 14, 3],
    [8, 30, 9],
  ] as const)
    it(`repeats the rim (${width} x ${height}, radius ${radius})`, () => {
      const plane = noisePlane(arena, width * height, 4);
      const before = plane.slice();
      const [work, line] = [arena.floats(width * height), arena.floats(width)];
      run.box(...addresses(plane, work, line), width, height, radius);
      const held = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));
      for (let y = 0, at = 0; y < height; y++)
        for (let x = 0; x < width; x++, at++) {
          let sum = 0;
          for (let j = -radius; j <= radius; j++)
            for (let i = -radius; i <= radius; i++) sum += before[held(y + j, height) * width + held(x + i, width)]!;
          expect(plane[at]!).toBeCloseTo(sum / (2 * radius + 1) ** 2, 5);
        }
    });
});

describe('slow light', () => {
  const [width, height] = [24, 12] as const;
  const [columns, rows] = [width / CELL, height / CELL];

  it('is summed over the pixels of a cell that are known', () => {
    const [a, b, mask] = [1, 2, 3].map((seed) => noisePlane(arena, width * height, seed)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [sums, counts] = [arena.floats(columns * rows), arena.floats(columns * rows)];
    run.difference(...addresses(a, b, mask, sums, counts), width * 4, rows);
    const [sum, count] = [new Float64Array(columns * rows), new Float64Array(columns * rows)];
    for (let i = 0; i < mask.length; i++) {
      if (mask[i]! <= 0) continue;
      const cell = Math.floor(i / width / CELL) * columns + Math.floor((i % width) / CELL);
      sum[cell]! += a[i]! - b[i]!;
      count[cell]!++;
    }
    sums.forEach((value, cell) => {
      expect(value).toBeCloseTo(sum[cell]!, 4);
      expect(counts[cell]).toBe(count[cell]);
    });
  });

  it('is added to both planes, linear between the middles of cells', () => {
    // A slope over cells is the same slope over pixels.
    const value = (x: number, y: number): number => 0.3 * x - 0.2 * y + 1;
    const cells = arena.floats((columns + 2) * (rows + 2));
    for (let i = 0; i < cells.length; i++)
      cells[i] = value(((i % (columns + 2)) - 0.5) * CELL, (Math.floor(i / (columns + 2)) - 0.5) * CELL);
    const [a, b] = [noisePlane(arena, width * height, 1), noisePlane(arena, width * height, 2)];
    const before = [a.slice(), b.slice()];
    run.relight(...addresses(cells, a, b), width * 4, height, arena.floats(width).byteOffset);
    [a, b].forEach((plane, p) => {
      plane.forEach((found, i) => {
        const wanted = before[p]![i]! + value((i % width) + 0.5, Math.floor(i / width) + 0.5);
        expect(found).toBeCloseTo(wanted, 4);
      });
    });
  });
});
