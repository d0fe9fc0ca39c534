import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** A tensor of the tfjs that human uses. */
interface Tensor {
  dispose(): void;
}

interface HumanResult {
  readonly face: readonly { readonly mesh: readonly (readonly number[])[] }[];
  readonly error: string | null;
}

interface HumanInstance {
  readonly tf: { tensor(values: Uint8Array, shape: readonly number[], type: 'int32'): Tensor; getBackend(): string };
  load(): Promise<void>;
  detect(input: Tensor): Promise<HumanResult>;
}

/** See {@link HumanTracker.input}. */
export interface HumanFrame extends Disposable {
  readonly tensor: Tensor;
}

/** How human saves work between frames. */
export interface HumanMode {
  /** Largest change between frames for which it may skip its detector; 0 runs the detector on every frame. */
  readonly cacheSensitivity: number;
  /** Frames between detections. */
  readonly skipFrames: number;
}

/** @vladmandic/human on tfjs-wasm, set up to follow one face with mesh and irises, and nothing else. */
export class HumanTracker implements Disposable {
  readonly #human: HumanInstance;
  readonly #server: Server;

  private constructor(human: HumanInstance, server: Server) {
    this.#human = human;
    this.#server = server;
  }

  /** Loads networks from the installed packages over the loopback interface: tfjs knows no other way without tfjs-node. */
  static async start(mode: HumanMode): Promise<HumanTracker> {
    // By path: the package's exports name this build in a form that Node does not take.
    const root = fileURLToPath(new URL('../../node_modules/@vladmandic/human', import.meta.url));
    const models = join(root, 'models');
    const wasm = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`;
    const server = createServer((request, response) => {
      const name = /^\/([\w.-]+)$/.exec(request.url ?? '')?.[1] ?? '';
      readFile(join(models, name)).then(
        (body) => response.end(body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const off = { enabled: false };
    const { Human } = require(join(root, 'dist/human.node-wasm.js')) as {
      Human: new (config: Readonly<Record<string, unknown>>) => HumanInstance;
    };
    const human = new Human({
      backend: 'wasm',
      wasmPath: wasm.endsWith('dist/') ? wasm : join(wasm, 'dist/'),
      modelBasePath: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      debug: false,
      async: false,
      warmup: 'none',
      cacheSensitivity: mode.cacheSensitivity,
      filter: off,
      gesture: off,
      body: off,
      hand: off,
      object: off,
      segmentation: off,
      face: {
        enabled: true,
        detector: { rotation: true, maxDetected: 1, skipFrames: mode.skipFrames, skipTime: 1e9 },
        mesh: { enabled: true },
        iris: { enabled: true },
        attention: off,
        description: off,
        emotion: off,
        antispoof: off,
        liveness: off,
      },
    });
    await human.load();
    return new HumanTracker(human, server);
  }

  /** The tfjs backend in use. */
  get backend(): string {
    return this.#human.tf.getBackend();
  }

  /** A frame of interleaved 8-bit RGB as human takes it; to be disposed by the caller. */
  input(rgb: Uint8Array, width: number, height: number): HumanFrame {
    const tensor = this.#human.tf.tensor(rgb, [1, height, width, 3], 'int32');
    return { tensor, [Symbol.dispose]: () => tensor.dispose() };
  }

  /** Follows the face into a frame; whether a whole face was found. */
  async track({ tensor }: HumanFrame): Promise<boolean> {
    const result = await this.#human.detect(tensor);
    if (result.error) throw new Error(`human: ${result.error}`);
    return (result.face[0]?.mesh.length ?? 0) >= 468;
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}
