import { type Picture, planeSize, type Rect } from '../../core/picture.ts';

/** A part of a picture, and where a face shows in it: 0..1, row-major over `rect`. */
export interface ShownFace {
  readonly rect: Rect;
  readonly matte: Float32Array;
}

/**
 * Pulls `target` towards `source` where a face shows: `share` 1 leaves it, 0 makes it the source again. Beside its matte nothing
 * moves, for there another face may lie.
 */
export function holdBack(source: Picture, target: Picture, face: ShownFace, share: number): void {
  const { layout } = source;
  const { rect } = face;
  target.planes.forEach((plane, p) => {
    const from = source.planes[p]!;
    const [width, height] = planeSize(layout, source.width, source.height, p);
    const chroma = layout.family === 'yuv' && (p === 1 || p === 2);
    const [sx, sy] = chroma ? [layout.chromaShiftX, layout.chromaShiftY] : [0, 0];
    const right = Math.min(width, ((rect.x + rect.width) >> sx) + 1);
    const bottom = Math.min(height, ((rect.y + rect.height) >> sy) + 1);
    for (let y = rect.y >> sy; y < bottom; y++)
      for (let x = rect.x >> sx; x < right; x++) {
        if (!shows(face, x << sx, y << sy, 1 << sx, 1 << sy)) continue;
        const i = y * width + x;
        plane[i] = from[i]! + Math.round(share * (plane[i]! - from[i]!));
      }
  });
}

/** Whether anything of a face shows in `columns` x `rows` pixels of the picture from (x, y) on. */
export function shows({ rect, matte }: ShownFace, x: number, y: number, columns: number, rows: number): boolean {
  for (let v = Math.max(0, y - rect.y); v < Math.min(rect.height, y - rect.y + rows); v++)
    for (let u = Math.max(0, x - rect.x); u < Math.min(rect.width, x - rect.x + columns); u++)
      if (matte[v * rect.width + u]! > 0) return true;
  return false;
}
