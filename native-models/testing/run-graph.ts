import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Computed, type Constant, constant, GraphBuilder, type Value } from '../convert/graph-builder.ts';
import type { Plain } from './reference.ts';

/** Runs an ONNX file on the processor. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Plain>>,
): Promise<Record<string, Plain>> {
  const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  try {
    const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => [name, { shape: dims, data: data as Float32Array }]),
    );
  } finally {
    await session.release();
  }
}

/** Builds a graph from inputs `in0`, `in1`, ... and returns what it computes. */
export async function runGraph(
  inputs: readonly Plain[],
  build: (graph: GraphBuilder, ...values: Computed[]) => Value,
): Promise<Plain> {
  const graph = new GraphBuilder('test');
  const values = inputs.map(({ shape }, index) => graph.input(`in${index}`, shape));
  graph.output('out', build(graph, ...values));
  const results = await runOnnx(
    graph.finish(),
    Object.fromEntries(inputs.map((input, index) => [`in${index}`, input])),
  );
  return results['out']!;
}

/** A tensor as a constant of the graph. */
export function asConstant({ data, shape }: Plain): Constant {
  return constant(data, shape);
}

/** Puts a 4-D value into channels-first storage without changing it, to reach an operator's other code path. */
export function stored(graph: GraphBuilder, value: Computed): Computed {
  return { ...value, name: graph.channelsFirst(value), channelsFirst: true };
}

/** Largest absolute difference; infinite when the shapes differ. */
export function difference(a: Plain, b: Plain): number {
  if (String(a.shape) !== String(b.shape) || a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  return a.data.reduce((worst, value, index) => Math.max(worst, Math.abs(value - b.data[index]!)), 0);
}
