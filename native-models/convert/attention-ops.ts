import type { Computed, GraphBuilder, Value } from './graph-builder.ts';
import { reshape } from './shape-ops.ts';
import type { Shape } from './tensor.ts';

/**
 * The three custom operators by which MediaPipe's attention mesh looks at lips and eyes again, in ONNX arithmetic.
 * Semantics: mediapipe/util/tflite/operations (landmarks_to_transform_matrix, transform_tensor_bilinear,
 * transform_landmarks), version 2 of each.
 */
export interface LandmarkCrop {
  /** Landmarks that the crop must hold. */
  readonly subset: readonly number[];
  /** The line from `left` to `right` becomes horizontal. */
  readonly left: number;
  readonly right: number;
  /** Enlargement of the bounding box. */
  readonly scale: readonly [number, number];
  /** Size of the crop in samples. */
  readonly width: number;
  readonly height: number;
}

function slice(
  graph: GraphBuilder,
  input: Value,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  shape: Shape,
): Computed {
  const bounds = [starts, ends, axes].map((values) => graph.integers(values));
  return graph.emit('Slice', [graph.plain(input), ...bounds], shape);
}

function transposed(graph: GraphBuilder, matrix: Computed): Computed {
  return graph.emitPlain('Transpose', [matrix], matrix.shape.toReversed(), { perm: [1, 0] });
}

/**
 * Matrix that takes crop samples to points of the picture: [1, n, 3] landmarks -> [1, 4, 4]. The crop is the bounding
 * box of the subset in a frame turned level. The turn needs no angle: its cosine and sine are the normalised vector.
 */
export function landmarksToMatrix(graph: GraphBuilder, landmarks: Value, crop: LandmarkCrop): Computed {
  const count = landmarks.shape[1]!;
  const points = slice(graph, reshape(graph, landmarks, [count, 3]), [0], [2], [1], [count, 2]);
  const gather = (indices: readonly number[]): Computed =>
    graph.emit('Gather', [points.name, graph.integers(indices)], [indices.length, 2], { axis: 0 });

  const direction = graph.emitPlain('Sub', [gather([crop.right]), gather([crop.left])], [1, 2]);
  const length = graph.emitPlain('ReduceL2', [direction], [1, 1], { axes: [1], keepdims: 1 });
  const alongX = graph.emitPlain('Div', [direction, length], [1, 2]);
  const alongY = graph.emitPlain('MatMul', [alongX, graph.floats([0, 1, -1, 0], [2, 2])], [1, 2]);
  const toLevel = graph.emitPlain('Concat', [alongX, alongY], [2, 2], { axis: 0 });
  const fromLevel = transposed(graph, toLevel);

  const level = graph.emitPlain('MatMul', [gather(crop.subset), fromLevel], [crop.subset.length, 2]);
  const high = graph.emitPlain('ReduceMax', [level], [1, 2], { axes: [0], keepdims: 1 });
  const low = graph.emitPlain('ReduceMin', [level], [1, 2], { axes: [0], keepdims: 1 });
  const size = graph.emitPlain('Sub', [high, low], [1, 2]);
  const middle = graph.emitPlain('Mul', [graph.emitPlain('Add', [high, low], [1, 2]), graph.floats([0.5])], [1, 2]);
  const centre = graph.emitPlain('MatMul', [middle, toLevel], [1, 2]);

  const perSample = graph.floats([crop.scale[0] / crop.width, crop.scale[1] / crop.height], [1, 2]);
  const linear = graph.emitPlain('Mul', [fromLevel, graph.emitPlain('Mul', [size, perSample], [1, 2])], [2, 2]);
  const halfCrop = graph.floats([-crop.width / 2, -crop.height / 2], [2, 1]);
  const corner = graph.emitPlain('MatMul', [linear, halfCrop], [2, 1]);
  const shift = graph.emitPlain('Add', [transposed(graph, centre), corner], [2, 1]);

  const top = graph.emitPlain('Concat', [linear, graph.floats([0, 0], [2, 1]), shift], [2, 4], { axis: 1 });
  const bottom = graph.floats([0, 0, 1, 0, 0, 0, 0, 1], [2, 4]);
  return reshape(graph, graph.emitPlain('Concat', [top, bottom], [4, 4], { axis: 0 }), [1, 4, 4]);
}

/** Points times the 2-D affine part of a [1, 4, 4] matrix, row-vector form: [n, 2] -> [n, 2]. */
function applyMatrix(graph: GraphBuilder, points: Value, matrix: Value): Computed {
  const square = reshape(graph, matrix, [4, 4]);
  const linear = slice(graph, square, [0, 0], [2, 2], [0, 1], [2, 2]);
  const shift = slice(graph, square, [0, 3], [2, 4], [0, 1], [2, 1]);
  const turned = graph.emitPlain('MatMul', [points, transposed(graph, linear)], points.shape);
  return graph.emitPlain('Add', [turned, transposed(graph, shift)], points.shape);
}

/** Landmarks of a crop back in the picture: [1, n, 2] and [1, 4, 4] -> [1, n, 2]. */
export function transformLandmarks(graph: GraphBuilder, landmarks: Value, matrix: Value): Computed {
  if (landmarks.shape[2] !== 2) throw new Error(`landmarks [${landmarks.shape}] are not two-dimensional`);
  const flat = reshape(graph, landmarks, landmarks.shape.slice(1));
  return reshape(graph, applyMatrix(graph, flat, matrix), landmarks.shape);
}

/**
 * Cuts a crop out of a feature map: [1, H, W, C] and [1, 4, 4] -> [1, height, width, C]. Crop sample (i, j) lies at
 * matrix * (i + .5, j + .5) - .5 in feature samples; a sample whose centre leaves the map is zero, not blended with it.
 */
export function transformTensor(
  graph: GraphBuilder,
  features: Value,
  matrix: Value,
  height: number,
  width: number,
): Computed {
  const [, rows, columns, channels] = features.shape as [number, number, number, number];
  const count = height * width;
  const centres = Array.from({ length: count }, (_, index) => [(index % width) + 0.5, Math.floor(index / width) + 0.5]);
  const at = applyMatrix(graph, graph.floats(centres.flat(), [count, 2]), matrix);

  const scaled = graph.emitPlain('Mul', [at, graph.floats([2 / columns, 2 / rows], [1, 2])], [count, 2]);
  const grid = reshape(graph, graph.emitPlain('Sub', [scaled, graph.floats([1])], [count, 2]), [1, height, width, 2]);
  const shape = [1, height, width, channels];
  const attributes = { mode: 'bilinear', padding_mode: 'zeros', align_corners: 0 };
  const sampled = graph.emit('GridSample', [graph.channelsFirst(features), grid.name], shape, attributes, true);

  const above = graph.emitPlain('Max', [at, graph.floats([0.5])], [count, 2]);
  const clamped = graph.emitPlain('Min', [above, graph.floats([columns - 0.5, rows - 0.5], [1, 2])], [count, 2]);
  const inside = graph.emitPlain('Equal', [at, clamped], [count, 2]);
  const mask = graph.emitPlain('Cast', [inside], [count, 2], { to: 1 });
  const both = graph.emitPlain('ReduceMin', [mask], [count, 1], { axes: [1], keepdims: 1 });
  const plane = graph.emit('Reshape', [both.name, graph.integers([1, 1, height, width])], [1, 1, height, width]);
  return graph.emit('Mul', [sampled.name, plane.name], shape, {}, true);
}
