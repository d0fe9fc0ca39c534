import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { EngineContract } from '../contract/engine.ts';
import { decodeFrame, type FrameAnswer, type FrameRefusal, type FrameWish } from '../contract/frames.ts';
import { Engine, engineRouter } from '../engine/services/engine/index.ts';
import { servePort } from './port-server.ts';
import { WebHost } from './web-host.ts';

/** A client of the whole contract. */
export type Client = ContractRouterClient<EngineContract>;

/** An answer on the frame route. */
export type FrameMessage = FrameAnswer | FrameRefusal;

/** The frame route as a client has it. */
export interface FrameClient {
  send(wish: FrameWish): void;
  sendText(text: string): void;
  next(): Promise<FrameMessage>;
}

/** An interface connected with an engine, over whatever transport. */
export interface Connected extends AsyncDisposable {
  readonly client: Client;
  readonly frames: FrameClient;
  readonly folder: string;
}

class Inbox {
  readonly #messages: FrameMessage[] = [];
  #wake: (() => void) | undefined;

  push(data: string | ArrayBuffer): void {
    this.#messages.push(typeof data === 'string' ? (JSON.parse(data) as FrameRefusal) : decodeFrame(data));
    this.#wake?.();
  }

  async next(): Promise<FrameMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A folder for one test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'retake-host-'));
}

/** An engine in this process behind message ports, as the desktop has it. */
export async function overPorts(): Promise<Connected> {
  const folder = temporaryFolder();
  const engine = new Engine({ folder, startProject: null });
  const router = engineRouter(engine);
  const rpc = new MessageChannel();
  const frame = new MessageChannel();
  servePort(rpc.port1 as never, 'rpc', engine, router);
  servePort(frame.port1 as never, 'frames', engine, router);
  const inbox = new Inbox();
  frame.port2.on('message', (data: string | ArrayBuffer) => inbox.push(data));
  rpc.port2.start();
  return {
    folder,
    client: createORPCClient(new PortLink({ port: rpc.port2 })),
    frames: {
      send: (wish) => frame.port2.postMessage(JSON.stringify(wish)),
      sendText: (text) => frame.port2.postMessage(text),
      next: () => inbox.next(),
    },
    async [Symbol.asyncDispose]() {
      rpc.port2.close();
      frame.port2.close();
      await engine[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A web host with its engine process, and a session. */
export interface Hosted extends AsyncDisposable {
  readonly host: WebHost;
  readonly folder: string;
  readonly session: string;
  readonly origin: string;
}

/** Starts a web host. */
export async function hosted(options: { readonly interfaceFolder?: string } = {}): Promise<Hosted> {
  const folder = temporaryFolder();
  const host = await WebHost.start({ folder, startProject: null, port: 0, ...options });
  const origin = `http://127.0.0.1:${host.port}`;
  const token = new URL(host.newUrl()).searchParams.get('token');
  const answer = await fetch(`${origin}/session`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const { session } = (await answer.json()) as { session: string };
  return {
    host,
    folder,
    session,
    origin,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a WebSocket of a host. */
export async function openSocket({ origin, session }: Hosted, path: string): Promise<WebSocket> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, {
    headers: { authorization: `Bearer ${session}` },
  });
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return socket;
}

/** A client of a host's procedures, and how to leave. */
export async function openClient(on: Hosted): Promise<{ client: Client; socket: WebSocket }> {
  const socket = await openSocket(on, '/rpc');
  return { client: createORPCClient(new SocketLink({ websocket: socket as never })), socket };
}

/** The frame route of a host. */
export async function openFrames(on: Hosted): Promise<FrameClient & { readonly socket: WebSocket }> {
  const socket = await openSocket(on, '/frames');
  const inbox = new Inbox();
  socket.on('message', (data, binary) =>
    inbox.push(binary ? (data as ArrayBuffer) : String(Buffer.from(data as ArrayBuffer))),
  );
  return {
    socket,
    send: (wish) => socket.send(JSON.stringify(wish)),
    sendText: (text) => socket.send(text),
    next: () => inbox.next(),
  };
}

/** An engine process behind a web host, as browsers have it. */
export async function overSockets(): Promise<Connected> {
  const on = await hosted();
  const { client, socket } = await openClient(on);
  const frames = await openFrames(on);
  return {
    folder: on.folder,
    client,
    frames,
    async [Symbol.asyncDispose]() {
      socket.terminate();
      frames.socket.terminate();
      await on[Symbol.asyncDispose]();
    },
  };
}

/** A request whose path and headers go out exactly as given, unlike those of `fetch`. */
export async function rawRequest(
  { host, session }: Hosted,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: host.port, path, headers: { authorization: `Bearer ${session}`, ...headers } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
