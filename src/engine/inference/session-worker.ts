// Thread that runs networks on the processor for a WorkerPool. ONNX Runtime keeps its calling thread busy, so sessions
// side by side need threads of their own.
import { parentPort } from 'node:worker_threads';
import type { PackPort } from './pack-manifest.ts';
import { NetworkSession, portLength, type TensorMap } from './session.ts';
import type { OpenMessage, WorkerReply, WorkerRequest } from './worker-protocol.ts';

interface Opened {
  readonly session: NetworkSession;
  readonly inputs: TensorMap;
  readonly outputs: TensorMap;
}

const opened = new Map<number, Opened>();

function views(ports: readonly PackPort[], memory: SharedArrayBuffer): TensorMap {
  let offset = 0;
  const entries = ports.map((port) => {
    const view = new Float32Array(memory, offset, portLength(port));
    offset += view.byteLength;
    return [port.name, view] as const;
  });
  return Object.fromEntries(entries);
}

async function open(message: OpenMessage): Promise<void> {
  const session = await NetworkSession.create(message.bytes, message, 'cpu');
  const inputs = views(message.inputs, message.input);
  const outputs = views(message.outputs, message.output);
  opened.set(message.key, { session, inputs, outputs });
}

async function answer(request: WorkerRequest): Promise<void> {
  if (request.kind === 'open') return open(request);
  const { session, inputs, outputs } = opened.get(request.key)!;
  if (request.kind === 'run') return session.run(inputs, outputs);
  opened.delete(request.key);
  return session[Symbol.asyncDispose]();
}

parentPort!.on('message', (request: WorkerRequest) => {
  const reply = (error: string | null): void => parentPort!.postMessage({ error } satisfies WorkerReply);
  answer(request).then(
    () => reply(null),
    (error: unknown) => reply(error instanceof Error ? error.message : String(error)),
  );
});
