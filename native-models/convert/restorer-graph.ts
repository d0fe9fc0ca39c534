import { type Computed, GraphBuilder } from './graph-builder.ts';
import type { TrainedWeights } from './trained-weights.ts';

/** The network of training/restorer/network.py as an ONNX file for squares of `side` steps of 2 x 2 pixels (a multiple of 4). */
export function restorerGraph(weights: TrainedWeights, name: string, side: number): Uint8Array {
  const graph = new GraphBuilder(name);
  const convolution = (input: Computed, layer: string, step: 1 | 2 = 1): Computed => {
    const { shape, data } = weights.tensor(`${layer}.weight`);
    const bias = weights.tensor(`${layer}.bias`);
    const [out, inner, kernel] = shape as readonly [number, number, number, number];
    if (inner !== input.shape[1]) throw new Error(`${layer} takes ${inner} channels, not ${input.shape[1]}`);
    const pad = step === 1 ? (kernel - 1) / 2 : 0;
    const inputs = [input.name, graph.initializer(data, shape), graph.initializer(bias.data, bias.shape)];
    const attributes = { kernel_shape: [kernel, kernel], strides: [step, step], pads: [pad, pad, pad, pad] };
    return graph.emit('Conv', inputs, [1, out, input.shape[2]! / step, input.shape[3]! / step], attributes);
  };
  const add = (a: Computed, b: Computed): Computed => graph.emit('Add', [a.name, b.name], a.shape);
  /** A coarser level at the size of a finer one. */
  const spread = (input: Computed, layer: string, finer: Computed): Computed =>
    graph.emit('DepthToSpace', [convolution(input, layer).name], finer.shape, { blocksize: 2, mode: 'CRD' });
  const blocks = (input: Computed, stage: string): Computed => {
    let hidden = input;
    for (let k = 0; weights.has(`${stage}.${k}.first.weight`); k++) {
      const inside = convolution(hidden, `${stage}.${k}.first`);
      const kept = graph.emit('Relu', [inside.name], inside.shape);
      hidden = add(hidden, convolution(kept, `${stage}.${k}.second`));
    }
    return hidden;
  };

  const input = graph.input('face', [1, weights.tensor('head.weight').shape[1]!, side, side]);
  const fine = blocks(convolution(input, 'head'), 'before');
  const coarse = blocks(convolution(fine, 'down', 2), 'middle');
  const coarsest = blocks(convolution(coarse, 'sink', 2), 'inner');
  const whole = blocks(add(coarse, spread(coarsest, 'rise', coarse)), 'rest');
  graph.output('change', convolution(blocks(add(fine, spread(whole, 'up', fine)), 'after'), 'tail'));
  return graph.finish();
}
