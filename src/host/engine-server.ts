import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { asRetakeError, RetakeError } from '../core/errors.ts';
import type { Engine, EngineRouter } from '../engine/services/engine/index.ts';
import { FrameStreams } from './frame-stream.ts';
import { sendBytes, sendError, sendFile } from './send-file.ts';
import { receiveUpload } from './upload.ts';

/** Longest message of a client: an edit of thousands of clips, a large paste. */
const LARGEST_MESSAGE = 32 * 2 ** 20;
/** Bytes that may be on their way to a client before the next frame is made. */
const AHEAD_BYTES = 1 << 20;

/** Decoded segments of a path. Throws `invalid-argument` for one that tries to leave. */
export function segmentsOf(pathname: string): string[] {
  const segments = pathname.split('/').filter((part) => part !== '');
  return segments.map((part) => {
    let text: string;
    try {
      text = decodeURIComponent(part);
    } catch (error) {
      throw new RetakeError('invalid-argument', 'This address is malformed.', {}, error);
    }
    if (text === '.' || text === '..' || text.includes('/') || text.includes('\\') || text.includes('\0'))
      throw new RetakeError('invalid-argument', 'This address is malformed.');
    return text;
  });
}

/** Serves an engine on a local socket, for the host process only: it has checked who asks. */
export class EngineServer implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #server: Server;
  readonly #rpc: RPCHandler<Record<never, never>>;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    clientTracking: true,
  });

  constructor(engine: Engine, router: EngineRouter) {
    this.#engine = engine;
    this.#rpc = new RPCHandler(router);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 0; // uploads of films take their time
    this.#server.on('upgrade', (request, socket, head) => {
      const { pathname } = new URL(request.url ?? '/', 'http://engine');
      if (pathname !== '/rpc' && pathname !== '/frames') {
        socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => client.terminate()); // too long or no WebSocket: the client's fault alone
        if (pathname === '/rpc') this.#serveRpc(client);
        else this.#serveFrames(client);
      });
    });
  }

  /** Begins to listen at a socket path or pipe name. */
  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
  }

  #serveRpc(client: WebSocket): void {
    this.#engine.interfaces(1);
    client.on('close', () => this.#engine.interfaces(-1));
    void this.#rpc.upgrade(client);
  }

  #serveFrames(client: WebSocket): void {
    const streams = new FrameStreams((request, signal) => this.#engine.frames.frame(request, signal), {
      send: (message) => sendAndDrain(client, message),
    });
    client.on('message', (data, binary) => streams.receive(binary ? '' : data.toString()));
    client.on('close', () => streams[Symbol.dispose]());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://engine');
      const segments = segmentsOf(url.pathname);
      if (request.method === 'PUT' && segments[0] === 'upload') {
        const [, handle, name, ...more] = segments;
        if (handle === undefined || name === undefined || more.length > 0)
          throw new RetakeError('not-found', 'There is nothing at this address.');
        const { path: project, readOnly } = this.#engine.sessions.store(handle);
        if (readOnly) throw new RetakeError('project-locked', 'This project can only be read here.');
        const path = await receiveUpload(request, project, name);
        sendBytes(request, response, Buffer.from(JSON.stringify({ path })), 'application/json', false);
        return;
      }
      if (request.method !== 'GET' && request.method !== 'HEAD')
        throw new RetakeError('invalid-argument', 'This address can only be read.');
      const file = await this.#engine.files.find(segments, url.searchParams);
      if ('bytes' in file) sendBytes(request, response, file.bytes, file.type, file.keep);
      else await sendFile(request, response, file);
    } catch (thrown) {
      const error = asRetakeError(thrown);
      if (error.code === 'internal') this.#engine.log.add('error', `${request.url}: ${error.message}`);
      // What is still to come is taken first: the answer closes the connection, and the host, still sending, would see
      // a reset in its place.
      await finished(request.resume(), { writable: false }).catch(() => undefined);
      sendError(response, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Sends, and resolves when little enough of what was sent still waits. */
async function sendAndDrain(client: WebSocket, message: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = (error?: Error | null): void => (error ? reject(error) : resolve());
    client.send(message, sent);
    // The callback comes when the system has taken it all; with little on the way there is no need to wait for that.
    if (client.bufferedAmount < AHEAD_BYTES) resolve();
  });
}
