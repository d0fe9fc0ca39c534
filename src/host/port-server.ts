import { RPCHandler } from '@orpc/server/message-port';
import type { Engine, EngineRouter } from '../engine/services/engine/index.ts';
import { FrameStreams } from './frame-stream.ts';

/** A message port of Node's worker threads or of Electron's utility processes. */
export interface EnginePort {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  start(): void;
}

/** What a port is for: an interface gets one of each. */
export const PORT_CHANNELS = ['rpc', 'frames'] as const;

/** See {@link PORT_CHANNELS}. */
export type PortChannel = (typeof PORT_CHANNELS)[number];

/** Electron wraps what arrives in an event with its ports, Node does not. */
export function portData(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'data' in message && 'ports' in message
    ? message.data
    : message;
}

/**
 * Serves procedures, or wishes for frames, over a port: the desktop's way in, with the messages of the WebSockets.
 * `transfers` says whether the port can hand memory over; Electron's copy it, and refuse to be asked otherwise.
 */
export function servePort(
  port: EnginePort,
  channel: PortChannel,
  engine: Engine,
  router: EngineRouter,
  transfers = true,
): void {
  if (channel === 'rpc') {
    engine.interfaces(1);
    port.on('close', () => engine.interfaces(-1));
    serveRpc(port, router);
  } else serveFrames(port, engine, transfers);
  port.start();
}

function serveRpc(port: EnginePort, router: EngineRouter): void {
  new RPCHandler(router).upgrade({
    on: (event: 'message' | 'close', listener: (event?: { data: unknown }) => void) => {
      if (event === 'message') port.on('message', (message) => listener({ data: portData(message) }));
      else port.on('close', () => listener());
    },
    postMessage: (message: unknown) => port.postMessage(message),
  } as never);
}

function serveFrames(port: EnginePort, engine: Engine, transfers: boolean): void {
  const streams = new FrameStreams((request, signal) => engine.frames.frame(request, signal), {
    // A port has no measure of what waits in it; one frame of a stream is made at a time, and the interface only
    // wishes for another when it has shown one.
    send: async (message) => {
      if (typeof message === 'string') port.postMessage(message);
      else if (transfers) port.postMessage(message.buffer, [message.buffer]);
      else port.postMessage(message.buffer);
    },
  });
  port.on('message', (message) => {
    const data = portData(message);
    if (typeof data === 'string') streams.receive(data);
  });
  port.on('close', () => streams[Symbol.dispose]());
}
