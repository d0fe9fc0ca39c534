// The engine process: everything native happens here. Started by EngineProcess, which talks to it over Node's channel;
// interfaces reach it through a local socket (HTTP and WebSockets), or a MessagePort that the desktop shell hands over.
import { asRetakeError } from '../core/errors.ts';
import { Engine, engineRouter } from '../engine/services/engine/index.ts';
import type { EngineLeave, EngineNews, EngineStart } from './engine-messages.ts';
import { EngineServer } from './engine-server.ts';
import { type EnginePort, PORT_CHANNELS, servePort } from './port-server.ts';

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: readonly EnginePort[] }) => void): void;
  postMessage(message: EngineNews): void;
}

/** Electron gives utility processes this port in place of Node's channel. */
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

// What the engine starts in turn (renders, captures, trials of devices) runs on Node, whatever runs the engine itself.
const { RETAKE_NODE: node } = process.env;
if (node !== undefined) process.execPath = node;

const tell = (news: EngineNews): void => {
  if (parentPort) parentPort.postMessage(news);
  else process.send?.(news);
};

async function start(order: EngineStart): Promise<void> {
  const { socket, ...options } = order;
  const engine = new Engine({ ...options, onOpened: (projects) => tell({ type: 'opened', projects }) });
  // A rejection that nobody waits for ends one piece of work, not everybody's engine; it must be seen, though.
  process.on('unhandledRejection', (reason) => {
    engine.log.add('error', asRetakeError(reason).message);
    process.stderr.write(`${reason instanceof Error ? reason.stack : String(reason)}\n`);
  });
  const router = engineRouter(engine);
  const server = new EngineServer(engine, router);
  let leaving = false;
  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    const closed = server[Symbol.asyncDispose]().then(() => engine[Symbol.asyncDispose]());
    void closed.finally(() => process.exit(0));
  };
  // Each message of the shell after the first brings the ports of a window, in the order of the channels.
  parentPort?.on('message', ({ data, ports }) => {
    for (const [index, channel] of PORT_CHANNELS.entries())
      if (ports[index]) servePort(ports[index], channel, engine, router, false);
    if ((data as EngineLeave | null)?.type === 'leave') leave();
  });
  await server.listen(socket);
  process.on('SIGTERM', leave);
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the host decides
  process.on('disconnect', leave); // the host is gone
  tell({ type: 'ready' });
}

let started = false;
const receive = (message: unknown): void => {
  if (started) return;
  started = true;
  start(message as EngineStart).catch((error: unknown) => {
    tell({ type: 'failed', message: asRetakeError(error).message });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    setTimeout(() => process.exit(1), 200); // time for the message to leave
  });
};
if (parentPort) parentPort.on('message', ({ data }) => receive(data));
else process.on('message', receive);
