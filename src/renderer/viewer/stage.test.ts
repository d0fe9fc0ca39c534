import { describe, expect, it } from 'vitest';
import { layStage, zoomAt } from './stage.ts';

const canvas = { width: 800, height: 600 };
const picture = { width: 1920, height: 1080 };
const whole = { zoom: 0, panX: 0, panY: 0 };

describe('where pictures lie on the viewer', () => {
  it('fits the whole picture, in the middle', () => {
    const { lefts, top, width, height } = layStage(canvas, picture, 1, whole);
    expect([lefts, top, width, height]).toEqual([[0], 75, 800, 450]);
  });

  it('puts source and edit against one another', () => {
    const { lefts, width } = layStage(canvas, picture, 2, whole);
    expect(lefts[1]! - lefts[0]!).toBe(width);
  });

  it('shows pixel for pixel', () => {
    const { scale, lefts } = layStage(canvas, picture, 1, { zoom: 1, panX: 0, panY: 0 });
    expect([scale, lefts[0]]).toEqual([1, -560]);
  });

  it('keeps the point under the pointer while zooming', () => {
    for (const columns of [1, 2] as const) {
      const pointer = { x: 650, y: 280 };
      const column = columns === 2 ? 1 : 0;
      const before = layStage(canvas, picture, columns, whole);
      const view = zoomAt(canvas, picture, columns, whole, 2, pointer);
      const after = layStage(canvas, picture, columns, view);
      expect((pointer.x - after.lefts[column]!) / after.scale).toBeCloseTo(
        (pointer.x - before.lefts[column]!) / before.scale,
        6,
      );
      expect((pointer.y - after.top) / after.scale).toBeCloseTo((pointer.y - before.top) / before.scale, 6);
    }
  });

  it('never loses the picture', () => {
    const { lefts, top } = layStage(canvas, picture, 1, { zoom: 1, panX: 99_999, panY: -99_999 });
    expect(lefts[0]).toBeLessThan(canvas.width);
    expect(top + 1080).toBeGreaterThan(0);
  });
});
