import type { GraphBuilder, Value } from './graph-builder.ts';
import { concatenate, reshape } from './shape-ops.ts';
import type { Shape } from './tensor.ts';

/** An output of the converted network under the name and shape that the product wants. */
export interface OutputRequest {
  readonly name: string;
  /** Tensors of the source network; several are joined along `axis`. */
  readonly from: readonly string[];
  readonly axis?: number;
  readonly shape?: Shape;
}

/** Declares the requested outputs; `find` gives a tensor of the source network by name. */
export function declareOutputs(
  graph: GraphBuilder,
  requests: readonly OutputRequest[],
  find: (name: string) => Value,
): void {
  for (const request of requests) {
    const parts = request.from.map(find);
    const joined = parts.length === 1 ? parts[0]! : concatenate(graph, parts, request.axis ?? 0);
    graph.output(request.name, request.shape === undefined ? joined : reshape(graph, joined, request.shape));
  }
}
