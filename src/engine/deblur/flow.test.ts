import { describe, expect, it } from 'vitest';
import { SharedArena } from '../../core/wasm/index.ts';
import { FlowGrid, NODE } from './flow.ts';
import { deblurKernels } from './kernels/index.ts';
import { noisePlane } from './noise-plane.test-support.ts';

const RECT = { x: 40, y: 60, width: 52, height: 36 };
const FROM = { x: 34, y: 56, width: 64, height: 48 };

/** Light of a texture at a place. */
const light = (x: number, y: number): number =>
  0.5 + 0.2 * Math.sin(0.31 * x + 0.1 * y) + 0.15 * Math.sin(0.43 * y - 0.17 * x) + 0.05 * Math.sin(0.7 * (x + y));

function textured(arena: SharedArena, rect: typeof RECT, dx = 0, dy = 0): Float32Array {
  const plane = arena.floats(rect.width * rect.height);
  for (let i = 0; i < plane.length; i++)
    plane[i] = light(rect.x + (i % rect.width) - dx, rect.y + Math.floor(i / rect.width) - dy);
  return plane;
}

/** Catmull-Rom along one axis. */
function cubic(t: number): [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

describe('FlowGrid', () => {
  for (const scale of [1, 2] as const)
    it(`samples where it leads, at 1/${scale} of the size`, () => {
      const arena = new SharedArena();
      const flow = new FlowGrid(arena, RECT);
      noisePlane(arena, flow.dx.length, 5).forEach((value, n) => {
        flow.dx[n] = 4 * value;
        flow.dy[n] = 3 * value - 1;
      });
      const [width, height] = [RECT.width / scale, RECT.height / scale];
      const [fw, fh] = [FROM.width / scale, FROM.height / scale];
      const plane = noisePlane(arena, fw * fh, 6);
      const [out, inside] = [arena.floats(width * height), arena.floats(width * height)];
      flow.warp(plane, FROM, out, scale, inside);
      let outside = 0;
      for (let y = 0, at = 0; y < height; y++)
        for (let x = 0; x < width; x++, at++) {
          const [gx, gy] = [(x * scale + (scale - 1) / 2) / NODE, (y * scale + (scale - 1) / 2) / NODE];
          const [i, j] = [Math.floor(gx), Math.floor(gy)];
          const [u, v] = [gx - i, gy - j];
          const move = (nodes: Float32Array): number => {
            const n = j * flow.columns + i;
            const above = nodes[n]! + u * (nodes[n + 1]! - nodes[n]!);
            const [c, d] = [nodes[n + flow.columns]!, nodes[n + flow.columns + 1]!];
            return above + v * (c + u * (d - c) - above);
          };
          const sx = x + (move(flow.dx) + RECT.x - FROM.x) / scale;
          const sy = y + (move(flow.dy) + RECT.y - FROM.y) / scale;
          const [ix, iy] = [Math.floor(sx), Math.floor(sy)];
          const within = ix >= 1 && iy >= 1 && ix < fw - 2 && iy < fh - 2;
          expect(inside[at]).toBe(within ? 1 : 0);
          if (!within) outside++;
          // Just before the rim the place is held by a hundredth of a pixel.
          if (!within || sx > fw - 2.02 || sy > fh - 2.02) continue;
          const [wx, wy] = [cubic(sx - ix), cubic(sy - iy)];
          let wanted = 0;
          for (let b = 0; b < 4; b++)
            for (let a = 0; a < 4; a++) wanted += wy[b]! * wx[a]! * plane[(iy - 1 + b) * fw + ix - 1 + a]!;
          expect(Math.abs(out[at]! - wanted)).toBeLessThan(1e-4);
        }
      expect(outside).toBeLessThan(width * height * 0.2);
    });

  it('sums gradients and differences around every node', () => {
    const arena = new SharedArena();
    const [width, height, columns, rows, cell] = [28, 20, 6, 5, 6];
    const [fixed, moving, mask, scale] = [1, 2, 3, 4].map((seed) => noisePlane(arena, width * height, seed)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const sums = arena.floats(columns * rows * 5);
    const list = [fixed, moving, mask, scale, sums].map((plane) => plane.byteOffset);
    deblurKernels(arena.memory).flow(...list, width, height, columns, rows, cell, 1 / 0.2);
    const wanted = new Float64Array(sums.length);
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        if (mask[i]! <= 0) continue;
        const s = scale[i]! / 0.2;
        const gx = ((moving[i + 1]! - moving[i - 1]!) / 2) * s;
        const gy = ((moving[i + width]! - moving[i - width]!) / 2) * s;
        const r = (fixed[i]! - moving[i]!) * s;
        const w = mask[i]! / (1 + (r / 6) ** 2);
        const node = Math.min(rows - 1, Math.round(y / cell)) * columns + Math.min(columns - 1, Math.round(x / cell));
        [gx * gx, gx * gy, gy * gy, gx * r, gy * r].forEach((value, k) => {
          wanted[node * 5 + k]! += w * value;
        });
      }
    sums.forEach((value, i) => {
      expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(wanted[i]!)));
    });
  });

  it('finds how a texture moved', () => {
    const arena = new SharedArena();
    const flow = new FlowGrid(arena, RECT);
    const size = RECT.width * RECT.height;
    const neighbour = textured(arena, FROM, 1.7, -0.9);
    const fixed = textured(arena, RECT);
    const [moving, mask, scale] = [arena.floats(size), arena.floats(size), arena.floats(size).fill(1)];
    for (const reach of [0, 0, 2, 1, 1]) {
      flow.warp(neighbour, FROM, moving, 1, mask);
      flow.improve({ fixed, moving, mask, scale, noise: 0.01 }, reach, 1);
    }
    const middle = Math.floor(flow.rows / 2) * flow.columns + Math.floor(flow.columns / 2);
    expect(flow.dx[middle]!).toBeCloseTo(1.7, 1);
    expect(flow.dy[middle]!).toBeCloseTo(-0.9, 1);
  });
});
