import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { RetakeError } from '../core/errors.ts';
import { sendError } from './send-file.ts';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'cookie', 'authorization']);

/** First parts of the addresses that the engine itself answers. */
export const ENGINE_AREAS: ReadonlySet<string> = new Set(['media', 'performance', 'speech', 'face-model', 'upload']);

/** Passes a request on to the engine and its answer back, with `extra` headers. Secrets of the session stay here. */
export function passOn(
  socketPath: string,
  request: IncomingMessage,
  response: ServerResponse,
  extra: Readonly<Record<string, string>>,
): void {
  const own = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name));
  // This side closes the connection: an engine that did so after an early answer would break what is still written.
  const headers = { ...Object.fromEntries(own), connection: 'keep-alive' };
  const inner = httpRequest(
    { socketPath, path: request.url, method: request.method, headers, agent: false },
    (answer) => {
      const told = Object.entries(answer.headers).filter(([name]) => name !== 'connection' && name !== 'keep-alive');
      response.writeHead(answer.statusCode ?? 502, { ...Object.fromEntries(told), ...extra });
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  inner.on('error', (error) =>
    sendError(response, new RetakeError('internal', 'The engine was interrupted. Try again.', {}, error)),
  );
  response.on('close', () => inner.destroy());
  request.pipe(inner);
}

/** Connects a WebSocket of a client with the engine, byte by byte: each side's slowness is felt by the other. */
export function passUpgrade(socketPath: string, request: IncomingMessage, client: Duplex, head: Buffer): void {
  const engine = connect(socketPath);
  const end = (): void => {
    client.destroy();
    engine.destroy();
  };
  client.on('error', end).on('close', end);
  engine.on('error', end).on('close', end);
  engine.on('connect', () => {
    const lines = [`GET ${request.url} HTTP/1.1`];
    for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i]!;
      const lower = name.toLowerCase();
      if (lower === 'cookie' || lower === 'authorization') continue;
      lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
    }
    engine.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (head.length > 0) engine.write(head);
    client.pipe(engine).pipe(client);
  });
}
