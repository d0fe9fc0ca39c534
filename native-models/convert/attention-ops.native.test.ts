import { describe, expect, it } from 'vitest';
import { at, fill, map, noise, type Plain } from '../testing/reference.ts';
import { difference, runGraph } from '../testing/run-graph.ts';
import { type LandmarkCrop, landmarksToMatrix, transformLandmarks, transformTensor } from './attention-ops.ts';

const EXACT = 1e-4;

/** MediaPipe's own way: an angle, a rotated bounding box, and a matrix put together from them. */
function referenceMatrix(landmarks: Plain, crop: LandmarkCrop): Plain {
  const point = (index: number): [number, number] => [at(landmarks, 0, index, 0), at(landmarks, 0, index, 1)];
  const [lx, ly] = point(crop.left);
  const [rx, ry] = point(crop.right);
  const angle = Math.atan2(ry - ly, rx - lx);
  const turn = ([x, y]: readonly [number, number], by: number): [number, number] => [
    x * Math.cos(by) - y * Math.sin(by),
    x * Math.sin(by) + y * Math.cos(by),
  ];
  const level = crop.subset.map((index) => turn(point(index), -angle));
  const xs = level.map(([x]) => x);
  const ys = level.map(([, y]) => y);
  const width = Math.max(...xs) - Math.min(...xs);
  const height = Math.max(...ys) - Math.min(...ys);
  const centre = turn([(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2], angle);
  const sx = (width * crop.scale[0]) / crop.width;
  const sy = (height * crop.scale[1]) / crop.height;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const shift = turn([(-sx * crop.width) / 2, (-sy * crop.height) / 2], angle);
  const rows = [
    [sx * cos, -sy * sin, 0, centre[0] + shift[0]],
    [sx * sin, sy * cos, 0, centre[1] + shift[1]],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  return fill([1, 4, 4], (_n, row, column) => rows[row!]![column!]!);
}

const crop: LandmarkCrop = { subset: [0, 2, 3, 5, 7], left: 1, right: 4, scale: [1.5, 1.25], width: 6, height: 4 };

describe('landmarksToMatrix', () => {
  it.each([1, 2, 3, 4])('levels the line and frames the subset (set %i)', async (seed) => {
    const landmarks = map(noise([1, 8, 3], seed), (value) => value * 40 + 60);
    const result = await runGraph([landmarks], (graph, value) => landmarksToMatrix(graph, value, crop));
    expect(difference(result, referenceMatrix(landmarks, crop))).toBeLessThan(EXACT);
  });

  it('maps the corners of the crop around the enlarged bounding box when nothing is turned', async () => {
    const points = [
      [10, 20],
      [0, 30],
      [30, 40],
      [20, 25],
      [50, 30],
      [15, 35],
      [0, 0],
      [25, 30],
    ];
    const landmarks = fill([1, 8, 3], (_n, index, axis) => points[index!]![axis!] ?? 0);
    const matrix = await runGraph([landmarks], (graph, value) => landmarksToMatrix(graph, value, crop));
    // Subset box is x 10..30, y 20..40; 1.5 and 1.25 times larger around (20, 30).
    const map2 = (x: number, y: number): number[] =>
      [0, 1].map((row) => {
        return at(matrix, 0, row, 0) * x + at(matrix, 0, row, 1) * y + at(matrix, 0, row, 3);
      });
    expect(map2(0, 0).map((value) => Number(value.toFixed(4)))).toEqual([5, 17.5]);
    expect(map2(6, 4).map((value) => Number(value.toFixed(4)))).toEqual([35, 42.5]);
  });
});

describe('transformLandmarks', () => {
  it('applies the planar part of the matrix', async () => {
    const landmarks = map(noise([1, 7, 2], 5), (value) => value * 8);
    const matrix = noise([1, 4, 4], 6);
    const expected = fill([1, 7, 2], (_n, index, row) => {
      const [x, y] = [at(landmarks, 0, index!, 0), at(landmarks, 0, index!, 1)];
      return at(matrix, 0, row!, 0) * x + at(matrix, 0, row!, 1) * y + at(matrix, 0, row!, 3);
    });
    const result = await runGraph([landmarks, matrix], (graph, a, b) => transformLandmarks(graph, a!, b!));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it('refuses points in space', async () => {
    await expect(
      runGraph([noise([1, 7, 3], 1), noise([1, 4, 4], 2)], (graph, a, b) => transformLandmarks(graph, a!, b!)),
    ).rejects.toThrow('two-dimensional');
  });
});

describe('transformTensor', () => {
  function reference(features: Plain, matrix: Plain, height: number, width: number): Plain {
    const [, rows, columns, channels] = features.shape as [number, number, number, number];
    return fill([1, height, width, channels], (_n, j, i, c) => {
      const along = (row: number): number =>
        at(matrix, 0, row, 0) * (i! + 0.5) + at(matrix, 0, row, 1) * (j! + 0.5) + at(matrix, 0, row, 3) - 0.5;
      const [x, y] = [along(0), along(1)];
      if (x < 0 || x > columns - 1 || y < 0 || y > rows - 1) return 0;
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const top = at(features, 0, y0, x0, c!) * (1 - fx) + at(features, 0, y0, x0 + 1, c!) * fx;
      const bottom = at(features, 0, y0 + 1, x0, c!) * (1 - fx) + at(features, 0, y0 + 1, x0 + 1, c!) * fx;
      return top * (1 - fy) + bottom * fy;
    });
  }
  const matrixOf = (linear: readonly number[], shift: readonly number[]): Plain => {
    const rows = [
      [linear[0], linear[1], 0, shift[0]],
      [linear[2], linear[3], 0, shift[1]],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ];
    return fill([1, 4, 4], (_n, row, column) => rows[row!]![column!]!);
  };

  it.each([
    { name: 'as it is', linear: [1, 0, 0, 1], shift: [0, 0] },
    { name: 'turned and shrunk', linear: [0.8, -0.3, 0.25, 0.9], shift: [2.3, 1.1] },
    { name: 'over the edge', linear: [2.1, 0.2, -0.2, 2.3], shift: [-1.7, -2.2] },
    { name: 'outside', linear: [1, 0, 0, 1], shift: [40, 40] },
  ])('samples $name', async ({ linear, shift }) => {
    const features = noise([1, 9, 7, 3], 8);
    const matrix = matrixOf(linear, shift);
    const result = await runGraph([features, matrix], (graph, a, b) => transformTensor(graph, a!, b!, 6, 5));
    expect(difference(result, reference(features, matrix, 6, 5))).toBeLessThan(EXACT);
  });
});
