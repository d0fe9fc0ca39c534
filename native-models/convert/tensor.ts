/** Contents of a constant: 32-bit floats (weights) or 32-bit integers (shapes, axes, paddings). */
export type TensorData = Float32Array | Int32Array;

/** Dimensions, outermost first. */
export type Shape = readonly number[];

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** `axis` counted from the front: TensorFlow lets negative axes count from the back. */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (resolved < 0 || resolved >= rank) throw new Error(`axis ${axis} outside a tensor of rank ${rank}`);
  return resolved;
}

/** Copy of `data` with its dimensions reordered: output dimension d is input dimension `permutation[d]`. */
export function transposeData<T extends TensorData>(data: T, shape: Shape, permutation: readonly number[]): T {
  const rank = shape.length;
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const outputShape = permutation.map((axis) => shape[axis]!);
  const outputStrides = permutation.map((axis) => strides[axis]!);
  const output = data.slice() as T;
  const counter = new Array<number>(rank).fill(0);
  let source = 0;
  for (let target = 0; target < output.length; target++) {
    output[target] = data[source]!;
    for (let axis = rank - 1; axis >= 0; axis--) {
      source += outputStrides[axis]!;
      counter[axis] = counter[axis]! + 1;
      if (counter[axis]! < outputShape[axis]!) break;
      source -= outputStrides[axis]! * outputShape[axis]!;
      counter[axis] = 0;
    }
  }
  return output;
}

/** Shape of an element-wise operation under NumPy broadcasting. Throws when the shapes do not fit. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    return Math.max(left, right);
  });
}
