import { readFile, stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { parseRange } from '../host/byte-range.ts';
import { contentHeaders, pageHeaders } from '../host/security-headers.ts';
import type { SentFile } from '../host/send-file.ts';
import { APP_ORIGIN } from './address.ts';

/** Headers of a request that the engine needs to see. */
const PASSED_ON = ['range', 'if-range', 'if-none-match', 'content-type'] as const;
/** Statuses of answers that have no body. */
const BODILESS = new Set([204, 205, 304]);

/** A refusal in plain words. */
export function refusal(status: number, message: string): Response {
  const headers = { ...pageHeaders(APP_ORIGIN), 'content-type': 'text/plain; charset=utf-8' };
  return new Response(message, { status, headers });
}

/** A file of the interface, or the part of it that is asked for. They are small, and may lie in an archive: read whole. */
export async function fileResponse(request: Request, file: SentFile): Promise<Response> {
  const { size, mtimeMs } = await stat(file.path);
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const headers = {
    ...pageHeaders(APP_ORIGIN),
    'content-type': file.type,
    'accept-ranges': 'bytes',
    etag,
    'cache-control': file.keep ? 'private, max-age=86400' : 'private, no-cache',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const range = parseRange(request.headers.get('range') ?? undefined, size);
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  const bytes = await readFile(file.path);
  const { start, end } = range ?? { start: 0, end: bytes.length };
  const part = request.method === 'HEAD' ? null : new Uint8Array(bytes.subarray(start, end));
  return new Response(part, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    },
  });
}

function answerHeaders(answer: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer))
    if (typeof value === 'string' && name !== 'connection' && name !== 'keep-alive' && name !== 'transfer-encoding')
      headers.set(name, value);
  for (const [name, value] of Object.entries(contentHeaders())) headers.set(name, value);
  return headers;
}

/**
 * Asks the engine at its local socket and gives its answer as it comes, so that a film is never in memory as a whole.
 * Rejects when the engine is interrupted.
 */
export function engineResponse(socketPath: string, path: string, request: Request): Promise<Response> {
  const headers = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return new Promise((resolve, reject) => {
    const inner = httpRequest({ socketPath, path, method: request.method, headers, agent: false }, (answer) => {
      const status = answer.statusCode ?? 502;
      const empty = BODILESS.has(status) || request.method === 'HEAD';
      if (empty) answer.resume();
      const body = empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>);
      resolve(new Response(body, { status, headers: answerHeaders(answer.headers) }));
    });
    inner.on('error', reject);
    // A player that seeks gives its request up: the engine need not go on reading.
    request.signal.addEventListener('abort', () => inner.destroy(), { once: true });
    if (request.body) Readable.fromWeb(request.body as ReadableStream<Uint8Array>).pipe(inner);
    else inner.end();
  });
}
