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

async function answer(request: Exclude<WorkerRequest, { kind: 'stop' }>): Promise<void> {
  if (request.kind === 'open') return open(request);
  const network = opened.get(request.key);
  if (request.kind === 'run') {
    if (network === undefined) throw new Error('the network is not open');
    return network.session.run(network.inputs, network.outputs);
  }
  opened.delete(request.key);
  // Nothing to close where opening failed.
  await network?.session[Symbol.asyncDispose]();
}

let idle: Promise<void> = Promise.resolve();

parentPort!.on('message', (request: WorkerRequest) => {
  // One request after another: replies are told apart by their order.
  idle = idle.then(async () => {
    if (request.kind === 'stop') return parentPort!.close();
    const reply = (error: string | null): void => parentPort!.postMessage({ error } satisfies WorkerReply);
    await answer(request).then(
      () => reply(null),
      (error: unknown) => reply(error instanceof Error ? error.message : String(error)),
    );
  });
});
