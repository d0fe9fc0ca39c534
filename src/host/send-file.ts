import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { RetakeError } from '../core/errors.ts';
import { parseRange } from './byte-range.ts';

/** A file as it is sent. */
export interface SentFile {
  readonly path: string;
  readonly type: string;
  /** Whether a browser may keep it: for what never changes under its address. */
  readonly keep: boolean;
}

const CODES: Readonly<Partial<Record<RetakeError['code'], number>>> = {
  'not-found': 404,
  'file-not-found': 404,
  'no-audio': 404,
  'no-video': 404,
  'invalid-argument': 400,
  unauthorised: 403,
  'output-unwritable': 403,
  'disk-full': 507,
  internal: 500,
};

/** Answers with an error as JSON: `{ error: { code, message, details } }`. */
export function sendError(response: ServerResponse, error: RetakeError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ error });
  response.writeHead(CODES[error.code] ?? 422, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body);
}

const cacheControl = (keep: boolean): string => (keep ? 'private, max-age=86400' : 'private, no-cache');

/** Answers with bytes. */
export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  type: string,
  keep: boolean,
): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': cacheControl(keep),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Answers with a file, or the part of it that is asked for. Throws `file-not-found` or `file-unreadable`. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: SentFile): Promise<void> {
  const { path, type, keep } = file;
  const handle = await open(path, 'r').catch((error: unknown) => {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new RetakeError(
      gone ? 'file-not-found' : 'file-unreadable',
      gone ? 'The file is not there any more. Relink it.' : 'The file may not be read.',
      {},
      error,
    );
  });
  await using _closing = { [Symbol.asyncDispose]: () => handle.close() };
  const found = await handle.stat();
  if (!found.isFile()) throw new RetakeError('not-found', 'This is a folder; there is nothing to play.');
  const { size, mtimeMs } = found;
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const headers = { 'content-type': type, 'accept-ranges': 'bytes', etag, 'cache-control': cacheControl(keep) };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const fresh = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = fresh ? parseRange(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': end - start,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD' || end === start) {
    response.end();
    return;
  }
  const stream = createReadStream(path, { start, end: end - 1 });
  // A player that seeks drops the connection: that is no error.
  await pipeline(stream, response).catch(() => response.destroy());
}
