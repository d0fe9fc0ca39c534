import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { digitalActorFixture } from '../engine/digital-actor/index.ts';
import {
  type Client,
  type Hosted,
  hosted,
  openClient,
  openFrames,
  openSocket,
  rawRequest,
} from './host.test-support.ts';
import { WebHost } from './web-host.ts';

/** Status of an upgrade that is refused, or 101. */
async function upgradeStatus(on: Hosted, path: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${on.origin.replace('http', 'ws')}${path}`, { headers });
  return await new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}

describe('the web host', () => {
  let on: Hosted;
  let client: Client;
  let handle: string;
  let clip: string;
  let source: string;
  let interfaceFolder: string;
  beforeAll(async () => {
    on = await hosted();
    ({ client } = await openClient(on));
    clip = join(on.folder, 'actor.mp4');
    copyFileSync((await digitalActorFixture()).path, clip);
    ({ handle } = await client.project.create({ path: join(on.folder, 'film.retake'), name: 'Film' }));
    await client.media.import({ handle, paths: [clip], sequence: 'new' });
    source = (await client.media.sources({ handle }))[0]!.source!;
    interfaceFolder = join(on.folder, 'renderer');
  });
  afterAll(async () => {
    await on[Symbol.asyncDispose]();
  });

  it('lets a browser in by its token once, and by its cookie from then on', async () => {
    const url = on.host.newUrl();
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(403);
    expect((await fetch(url, { redirect: 'manual', headers: { cookie } })).status).toBe(303);
    const page = await fetch(on.origin, { headers: { cookie } });
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['a wrong cookie', { cookie: 'retake-x=wrong' }],
  ])('refuses %s everywhere', async (_name, headers) => {
    for (const path of ['/', '/?token=wrong', `/media/${source}`, '/face-model/uv', '/nothing'])
      expect((await fetch(on.origin + path, { headers, redirect: 'manual' })).status).toBe(403);
    expect((await fetch(`${on.origin}/session`, { method: 'POST', headers })).status).toBe(403);
    expect((await fetch(`${on.origin}/upload/${handle}/a.mp4`, { method: 'PUT', headers, body: 'x' })).status).toBe(
      403,
    );
    for (const path of ['/rpc', '/frames']) expect(await upgradeStatus(on, path, headers)).toBe(403);
  });

  it('refuses a foreign Host or Origin, whatever else is right', async () => {
    const authorization = `Bearer ${on.session}`;
    expect((await rawRequest(on, '/', { host: 'evil.example' })).status).toBe(403);
    expect((await rawRequest(on, '/', { host: `evil.example:${on.host.port}` })).status).toBe(403);
    expect((await rawRequest(on, '/', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await rawRequest(on, '/')).status).toBe(200);
    for (const path of ['/rpc', '/frames']) {
      expect(await upgradeStatus(on, path, { authorization, origin: 'http://evil.example' })).toBe(403);
      expect(await upgradeStatus(on, path, { authorization, host: 'evil.example' })).toBe(403);
      expect(await upgradeStatus(on, path, { authorization, origin: on.origin })).toBe(101);
    }
    expect(await upgradeStatus(on, '/other', { authorization })).toBe(404);
  });

  it('gives media by opaque id, whole and in parts', async () => {
    const bytes = readFileSync(clip);
    const headers = { authorization: `Bearer ${on.session}` };
    const whole = await fetch(`${on.origin}/media/${source}`, { headers });
    expect(whole.status).toBe(200);
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), bytes)).toBe(0);
    for (const [range, start, end] of [
      ['bytes=0-99', 0, 100],
      ['bytes=1000-', 1000, bytes.length],
      ['bytes=-7', bytes.length - 7, bytes.length],
    ] as const) {
      const part = await fetch(`${on.origin}/media/${source}`, { headers: { ...headers, range } });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
      expect(Buffer.compare(Buffer.from(await part.arrayBuffer()), bytes.subarray(start, end))).toBe(0);
    }
    const beyond = await fetch(`${on.origin}/media/${source}`, { headers: { ...headers, range: 'bytes=99999999-' } });
    expect(beyond.status).toBe(416);
    const head = await fetch(`${on.origin}/media/${source}`, { method: 'HEAD', headers });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    const known = await fetch(`${on.origin}/media/${source}`, {
      headers: { ...headers, 'if-none-match': whole.headers.get('etag')! },
    });
    expect(known.status).toBe(304);
  });

  it('makes thumbnails, waveforms and sound', async () => {
    const headers = { authorization: `Bearer ${on.session}` };
    const at = `${on.origin}/media/${source}`;
    const thumbnail = Buffer.from(await (await fetch(`${at}/thumbnail?frame=3&width=80`, { headers })).arrayBuffer());
    expect([...thumbnail.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const peaks = new Int8Array(await (await fetch(`${at}/peaks?perSecond=50`, { headers })).arrayBuffer());
    expect(peaks.length / 2).toBeGreaterThan(40);
    expect(Math.max(...peaks)).toBeGreaterThan(3);
    const sound = await fetch(`${at}/sound`, { headers: { ...headers, range: 'bytes=0-43' } });
    expect(sound.status).toBe(206);
    const wav = Buffer.from(await sound.arrayBuffer());
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(wav.readUInt32LE(24)).toBe(48_000);
    for (const bad of ['/thumbnail?frame=-1', '/thumbnail?width=99999', '/peaks?perSecond=x', '/sound?x=1'])
      expect((await fetch(at + bad, { headers })).status).toBe(bad.startsWith('/sound') ? 200 : 400);
  });

  it.each([
    '/media/../../../../etc/passwd',
    '/media/%2e%2e/%2e%2e/etc/passwd',
    '/media/..%2f..%2f..%2fetc%2fpasswd',
    '/media/%2fetc%2fpasswd',
    '/media/%00',
    '/media/',
    '/media/film.retake',
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/../../../package.json',
    '//etc/passwd',
    '/performance/x/y/z',
    '/face-model/__proto__',
    '/face-model/constructor',
  ])('gives nothing at %s', async (path) => {
    const { status, text } = await rawRequest(on, path);
    expect([400, 404]).toContain(status);
    expect(JSON.parse(text)).toMatchObject({ error: { code: status === 400 ? 'invalid-argument' : 'not-found' } });
  });

  it('takes files that are dragged in, beside the project, and no file elsewhere', async () => {
    const headers = { authorization: `Bearer ${on.session}` };
    const put = (name: string, body: Buffer | string) =>
      fetch(`${on.origin}/upload/${handle}/${name}`, { method: 'PUT', headers, body: body as never });
    const answer = await put('take%201.mp4', readFileSync(clip));
    const told = await answer.text();
    expect(answer.status, told).toBe(200);
    const first = JSON.parse(told) as { path: string };
    expect(first.path).toBe(join(on.folder, 'film-media', 'take 1.mp4'));
    expect(Buffer.compare(readFileSync(first.path), readFileSync(clip))).toBe(0);
    const second = (await (await put('take%201.mp4', 'other')).json()) as { path: string };
    expect(second.path).toBe(join(on.folder, 'film-media', 'take 1 2.mp4'));
    expect((await client.media.import({ handle, paths: [first.path] })).media).toHaveLength(1);
    for (const name of ['..%2fx', '.hidden', 'a%5cb', '%2e%2e']) expect((await put(name, 'x')).status).not.toBe(200);
    // Again and again: an answer that came while the body was still on its way was lost now and then.
    for (let i = 0; i < 50; i++)
      expect((await fetch(`${on.origin}/upload/nobody/a.mp4`, { method: 'PUT', headers, body: 'x' })).status).toBe(404);
  });

  it('serves exactly the files of the built interface', async () => {
    await using other = await hosted({ interfaceFolder });
    expect((await rawRequest(other, '/')).text).toContain('npm run build');
    mkdirSync(join(interfaceFolder, 'assets'), { recursive: true });
    writeFileSync(join(on.folder, 'secret.js'), 'secret');
    symlinkSync(join(on.folder, 'secret.js'), join(interfaceFolder, 'assets', 'link.js'));
    writeFileSync(join(interfaceFolder, 'assets', 'a.js'), 'export {}');
    writeFileSync(join(interfaceFolder, 'index.html'), '<!doctype html><title>x</title>');
    expect(await rawRequest(other, '/')).toMatchObject({ status: 200, text: '<!doctype html><title>x</title>' });
    expect((await rawRequest(other, '/assets/a.js')).headers['content-type']).toContain('text/javascript');
    for (const path of ['/assets/link.js', '/assets/../../secret.js', '/assets', '/secret.js'])
      expect((await rawRequest(other, path)).status).toBe(404);
  });

  it('lives through malformed messages', async () => {
    const socket = await openSocket(on, '/rpc');
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '42',
      '{"i":1}',
      '{"i":"x","p":{}}',
      '{"i":1,"p":{"u":"/__proto__/constructor"}}',
    ])
      socket.send(text);
    socket.send(Buffer.from([0, 1, 2, 3, 255]));
    socket.send(JSON.stringify({ i: 7, p: { u: '/project/open', b: { json: { path: 5 } } } }));
    socket.send(JSON.stringify({ i: 8, p: { u: '/project/nothing', b: {} } }));
    const frames = await openFrames(on);
    frames.socket.send(Buffer.from([1, 2, 3]));
    expect(await frames.next()).toMatchObject({ error: { code: 'invalid-argument' } });
    const raw = connect(on.host.port, '127.0.0.1');
    raw.on('error', () => undefined);
    raw.write('GET\r\n\r\n\0\0\0');
    const { engine } = await client.app.status();
    expect(engine).toMatchObject({ starts: 1, lastExit: null });
    raw.destroy();
    socket.terminate();
    frames.socket.terminate();
    expect((await client.app.status()).engine.pid).toBe(engine.pid);
  });

  it('ends a connection that sends more than any message may hold, and no other', async () => {
    const socket = await openSocket(on, '/rpc');
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(40 * 2 ** 20));
    expect([1006, 1009]).toContain(await closed);
    expect((await client.app.status()).engine.starts).toBe(1);
  });

  it('answers each of 10,000 messages that come at once', async () => {
    const other = await openClient(on);
    const before = await client.app.status();
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => other.client.project.history({ handle })));
    expect(answers).toHaveLength(10_000);
    expect(answers.every(({ undo }) => undo.length === answers[0]!.undo.length)).toBe(true);
    other.socket.terminate();
    expect((await client.app.status()).engine.pid).toBe(before.engine.pid);
  });

  it('says which port is taken', async () => {
    await expect(WebHost.start({ folder: on.folder, startProject: null, port: on.host.port })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('an engine that is killed', () => {
  it('is started again with its projects open under their handles, and its renders go on', async () => {
    await using on = await hosted();
    const clip = join(on.folder, 'actor.mp4');
    copyFileSync((await digitalActorFixture()).path, clip);
    const { client, socket } = await openClient(on);
    const { handle } = await client.project.create({ path: join(on.folder, 'film.retake'), name: 'Film' });
    const { sequence } = await client.media.import({ handle, paths: [clip], sequence: 'new' });
    await client.project.edit({ handle, edits: [{ edit: 'setProject', args: { name: 'Committed' } }] });
    const { job } = await client.jobs.render({
      handle,
      sequence: sequence!,
      preset: 'ffv1',
      out: join(on.folder, 'film.mkv'),
    });
    const frames = await openFrames(on);
    frames.send({ stream: 'v', seq: 1, handle, sequence: sequence!, frame: 1 });
    await frames.next();
    const { engine } = await client.app.status();
    const gone = new Promise((resolve) => socket.once('close', resolve));
    const down = new Promise((resolve) => on.host.engine.once('down', resolve));
    process.kill(engine.pid, 'SIGKILL');
    await Promise.all([gone, down]);
    // At once, as an interface does: the connection waits until the engine is there again.
    const again = await openClient(on);
    const status = await again.client.app.status();
    expect(status.engine).toMatchObject({ starts: 2, lastExit: { signal: 'SIGKILL', code: null } });
    expect(status.engine.pid).not.toBe(engine.pid);
    const { document, readOnly } = await again.client.project.get({ handle });
    expect(document.head.name).toBe('Committed');
    expect(readOnly).toBe(false);
    await again.client.project.edit({ handle, edits: [{ edit: 'setProject', args: { name: 'After' } }] });
    const undone = await again.client.project.undo({ handle });
    expect(undone?.label).toBe('Rename project');
    expect((await again.client.project.undo({ handle }))?.label).toBe('Rename project');
    const frames2 = await openFrames(on);
    frames2.send({ stream: 'v', seq: 2, handle, sequence: sequence!, frame: 1 });
    expect(await frames2.next()).toMatchObject({ seq: 2, width: 320 });
    for (;;) {
      const { state, failure } = (await again.client.jobs.get({ job })).job;
      expect(failure).toBeNull();
      if (state === 'done') break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await again.client.jobs.get({ job })).job.framesDone).toBe(25);
    again.socket.terminate();
    frames2.socket.terminate();
  });

  it('keeps trying, more slowly, when it dies again and again', async () => {
    await using on = await hosted();
    const pids = new Set<number>();
    for (let round = 0; round < 3; round++) {
      await on.host.engine.socket();
      const pid = on.host.engine.pid!;
      pids.add(pid);
      const down = new Promise((resolve) => on.host.engine.once('down', resolve));
      process.kill(pid, 'SIGKILL');
      await down;
    }
    const { client, socket } = await openClient(on);
    expect((await client.app.status()).engine.starts).toBe(4);
    expect(pids.size).toBe(3);
    socket.terminate();
  });
});
