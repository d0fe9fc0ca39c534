import { halfToFloat } from './half.ts';
import { elementCount, type Shape } from './tensor.ts';

/** Weights that this project trained: see dump.py of training/viseme and training/restorer. */
export interface TrainedWeights {
  /** Of convolutions in time, where the network has any. */
  readonly dilations: readonly number[];
  has(name: string): boolean;
  /** Throws for a name that the file does not have. */
  tensor(name: string): { readonly shape: Shape; readonly data: Float32Array };
}

interface Header {
  readonly dilations?: readonly number[];
  readonly tensors: readonly { readonly name: string; readonly shape: Shape }[];
}

/** Reads a weights file; throws when its values are not as many as its header says. */
export function readTrainedWeights(bytes: Uint8Array): TrainedWeights {
  const lineEnd = bytes.indexOf(10);
  if (lineEnd < 0) throw new Error('the weights have no header');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, lineEnd))) as Header;
  const view = new DataView(bytes.buffer, bytes.byteOffset + lineEnd + 1, bytes.byteLength - lineEnd - 1);
  const tensors = new Map<string, { shape: Shape; data: Float32Array }>();
  let at = 0;
  for (const { name, shape } of header.tensors) {
    const count = elementCount(shape);
    if ((at + count) * 2 > view.byteLength) throw new Error(`the weights break off in ${name}`);
    const data = Float32Array.from({ length: count }, (_, i) => halfToFloat(view.getUint16((at + i) * 2, true)));
    tensors.set(name, { shape, data });
    at += count;
  }
  if (at * 2 !== view.byteLength) throw new Error('the weights are longer than their header says');
  return {
    dilations: header.dilations ?? [],
    has: (name) => tensors.has(name),
    tensor: (name) => {
      const found = tensors.get(name);
      if (found === undefined) throw new Error(`the weights hold no ${name}`);
      return found;
    },
  };
}
