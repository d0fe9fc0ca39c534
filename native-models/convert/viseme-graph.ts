import { type Computed, GraphBuilder } from './graph-builder.ts';
import type { TrainedWeights } from './trained-weights.ts';

const FOLD = 2;
const VISEMES = 15;
const CURVES = 4;

/** The network of training/viseme/network.py as an ONNX file for inputs of `frames` frames (an even number). */
export function visemeGraph(weights: TrainedWeights, name: string, frames: number): Uint8Array {
  const graph = new GraphBuilder(name);
  const steps = frames / FOLD;
  const convolution = (input: Computed, layer: string, dilation: number): Computed => {
    const { shape, data } = weights.tensor(`${layer}.weight`);
    const bias = weights.tensor(`${layer}.bias`);
    const [out, inner, kernel] = shape as readonly [number, number, number];
    if (inner !== input.shape[1]) throw new Error(`${layer} takes ${inner} channels, not ${input.shape[1]}`);
    const pad = dilation * ((kernel - 1) / 2);
    const inputs = [input.name, graph.initializer(data, shape), graph.initializer(bias.data, bias.shape)];
    const attributes = { kernel_shape: [kernel], dilations: [dilation], pads: [pad, pad] };
    return graph.emit('Conv', inputs, [1, out, steps], attributes);
  };
  const relu = (input: Computed): Computed => graph.emit('Relu', [input.name], input.shape);
  const reshape = (input: Computed, shape: readonly number[]): Computed =>
    graph.emit('Reshape', [input.name, graph.integers(shape)], shape);
  const part = (input: Computed, from: number, until: number): Computed => {
    const names = [graph.integers([from]), graph.integers([until]), graph.integers([2])];
    return graph.emit('Slice', [input.name, ...names], [1, frames, until - from]);
  };

  const bands = weights.tensor('first.weight').shape[1]! / FOLD;
  const mel = graph.input('mel', [1, frames, bands]);
  const folded = reshape(mel, [1, steps, bands * FOLD]);
  const turned = graph.emit('Transpose', [folded.name], [1, bands * FOLD, steps], { perm: [0, 2, 1] });
  let hidden = relu(convolution(turned, 'first', 1));
  weights.dilations.forEach((dilation, index) => {
    const added = relu(convolution(hidden, `block${index}`, dilation));
    hidden = graph.emit('Add', [hidden.name, added.name], hidden.shape);
  });
  const head = convolution(hidden, 'head', 1);
  const back = graph.emit('Transpose', [head.name], [1, steps, head.shape[1]!], { perm: [0, 2, 1] });
  const rows = reshape(back, [1, frames, VISEMES + CURVES]);
  const logits = part(rows, 0, VISEMES);
  graph.output('visemes', graph.emit('Softmax', [logits.name], logits.shape, { axis: 2 }));
  const curves = part(rows, VISEMES, VISEMES + CURVES);
  graph.output('curves', graph.emit('Sigmoid', [curves.name], curves.shape));
  return graph.finish();
}
