import { type Constant, constant } from './graph-builder.ts';
import { halfToFloat } from './half.ts';
import { elementCount, type TensorData } from './tensor.ts';

/** An attribute of a TensorFlow node as TFJS writes it; `s` is base64. */
export interface TfjsAttribute {
  readonly s?: string;
  readonly i?: string | number;
  readonly f?: number;
  readonly b?: boolean;
  readonly shape?: { readonly dim?: readonly { readonly size: string | number }[] };
  readonly list?: { readonly s?: readonly string[]; readonly i?: readonly (string | number)[] };
}

/** A node of a TFJS graph model. */
export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfjsAttribute>>;
}

interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

/** The part of model.json that matters here. */
export interface TfjsFile {
  readonly modelTopology: { readonly node: readonly TfjsNode[] };
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly TfjsWeight[] }[];
}

/** A TFJS graph model with its weights decoded. */
export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  readonly weights: ReadonlyMap<string, Constant>;
}

function decodeWeight(weight: TfjsWeight, take: (bytesPerElement: number) => ArrayBuffer): TensorData {
  const { dtype, quantization } = weight;
  if (quantization === undefined) {
    if (dtype === 'float32') return new Float32Array(take(4));
    if (dtype === 'int32') return new Int32Array(take(4));
    throw new Error(`weight ${weight.name}: type ${dtype} is not supported`);
  }
  if (quantization.dtype === 'float16') return Float32Array.from(new Uint16Array(take(2)), halfToFloat);
  const { scale, min } = quantization;
  if (scale === undefined || min === undefined) throw new Error(`weight ${weight.name}: quantisation without scale`);
  const levels = quantization.dtype === 'uint8' ? new Uint8Array(take(1)) : new Uint16Array(take(2));
  const restore = (level: number): number => level * scale + min;
  return dtype === 'int32' ? Int32Array.from(levels, restore) : Float32Array.from(levels, restore);
}

/** Decodes a TFJS graph model; `readFile` gives a weight file by its name in the manifest. */
export function readTfjs(file: TfjsFile, readFile: (name: string) => Uint8Array): TfjsModel {
  const weights = new Map<string, Constant>();
  for (const group of file.weightsManifest) {
    const bytes = Buffer.concat(group.paths.map(readFile));
    let offset = 0;
    for (const weight of group.weights) {
      const count = elementCount(weight.shape);
      const data = decodeWeight(weight, (bytesPerElement) => {
        const part = new Uint8Array(bytes.subarray(offset, offset + count * bytesPerElement));
        offset += count * bytesPerElement;
        return part.buffer;
      });
      weights.set(weight.name, constant(data, weight.shape));
    }
    if (offset !== bytes.length)
      throw new Error(`weight files hold ${bytes.length} bytes, the manifest says ${offset}`);
  }
  return { nodes: new Map(file.modelTopology.node.map((node) => [node.name, node])), weights };
}
