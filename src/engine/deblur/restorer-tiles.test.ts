import { describe, expect, it } from 'vitest';
import { BLOCK } from './kernels/index.ts';
import { fillTile, INPUTS, SIDE, STEPS, tileStarts, tileWeight } from './restorer-tiles.ts';

describe('parts of a face', () => {
  it.each([1, 100, SIDE, SIDE + 1, 333, 540, 1081])('cover %i pixels and go over into each other', (size) => {
    const starts = tileStarts(size);
    expect(starts[0]).toBe(0);
    expect(starts.every((start) => start % 2 === 0)).toBe(true);
    for (let place = 0; place < size; place++) {
      const counting = starts.filter((start) => place >= start && place < start + SIDE);
      expect(counting.length, `pixel ${place}`).toBeGreaterThan(0);
      // Where a part ends inside the face, another one counts in full.
      expect(Math.max(...counting.map((start) => tileWeight(place - start)))).toBeGreaterThan(
        place < 32 || place >= size - 32 ? 0 : 0.45,
      );
    }
    const last = starts.at(-1)! + SIDE;
    expect(last).toBeGreaterThanOrEqual(size);
  });

  it('are told 2 x 2 pixels as one step, and paths whichever way they are walked', () => {
    const [width, height] = [40, 24];
    const plane = (value: (x: number, y: number) => number): Float32Array =>
      Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
    const [columns, rows] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)];
    const evidence = (sign: number) => ({
      lent: plane(() => 0.25),
      trust: plane((x) => (x < 10 ? 1 : 0)),
      ...{ columns, rows },
      paths: Float32Array.from({ length: columns * rows * 2 }, (_, i) => sign * (i % 2 === 0 ? 6 : 0)),
    });
    const look = { width, height, restored: plane((x) => x / 64), blurred: plane((x, y) => (x + y) / 64) };
    const [one, other] = [new Float32Array(INPUTS * STEPS * STEPS), new Float32Array(INPUTS * STEPS * STEPS)];
    fillTile({ ...look, evidence: evidence(1) }, 4, 2, one);
    fillTile({ ...look, evidence: evidence(-1) }, 4, 2, other);
    expect(Buffer.from(one.buffer).equals(Buffer.from(other.buffer))).toBe(true);
    const at = (channel: number, column: number, row: number): number => one[(channel * STEPS + row) * STEPS + column]!;
    // Step (2, 3) of the part are the pixels from (8, 8) on.
    expect([0, 1, 2, 3].map((corner) => at(corner, 2, 3))).toEqual([8, 9, 8, 9].map((x) => (2 * x) / 64 - 1));
    expect([4, 5, 6, 7].map((corner) => at(corner, 2, 3))).toEqual([8, 8, 9, 9].map((y) => (8 * y) / 64));
    expect(at(8, 2, 3)).toBeCloseTo((8 * 8) / 64 + 2);
    expect([at(12, 2, 3), at(12, 3, 3)]).toEqual([1, 0]);
    expect([at(13, 2, 3), at(14, 2, 3), at(15, 2, 3)]).toEqual([0.5, 0, 0.5].map((value) => expect.closeTo(value, 5)));
    // Beyond the face its rim goes on.
    expect(at(1, STEPS - 1, 0)).toBe((2 * (width - 1)) / 64 - 1);
  });
});
