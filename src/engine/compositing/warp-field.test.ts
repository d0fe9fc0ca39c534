import { describe, expect, it } from 'vitest';
import { drawGrid, drawTriangles, VERTEX_STRIDE, WarpField } from './warp-field.ts';

function vertex(x: number, y: number, depth: number, dx: number): number[] {
  return [x, y, depth, dx, 0, 0, 1, x / 20, y / 20];
}

describe('drawTriangles', () => {
  it('covers a square cut in two without a seam and interpolates linearly', () => {
    const field = new WarpField();
    field.reset({ x: 3, y: 2, width: 20, height: 20 });
    const corners = [vertex(5, 4, 0, 0), vertex(20, 4, 0, 15), vertex(20, 19, 0, 15), vertex(5, 19, 0, 0)].flat();
    drawTriangles(field, Float32Array.from(corners), Uint32Array.from([0, 1, 2, 0, 2, 3]), 0);
    for (let y = 4; y < 19; y++)
      for (let x = 5; x < 20; x++) {
        const at = (y - 2) * 20 + (x - 3);
        expect(field.region[at]).toBe(1);
        expect(field.dx[at]).toBeCloseTo(x + 0.5 - 5, 4);
      }
    expect(field.region[0]).toBe(0);
  });

  it('lets the nearest surface win, in either order and winding', () => {
    for (const order of [
      [0, 1, 2, 3, 5, 4],
      [3, 4, 5, 0, 2, 1],
    ]) {
      const field = new WarpField();
      field.reset({ x: 0, y: 0, width: 10, height: 10 });
      const near = [vertex(0, 0, 5, 1), vertex(10, 0, 5, 1), vertex(0, 10, 5, 1)];
      const far = [vertex(0, 0, 1, 2), vertex(10, 0, 1, 2), vertex(0, 10, 1, 2)];
      const vertices = Float32Array.from([...near, ...far].flat());
      expect(vertices.length).toBe(6 * VERTEX_STRIDE);
      drawTriangles(field, vertices, Uint32Array.from(order), 0);
      expect(field.dx[2 * 10 + 2]).toBe(1);
    }
  });
});

describe('drawGrid', () => {
  it('draws straight lines between nodes whose cells end between pixels, and nothing where all nodes lie still', () => {
    const field = new WarpField();
    const [width, height, cell, columns, rows] = [37, 23, 4.6, 9, 6];
    field.reset({ x: 11, y: 7, width, height });
    field.matte.fill(1);
    // The first three columns of nodes lie still: so do the two cells between them.
    const still = 2 * cell;
    const nodes = (slope: (i: number, j: number) => number) =>
      Float32Array.from({ length: columns * rows }, (_, at) => {
        const [i, j] = [at % columns, Math.floor(at / columns)];
        return i < 3 ? 0 : slope(i, j);
      });
    drawGrid(field, { columns, rows, cell, alongX: nodes((i, j) => (i - 2) * (j + 1)), alongY: nodes((i) => 2 - i) });
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        if (x + 0.5 < still) {
          expect(field.matte[at]).toBe(0);
          continue;
        }
        const i = (x + 0.5) / cell - 2;
        expect(field.dx[at]).toBeCloseTo(i * ((y + 0.5) / cell + 1), 4);
        expect(field.dy[at]).toBeCloseTo(-i, 4);
        const moved = Math.abs(field.dx[at]!) + Math.abs(field.dy[at]!);
        expect(field.matte[at]).toBeCloseTo(Math.min(1, Math.max(0, (moved - 0.04) / 0.16)), 4);
      }
  });
});
