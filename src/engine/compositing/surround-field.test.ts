import { describe, expect, it } from 'vitest';
import { SurroundField } from './surround-field.ts';
import { WarpField } from './warp-field.ts';

describe('SurroundField', () => {
  const size = 240;
  const field = new WarpField();
  field.reset({ x: 0, y: 0, width: size, height: size });
  const radius = 50;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (Math.hypot(x - 120, y - 100) > radius) continue;
      const at = y * size + x;
      field.region[at] = 1;
      field.matte[at] = 1;
      field.dy[at] = Math.max(0, (y - 100) / radius) * 12; // the chin drops, the brow stays
    }
  new SurroundField().fill(field, { centreX: 120, centreY: 100, downX: 0, downY: 1, halfHeight: radius });

  it('continues the outline without a tear', () => {
    for (let x = 90; x <= 150; x += 3) {
      const edge = Math.floor(100 + Math.sqrt(radius * radius - (x - 120) ** 2));
      const jump = Math.abs(field.dy[edge * size + x]! - field.dy[(edge + 1) * size + x]!);
      expect(jump).toBeLessThan(1.2);
    }
  });

  it('fades with distance, farther below the chin than above, to nothing at all', () => {
    const at = (x: number, y: number): number => field.dy[y * size + x]!;
    expect(at(120, 160)).toBeGreaterThan(3);
    expect(at(120, 172)).toBeGreaterThan(0.5);
    expect(at(175, 160)).toBeLessThan(0.3); // beside the neck: background
    expect(Math.abs(at(120, 225))).toBeLessThan(0.02);
    expect(Math.abs(at(120, 40))).toBeLessThan(0.05);
    expect(field.matte[225 * size + 120]).toBe(0);
  });
});
