import { describe, expect, it } from 'vitest';
import { diffuse, srgbByte } from './light.ts';
import { projectPoints, turn } from './projection.ts';
import { clearVisibility, createVisibilityBuffer, interpolateAttribute, rasterise } from './rasteriser.ts';

const QUAD = Uint16Array.of(0, 2, 1, 0, 3, 2);

function rows(values: Int32Array, width: number): string[] {
  const text = [...values].map((v) => (v < 0 ? '.' : String(v))).join('');
  return text.match(new RegExp(`.{${width}}`, 'g')) ?? [];
}

describe('rasteriser', () => {
  it('covers exactly the pixels whose centre lies inside', () => {
    const buffer = createVisibilityBuffer(8, 6);
    rasterise(buffer, Float32Array.of(1, 1, 0, 7, 1, 0, 1, 5, 0), Uint16Array.of(0, 1, 2));
    expect(rows(buffer.triangle, 8)).toEqual(['........', '.00000..', '.0000...', '.00.....', '.0......', '........']);
  });

  it('leaves no crack and no gap between neighbours at odd positions', () => {
    const buffer = createVisibilityBuffer(64, 64);
    for (let k = 0; k < 40; k++) {
      clearVisibility(buffer);
      const [cx, cy] = [32 + Math.sin(k * 7.1) * 9.37, 32 + Math.cos(k * 3.3) * 9.71];
      const n = 11;
      const screen = new Float32Array((n + 1) * 3);
      const fan = new Uint16Array(n * 3);
      screen.set([cx, cy, 0], n * 3);
      for (let i = 0; i < n; i++) {
        screen.set(
          [32 + 25 * Math.cos(k + (i * 2 * Math.PI) / n), 32 + 25 * Math.sin(k + (i * 2 * Math.PI) / n), 0],
          i * 3,
        );
        fan.set([n, i, (i + 1) % n], i * 3);
      }
      rasterise(buffer, screen, fan);
      let holes = 0;
      for (let at = 0; at < 64 * 64; at++)
        if (Math.hypot((at % 64) - 31.5, Math.floor(at / 64) - 31.5) < 23.9 && buffer.triangle[at] === -1) holes++;
      expect(holes).toBe(0);
    }
  });

  it('shows the nearest, whatever the order, and drops the culled side', () => {
    const screen = Float32Array.of(0, 0, 1, 4, 0, 1, 4, 4, 1, 0, 4, 1, 0, 0, 2, 4, 0, 2, 4, 4, 2, 0, 4, 2);
    const near = Uint16Array.of(4, 6, 5, 4, 7, 6);
    const buffer = createVisibilityBuffer(4, 4);
    rasterise(buffer, screen, near, { base: 10 });
    rasterise(buffer, screen, QUAD);
    expect(new Set(buffer.triangle)).toEqual(new Set([10, 11]));
    clearVisibility(buffer);
    rasterise(buffer, screen, near, { cull: 'back' });
    expect(new Set(buffer.triangle)).toEqual(new Set([0, 1]));
    clearVisibility(buffer);
    rasterise(buffer, screen, near, { cull: 'front' });
    expect(new Set(buffer.triangle)).toEqual(new Set([-1]));
  });

  it('reproduces a linear attribute in every pixel and leaves the others alone', () => {
    const buffer = createVisibilityBuffer(10, 10);
    const screen = Float32Array.of(1.3, 0.8, 0, 9.1, 2.2, 0, 3.7, 8.9, 0);
    const attribute = Float32Array.from([0, 1, 2].flatMap((v) => [2 * screen[v * 3]! + 1, screen[v * 3 + 1]!]));
    const out = new Float32Array(200).fill(-7);
    rasterise(buffer, screen, Uint16Array.of(0, 1, 2), { base: 5 });
    interpolateAttribute(buffer, Uint16Array.of(0, 1, 2), attribute, 2, out, 5);
    let seen = 0;
    for (let at = 0; at < 100; at++) {
      if (buffer.triangle[at] === -1) {
        expect(out[at * 2]).toBe(-7);
        continue;
      }
      seen++;
      expect(out[at * 2]).toBeCloseTo(2 * ((at % 10) + 0.5) + 1, 4);
      expect(out[at * 2 + 1]).toBeCloseTo(Math.floor(at / 10) + 0.5, 4);
    }
    expect(seen).toBeGreaterThan(20);
  });

  it('skips corners that are not finite and clips what lies outside', () => {
    const buffer = createVisibilityBuffer(4, 4);
    rasterise(buffer, Float32Array.of(Number.NaN, 0, 0, 4, 0, 0, 0, 4, 0), Uint16Array.of(0, 1, 2));
    expect(buffer.triangle.every((id) => id === -1)).toBe(true);
    rasterise(buffer, Float32Array.of(-50, -50, 0, 80, -50, 0, -50, 80, 0), Uint16Array.of(0, 1, 2));
    expect(buffer.triangle.every((id) => id === 0)).toBe(true);
  });
});

