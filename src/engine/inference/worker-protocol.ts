import type { PackPort } from './pack-manifest.ts';

/** Asks a worker to load a network; `input` and `output` are shared memory for its tensors, port after port. */
export interface OpenMessage {
  readonly kind: 'open';
  readonly key: number;
  readonly bytes: Uint8Array;
  readonly inputs: readonly PackPort[];
  readonly outputs: readonly PackPort[];
  readonly input: SharedArrayBuffer;
  readonly output: SharedArrayBuffer;
}

/** What the main thread sends. */
export type WorkerRequest =
  | OpenMessage
  | { readonly kind: 'run' | 'close'; readonly key: number }
  | { readonly kind: 'stop' };

/** Answer to every request but the last, `stop`, in order; `error` is set when it failed. */
export interface WorkerReply {
  readonly error: string | null;
}
