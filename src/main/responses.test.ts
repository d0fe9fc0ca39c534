import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineResponse, fileResponse, refusal } from './responses.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-shell-'));
const path = join(folder, 'page.html');
const socketPath =
  process.platform === 'win32' ? `\\\\.\\pipe\\retake-${crypto.randomUUID()}` : join(folder, 'engine.sock');
const file = { path, type: 'text/html; charset=utf-8', keep: false };
const ask = (headers: Record<string, string> = {}, method = 'GET'): Request =>
  new Request('http://studio/', { headers, method });
let server: Server;

beforeAll(async () => {
  writeFileSync(path, '0123456789');
  server = createServer((request, response) => {
    if (request.url === '/media/gone') {
      request.socket.destroy();
      return;
    }
    let received = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    request.on('end', () => {
      response.writeHead(request.headers.range ? 206 : 200, {
        'content-type': 'video/mp4',
        ...(request.headers.range && { 'content-range': 'bytes 2-4/10' }),
      });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, received }));
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('fileResponse', () => {
  it('gives whole files with a policy that forbids foreign scripts', async () => {
    const response = await fileResponse(ask(), file);
    expect([response.status, await response.text()]).toEqual([200, '0123456789']);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('script-src retake://studio;');
    expect(policy).not.toContain('unsafe-eval');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=20-', 416, '', 'bytes */10'],
    ['bytes=1-2,5-6', 200, '0123456789', null],
  ])('answers %s with %i', async (range, status, text, contentRange) => {
    const response = await fileResponse(ask({ range }), file);
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it('spares what the window has, and bodies that were not asked for', async () => {
    const etag = (await fileResponse(ask(), file)).headers.get('etag') ?? '';
    expect((await fileResponse(ask({ 'if-none-match': etag }), file)).status).toBe(304);
    const head = await fileResponse(ask({}, 'HEAD'), file);
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['10', '']);
  });
});

describe('engineResponse', () => {
  it('passes on ranges and nothing secret, and puts what was made elsewhere into a sandbox', async () => {
    const response = await engineResponse(socketPath, '/media/a?x=1', ask({ range: 'bytes=2-4', cookie: 'secret' }));
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    const seen = (await response.json()) as { url: string; headers: Record<string, string> };
    expect(seen.url).toBe('/media/a?x=1');
    expect(seen.headers['range']).toBe('bytes=2-4');
    expect(seen.headers['cookie']).toBeUndefined();
  });

  it('sends uploads', async () => {
    const request = new Request('http://studio/upload/h/a.txt', { method: 'PUT', body: 'the film' });
    const response = await engineResponse(socketPath, '/upload/h/a.txt', request);
    expect(await response.json()).toMatchObject({ method: 'PUT', received: 'the film' });
  });

  it('rejects when the engine is gone in the middle', async () => {
    await expect(engineResponse(socketPath, '/media/gone', ask())).rejects.toThrow();
    await expect(engineResponse(join(folder, 'nobody.sock'), '/media/a', ask())).rejects.toThrow();
  });
});

it('refuses in words, under the same policy', async () => {
  const response = refusal(404, 'There is nothing at this address.');
  expect([response.status, await response.text()]).toEqual([404, 'There is nothing at this address.']);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});