describe('projection', () => {
  it('looks right with positive yaw and up with positive pitch', () => {
    const nose = Float32Array.of(0, 0, 1);
    const screen = new Float32Array(3);
    const base = { translation: [0, 0, 0], pixelsPerUnit: 10, centre: [50, 50] } as const;
    projectPoints({ ...base, rotation: turn(0.5, 0) }, nose, screen);
    expect(screen[0]).toBeGreaterThan(54);
    projectPoints({ ...base, rotation: turn(0, 0.5) }, nose, screen);
    expect(screen[1]).toBeLessThan(46);
  });

  it('carries attributes perspective-correctly', () => {
    // A floor that runs from near to far: half way on the screen is not half way on the floor.
    const floor = Float32Array.of(-1, -1, 2, 1, -1, 2, 1, -1, -20, -1, -1, -20);
    const screen = new Float32Array(12);
    const inverseW = new Float32Array(4);
    const view = {
      rotation: [0, 0, 0, 1],
      translation: [0, 0, 0],
      pixelsPerUnit: 60,
      centre: [60, 10],
      eyeDistance: 4,
    } as const;
    projectPoints(view, floor, screen, inverseW);
    const buffer = createVisibilityBuffer(120, 120);
    const triangles = Uint16Array.of(0, 1, 2, 0, 2, 3);
    rasterise(buffer, screen, triangles, { inverseW });
    const depth = new Float32Array(120 * 120).fill(Number.NaN);
    interpolateAttribute(buffer, triangles, Float32Array.of(2, 2, -20, -20), 1, depth);
    let checked = 0;
    for (let y = 0; y < 120; y++) {
      const value = depth[y * 120 + 60]!;
      if (Number.isNaN(value)) continue;
      // y_screen = 10 + 60 * 4 / (4 - z) for the floor at y = -1.
      expect(value).toBeCloseTo(4 - 240 / (y + 0.5 - 10), 2);
      checked++;
    }
    expect(checked).toBeGreaterThan(60);
  });

  it('marks what is behind the eye', () => {
    const screen = new Float32Array(3);
    projectPoints(
      { rotation: [0, 0, 0, 1], translation: [0, 0, 0], pixelsPerUnit: 1, centre: [0, 0], eyeDistance: 2 },
      Float32Array.of(0, 0, 5),
      screen,
    );
    expect(Number.isNaN(screen[0]!)).toBe(true);
  });
});

describe('light', () => {
  it('wraps round the form and never goes below ambient', () => {
    const lighting = {
      ambient: [0.1, 0.1, 0.1],
      lights: [{ towards: [0, 0, 1], colour: [1, 0.5, 0] }],
      wrap: 0.5,
    } as const;
    const out = [0, 0, 0];
    diffuse(lighting, 0, 0, 1, out);
    expect(out[0]).toBeCloseTo(1.1);
    diffuse(lighting, 1, 0, 0, out);
    expect(out[0]).toBeCloseTo(0.1 + 1 / 3);
    diffuse(lighting, 0, 0, -1, out);
    expect(out).toEqual([0.1, 0.1, 0.1]);
    expect([srgbByte(0), srgbByte(1), srgbByte(2), srgbByte(0.2140411)]).toEqual([0, 255, 255, 127]);
  });
});
