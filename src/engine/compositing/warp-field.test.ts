import { describe, expect, it } from 'vitest';
import { drawTriangles, VERTEX_STRIDE, WarpField } from './warp-field.ts';

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
