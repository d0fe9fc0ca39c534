import { type Computed, constant, type GraphBuilder, storedAxis, type Value } from './graph-builder.ts';
import { elementCount, resolveAxis, type Shape, transposeData } from './tensor.ts';

/** Zero padding; one [before, after] pair per logical dimension. */
export function pad(graph: GraphBuilder, input: Value, amounts: readonly (readonly [number, number])[]): Computed {
  if (input.kind === 'constant') throw new Error('padding of a constant');
  const rank = input.shape.length;
  if (amounts.length !== rank) throw new Error(`${amounts.length} paddings for rank ${rank}`);
  const shape = input.shape.map((size, axis) => size + amounts[axis]![0] + amounts[axis]![1]);
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  amounts.forEach(([first, last], axis) => {
    before[storedAxis(input, axis)] = first;
    after[storedAxis(input, axis)] = last;
  });
  const names = [input.name, graph.integers([...before, ...after])];
  return graph.emit('Pad', names, shape, {}, input.channelsFirst);
}

/** Same elements in logical order under another shape, in which one -1 is worked out. */
export function reshape(graph: GraphBuilder, input: Value, wanted: Shape): Computed {
  const known = elementCount(wanted.filter((size) => size !== -1));
  const shape = wanted.map((size) => (size === -1 ? elementCount(input.shape) / known : size));
  if (elementCount(shape) !== elementCount(input.shape)) throw new Error(`reshape of [${input.shape}] to [${wanted}]`);
  return graph.emit('Reshape', [graph.plain(input), graph.integers(shape)], shape);
}

/** Joins tensors along an axis; stays channels-first when all parts are. */
export function concatenate(graph: GraphBuilder, parts: readonly Value[], axis: number): Computed {
  const first = parts[0]!;
  const along = resolveAxis(axis, first.shape.length);
  const shape = first.shape.map((size, index) =>
    index === along ? parts.reduce((sum, part) => sum + part.shape[along]!, 0) : size,
  );
  const stored = parts.filter((part) => part.kind === 'computed').filter((part) => part.channelsFirst);
  if (stored.length < parts.length) return graph.emitPlain('Concat', parts, shape, { axis: along });
  const names = stored.map((part) => part.name);
  return graph.emit('Concat', names, shape, { axis: storedAxis(stored[0]!, along) }, true);
}

/** Mean over some axes, which stay as size 1 with `keepDimensions`. */
export function mean(graph: GraphBuilder, input: Value, axes: readonly number[], keepDimensions: boolean): Computed {
  const rank = input.shape.length;
  const reduced = axes.map((axis) => resolveAxis(axis, rank));
  const kept = input.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const shape = keepDimensions ? kept : input.shape.filter((_, axis) => !reduced.includes(axis));
  // Dropping only rows and columns of an NCHW tensor leaves N, C: the logical order. Anything else needs NHWC first.
  const inPlace =
    input.kind === 'computed' &&
    input.channelsFirst &&
    (keepDimensions || (reduced.length === 2 && reduced.includes(1) && reduced.includes(2)));
  const name = inPlace ? input.name : graph.plain(input);
  const stored = inPlace ? reduced.map((axis) => storedAxis(input, axis)) : reduced;
  const attributes = { axes: stored.toSorted((a, b) => a - b), keepdims: keepDimensions ? 1 : 0 };
  return graph.emit('ReduceMean', [name], shape, attributes, inPlace && keepDimensions);
}

/** Matrix product of the last two dimensions; `transposeB` takes a rank-2 constant transposed. */
export function matrixProduct(graph: GraphBuilder, a: Value, b: Value, transposeB = false): Computed {
  let right = b;
  if (transposeB) {
    if (b.kind !== 'constant' || b.shape.length !== 2) throw new Error('transposed operand is not a constant matrix');
    right = constant(transposeData(b.data, b.shape, [1, 0]), b.shape.toReversed());
  }
  if (a.shape.at(-1) !== right.shape.at(-2)) throw new Error(`product of [${a.shape}] and [${right.shape}]`);
  return graph.emitPlain('MatMul', [a, right], [...a.shape.slice(0, -1), right.shape.at(-1)!]);
}

/** Softmax over the last dimension. */
export function softmax(graph: GraphBuilder, input: Value): Computed {
  return graph.emitPlain('Softmax', [input], input.shape, { axis: -1 });
}
