import { type Picture, planeSize, type Rect } from '../../core/picture.ts';

/** Differences of samples outside the faces, in code values of the before clip's bit depth. */
export interface OutsideDifference {
  readonly mean: number;
  readonly max: number;
}

/**
 * Whether the samples of two pictures can be compared as they are: same size, colour family, range and matrix. Bit depth
 * and chroma subsampling may differ; then values are scaled, and chroma is left out.
 */
export function comparable(a: Picture, b: Picture): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.layout.family === b.layout.family &&
    a.colour.range === b.colour.range &&
    a.colour.matrix === b.colour.matrix
  );
}

/**
 * Mean and largest absolute difference of all samples outside `faces` (rectangles in pixels; a chroma sample counts as
 * inside when any of its pixels is). Both pictures must be {@link comparable}.
 */
export function outsideDifference(before: Picture, after: Picture, faces: readonly Rect[]): OutsideDifference {
  const { layout } = before;
  const scale = 2 ** (layout.bitDepth - after.layout.bitDepth);
  const sameChroma =
    layout.chromaShiftX === after.layout.chromaShiftX && layout.chromaShiftY === after.layout.chromaShiftY;
  const planes = layout.family === 'yuv' && !sameChroma ? 1 : Math.min(3, before.planes.length, after.planes.length);
  let [sum, count, max] = [0, 0, 0];
  for (let plane = 0; plane < planes; plane++) {
    const [a, b] = [before.planes[plane]!, after.planes[plane]!];
    const [width, height] = planeSize(layout, before.width, before.height, plane);
    const chroma = layout.family === 'yuv' && plane > 0;
    const [shiftX, shiftY] = chroma ? [layout.chromaShiftX, layout.chromaShiftY] : [0, 0];
    for (let y = 0; y < height; y++) {
      let x = 0;
      while (x < width) {
        const stop = nextFace(faces, x, y, shiftX, shiftY, width);
        for (let i = y * width + x, end = y * width + stop.start; i < end; i++) {
          const difference = Math.abs(a[i]! - b[i]! * scale);
          sum += difference;
          if (difference > max) max = difference;
        }
        count += stop.start - x;
        x = stop.end;
      }
    }
  }
  return { mean: count === 0 ? 0 : sum / count, max };
}

/** The next stretch of samples of row `y` at or after `x` that a face covers; starts at `width` when there is none. */
function nextFace(
  faces: readonly Rect[],
  x: number,
  y: number,
  shiftX: number,
  shiftY: number,
  width: number,
): { start: number; end: number } {
  let start = width;
  let end = width;
  for (const face of faces) {
    if (face.width <= 0 || face.height <= 0 || y < face.y >> shiftY || y > (face.y + face.height - 1) >> shiftY)
      continue;
    const left = Math.max(x, face.x >> shiftX);
    const right = Math.min(width, ((face.x + face.width - 1) >> shiftX) + 1);
    if (right > x && left < start) [start, end] = [left, right];
  }
  return { start, end };
}
