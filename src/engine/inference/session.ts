import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { PackPort } from './pack-manifest.ts';
import type { ProviderId } from './providers.ts';

/** Tensors by name; every array has exactly as many values as its port's shape. */
export type TensorMap = Readonly<Record<string, Float32Array>>;

/** Inputs and outputs of a network. */
export interface NetworkPorts {
  readonly inputs: readonly PackPort[];
  readonly outputs: readonly PackPort[];
}

/** A network loaded somewhere, ready to run. */
export interface Session extends AsyncDisposable {
  readonly provider: ProviderId;
  /** Runs the network once and writes its outputs into `outputs`. */
  run(inputs: TensorMap, outputs: TensorMap): Promise<void>;
}

/** Thrown when a network's own inputs or outputs are not those of its manifest. */
export class PortMismatch extends Error {
  override readonly name = 'PortMismatch';
}

/** Values in a tensor of this shape. */
export function portLength(port: PackPort): number {
  return port.shape.reduce((product, size) => product * size, 1);
}

/**
 * Session options. One thread each: the networks are small, and several sessions side by side beat one session on
 * several threads.
 */
export function sessionOptions(provider: ProviderId): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Warnings about nodes that a provider leaves to the processor are of no use to a film editor.
    logSeverityLevel: 3,
  };
}

function checkPorts(
  what: string,
  metadata: readonly InferenceSession.ValueMetadata[],
  ports: readonly PackPort[],
): void {
  for (const port of ports) {
    const found = metadata.find(({ name }) => name === port.name);
    const shape = found?.isTensor ? String(found.shape) : 'nothing';
    if (shape !== String(port.shape))
      throw new PortMismatch(`${what} "${port.name}" is [${shape}] in the network and [${port.shape}] in the manifest`);
  }
  if (metadata.length !== ports.length)
    throw new PortMismatch(`the network has ${metadata.length} ${what}s, its manifest ${ports.length}`);
}

/** One ONNX Runtime session on one provider. Runs on the calling thread and keeps it busy meanwhile. */
export class NetworkSession implements Session {
  readonly provider: ProviderId;
  readonly #session: InferenceSession;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #outputs: readonly PackPort[];
  /** Tensor objects over callers' arrays, so that reused buffers cost no allocation. */
  readonly #tensors = new WeakMap<Float32Array, Tensor>();
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor> = {};

  private constructor(session: InferenceSession, provider: ProviderId, ports: NetworkPorts) {
    this.#session = session;
    this.provider = provider;
    this.#outputs = ports.outputs;
    this.#shapes = new Map([...ports.inputs, ...ports.outputs].map((port) => [port.name, port.shape]));
  }

  /** Creates a session; rejects when the provider is not to be had or the network is not what the ports say. */
  static async create(bytes: Uint8Array, ports: NetworkPorts, provider: ProviderId): Promise<NetworkSession> {
    const session = await InferenceSession.create(bytes, sessionOptions(provider));
    try {
      checkPorts('input', session.inputMetadata, ports.inputs);
      checkPorts('output', session.outputMetadata, ports.outputs);
    } catch (error) {
      await session.release();
      throw error;
    }
    return new NetworkSession(session, provider, ports);
  }

  #tensor(name: string, data: Float32Array): Tensor {
    const known = this.#tensors.get(data);
    if (known !== undefined) return known;
    const tensor = new Tensor('float32', data, this.#shapes.get(name)!);
    this.#tensors.set(data, tensor);
    return tensor;
  }

  /** Runs the network once and writes its outputs into `outputs`. */
  async run(inputs: TensorMap, outputs: TensorMap): Promise<void> {
    for (const name in inputs) this.#feeds[name] = this.#tensor(name, inputs[name]!);
    for (const { name } of this.#outputs) this.#fetches[name] = this.#tensor(name, outputs[name]!);
    const results = await this.#session.run(this.#feeds, this.#fetches);
    // Providers with memory of their own may answer with tensors of theirs in spite of the arrays they were given.
    for (const { name } of this.#outputs) {
      const data = results[name]!.data;
      const target = outputs[name]!;
      if (data instanceof Float32Array && data.buffer !== target.buffer) target.set(data);
    }
  }

  /** Frees the native session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}
