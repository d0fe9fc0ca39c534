import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';

/** A tfjs tensor, as far as the judge handles one. */
export interface Tensor {
  dispose(): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One face as face-api returns it after detection, landmarks, expressions and descriptors. */
export interface RawFace {
  readonly detection: {
    readonly score: number;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  };
  readonly landmarks: { readonly positions: readonly Point[] };
  readonly expressions: Readonly<Record<string, number>>;
  readonly descriptor: Float32Array;
}

interface Chain {
  withFaceLandmarks(): { withFaceExpressions(): { withFaceDescriptors(): Promise<RawFace[]> } };
}

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}

const netNames = [
  'ssdMobilenetv1',
  'tinyFaceDetector',
  'faceLandmark68Net',
  'faceExpressionNet',
  'faceRecognitionNet',
] as const;

/** The part of face-api that the judge calls. */
export interface FaceApi {
  readonly nets: Readonly<Record<(typeof netNames)[number], Net>>;
  readonly SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
  detectAllFaces(input: Tensor, options: object): Chain;
  detectFaceLandmarks(input: Tensor): Promise<{ readonly positions: readonly Point[] }>;
  computeFaceDescriptor(input: Tensor): Promise<Float32Array>;
}

interface Core {
  readonly Tensor: { readonly prototype: Record<string, unknown> };
  tensor3d(values: Int32Array, shape: [number, number, number], type: 'int32'): Tensor;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
  env(): { set(flag: string, value: boolean): void };
  engine(): { startScope(): void; endScope(): void };
  reshape(x: unknown, shape: readonly number[]): unknown;
  cast(x: unknown, type: string): unknown;
}

/** face-api with its networks loaded, and the tfjs it runs on. */
export interface LoadedFaceApi {
  readonly faceApi: FaceApi;
  readonly tf: Core;
}

let loaded: Promise<LoadedFaceApi> | undefined;

/**
 * Loads `@vladmandic/face-api` with tfjs' WebAssembly backend and its networks, all from package folders, nothing
 * from outside. One thread, so that it is deterministic.
 *
 * The package's Node build asks for the umbrella package `@tensorflow/tfjs`, of which it needs only the core:
 * the request is answered with `@tensorflow/tfjs-core`. The core's own bundle leaves out the chained methods
 * (`x.as4D()`), which the umbrella would add, so they are added here from the operations they stand for.
 *
 * @throws Error when a package or model file is missing.
 */
export function loadFaceApi(): Promise<LoadedFaceApi> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LoadedFaceApi> {
  const require = createRequire(import.meta.url);
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : specifier, context),
  });
  const tf = require('@tensorflow/tfjs-core') as Core & Record<string, unknown>;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  addChainedMethods(tf);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error(`tfjs runs on ${tf.getBackend()}, not on wasm`);
  const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  for (const name of netNames) await faceApi.nets[name].loadFromDisk(models);
  return { faceApi, tf };
}

function addChainedMethods(tf: Core & Record<string, unknown>): void {
  const prototype = tf.Tensor.prototype;
  const add = (name: string, method: (this: never, ...rest: never[]) => unknown): void => {
    if (!(name in prototype)) Object.defineProperty(prototype, name, { value: method, writable: true });
  };
  for (const [name, operation] of Object.entries(tf)) {
    if (typeof operation !== 'function' || !/^[a-z]/.test(name)) continue;
    add(name, function chained(this: unknown, ...rest: unknown[]) {
      return (operation as (...all: unknown[]) => unknown)(this, ...rest);
    });
  }
  const flat = function flat(this: { size: number }) {
    return tf.reshape(this, [this.size]);
  };
  add('flatten', flat);
  add('as1D', flat);
  add('asScalar', function asScalar() {
    return tf.reshape(this, []);
  });
  for (const rank of [2, 3, 4]) {
    add(`as${rank}D`, function asRank(...shape: number[]) {
      return tf.reshape(this, shape);
    });
  }
  add('toFloat', function toFloat() {
    return tf.cast(this, 'float32');
  });
  add('toInt', function toInt() {
    return tf.cast(this, 'int32');
  });
}
