import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RetakeError } from '../core/errors.ts';
import { Access, bearer, isOwnRequest } from './access.ts';
import { EngineProcess, type EngineProcessOptions } from './engine-process.ts';
import { InterfaceFiles, NOT_BUILT_PAGE } from './interface-files.ts';
import { ENGINE_AREAS, passOn, passUpgrade } from './proxy.ts';
import { contentHeaders, securityHeaders } from './security-headers.ts';
import { sendError, sendFile } from './send-file.ts';

const SOCKETS = new Set(['/rpc', '/frames']);

/** How a web host is to be run. */
export interface WebHostOptions extends EngineProcessOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the built interface, in place of the program's own. */
  readonly interfaceFolder?: string;
}

const unauthorised = (): RetakeError =>
  new RetakeError(
    'unauthorised',
    'Open the address that "retake serve" printed: its token is good for one browser. For another browser, start it again.',
  );

/**
 * Serves the interface and the engine to browsers on this machine: HTTP and WebSockets on 127.0.0.1 only. Every request
 * must name this machine, come from our own page, and carry a session that a token was exchanged for.
 */
export class WebHost implements AsyncDisposable {
  readonly engine: EngineProcess;
  readonly #server: Server;
  readonly #interface: InterfaceFiles;
  readonly #access = new Access(randomBytes(4).toString('hex'));

  private constructor(options: WebHostOptions) {
    const folder = options.interfaceFolder ?? fileURLToPath(new URL('../../dist/renderer', import.meta.url));
    this.#interface = new InterfaceFiles(folder);
    this.engine = new EngineProcess(options);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 0; // uploads of films take their time
    this.#server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const allowed = isOwnRequest(request) && this.#access.admits(request);
      const { pathname } = addressOf(request);
      if (!allowed || !SOCKETS.has(pathname)) {
        socket.end(`HTTP/1.1 ${allowed ? '404 Not Found' : '403 Forbidden'}\r\nconnection: close\r\n\r\n`);
        return;
      }
      // During a restart of the engine this waits, so that clients which reconnect at once are not turned away.
      this.engine.socket().then(
        (path) => passUpgrade(path, request, socket, head),
        () => socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n'),
      );
    });
  }

  /** Starts engine and server. Throws `conflict` when the port is taken, and what starting the engine throws. */
  static async start(options: WebHostOptions): Promise<WebHost> {
    const host = new WebHost(options);
    try {
      await Promise.all([host.engine.start(), host.#listen(options.port)]);
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new RetakeError('conflict', `Port ${port} is taken. Choose another with --port, or none.`, { port })
            : new RetakeError('internal', `Port ${port} cannot be opened: ${error.message}`, { port }, error),
        ),
      );
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** An address that opens the interface in one browser: its token is good once. */
  newUrl(): string {
    return `http://127.0.0.1:${this.port}/?token=${this.#access.issue()}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      for (const [name, value] of Object.entries(securityHeaders(request.headers.host ?? '')))
        response.setHeader(name, value);
      if (!isOwnRequest(request))
        throw new RetakeError('unauthorised', 'This address is only for programs on this machine.');
      const url = addressOf(request);
      if (this.#signIn(url, request, response)) return;
      if (!this.#access.admits(request)) throw unauthorised();
      await this.#serve(url, request, response);
    } catch (error) {
      sendError(response, asHttpError(error));
    }
  }

  /** Exchanges a token for a session; true when the request was about that. */
  #signIn(url: URL, request: IncomingMessage, response: ServerResponse): boolean {
    if (url.pathname === '/session' && request.method === 'POST') {
      const session = this.#access.exchange(bearer(request) ?? '');
      if (session === undefined) throw unauthorised();
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ session }));
      return true;
    }
    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    if (token === null) return false;
    const session = this.#access.exchange(token);
    // A reload of the first address: the token is spent, but this browser has its session.
    if (session === undefined && !this.#access.admits(request)) throw unauthorised();
    const headers = { location: '/', 'cache-control': 'no-store' };
    response.writeHead(
      303,
      session === undefined ? headers : { ...headers, 'set-cookie': this.#access.setCookie(session) },
    );
    response.end();
    return true;
  }

  async #serve(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (ENGINE_AREAS.has(url.pathname.split('/')[1] ?? '')) {
      passOn(await this.engine.socket(), request, response, contentHeaders());
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new RetakeError('invalid-argument', 'This address can only be read.');
    const file = this.#interface.find(url.pathname);
    if (file) await sendFile(request, response, file);
    else if (url.pathname === '/' && !this.#interface.built) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(NOT_BUILT_PAGE);
    } else throw new RetakeError('not-found', 'There is nothing at this address.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.engine.stop();
  }
}

function addressOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://host');
  } catch {
    return new URL('http://host/malformed');
  }
}

function asHttpError(error: unknown): RetakeError {
  return error instanceof RetakeError
    ? error
    : new RetakeError('internal', 'Something in Retake went wrong. Please report it with the log.', {}, error);
}
