import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDefinedError, safe } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameAnswer } from '../contract/frames.ts';
import type { Work } from '../contract/work.ts';
import type { Project } from '../core/document/schema.ts';
import { digitalActorFixture } from '../engine/digital-actor/index.ts';
import { type Connected, overPorts, overSockets } from './host.test-support.ts';

/** Waits for work to end. */
async function ended({ client }: Connected, work: string): Promise<Work> {
  for (;;) {
    const found = (await client.work.list()).find((one) => one.work === work)!;
    if (found.state !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each([
  ['message ports', overPorts],
  ['an engine process and WebSockets', overSockets],
])('an engine over %s', (_name, connect) => {
  let connected: Connected;
  let clip: string;
  let handle: string;
  let sequence: string;
  beforeAll(async () => {
    connected = await connect();
    clip = join(connected.folder, 'actor.mp4');
    copyFileSync((await digitalActorFixture()).path, clip);
  });
  afterAll(async () => {
    await connected[Symbol.asyncDispose]();
  });

  it('imports what can be read in one step, and says what cannot', async () => {
    const { client, folder } = connected;
    const opened = await client.project.create({ path: join(folder, 'film.retake'), name: 'Film' });
    handle = opened.handle;
    const broken = join(folder, 'broken.mp4');
    writeFileSync(broken, 'no film');
    const paths = [clip, broken, join(folder, 'none.mov')];
    const { media, failures, change, ...rest } = await client.media.import({ handle, paths, sequence: 'new' });
    expect(failures.map(({ path, code }) => [path, code])).toEqual([
      [broken, 'not-media'],
      [paths[2], 'not-found'],
    ]);
    expect(media).toHaveLength(1);
    expect(change?.label).toBe('Import actor.mp4');
    sequence = rest.sequence!;
    const { document } = await client.project.get({ handle });
    const project = document as unknown as Project;
    expect(project.sequences[sequence]).toMatchObject({ width: 320, height: 180, rate: { num: 25, den: 1 } });
    expect(Object.values(project.items).filter(({ type }) => type === 'clip').length).toBeGreaterThan(0);
    expect((await client.project.history({ handle })).undo).toEqual(['Import actor.mp4']);
    expect((await client.app.recent())[0]).toMatchObject({ name: 'Film', exists: true });
  });

  it('browses folders', async () => {
    const { client, folder } = connected;
    expect((await client.files.roots()).length).toBeGreaterThan(0);
    const made = await client.files.makeFolder({ path: join(folder, 'a folder') });
    const { entries, parent } = await client.files.list({ path: folder, extensions: ['mp4'] });
    expect(parent).not.toBeNull();
    const names = entries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['a folder', 'actor.mp4', 'broken.mp4']));
    expect(names).not.toContain('film.retake');
    expect(entries.find(({ path }) => path === made.path)?.kind).toBe('folder');
    const gone = await safe(client.files.list({ path: join(folder, 'nowhere') }));
    expect(gone.error).toMatchObject({ code: 'file-not-found' });
    expect((await safe(client.files.list({ path: 'relative' }))).error).toMatchObject({ code: 'invalid-argument' });
  });

  it('gives frames of a sequence and of media, in the order of their numbers', async () => {
    const { frames } = connected;
    frames.send({ stream: 'viewer', seq: 1, handle, sequence, frame: 3 });
    const first = (await frames.next()) as FrameAnswer;
    expect(first).toMatchObject({ seq: 1, frame: 3, kind: 'picture', format: 'jpeg', width: 320, height: 180 });
    expect([...first.payload.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    frames.send({ stream: 'viewer', seq: 2, handle, sequence, frame: 3, format: 'rgba', width: 160 });
    const raw = (await frames.next()) as FrameAnswer;
    expect(raw).toMatchObject({ seq: 2, width: 160, height: 90, notes: { cached: true, touched: false } });
    expect(raw.payload).toHaveLength(160 * 90 * 4);
    expect(raw.payload.filter((_, index) => index % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
    expect(new Set(raw.payload).size).toBeGreaterThan(32);
    frames.send({ stream: 'bin', seq: 3, handle, media: 'f1', frame: 9999 });
    expect(await frames.next()).toMatchObject({ seq: 3, stream: 'bin', width: 320 });
    frames.send({ stream: 'viewer', seq: 4, handle: 'nobody', sequence, frame: 0 });
    expect(await frames.next()).toMatchObject({ seq: 4, error: { code: 'not-found' } });
    frames.sendText('{"stream":"viewer"');
    expect(await frames.next()).toMatchObject({ error: { code: 'invalid-argument' } });
  });

  it('answers a burst of wishes with the newest frame', async () => {
    const { frames } = connected;
    for (let seq = 1000; seq < 1200; seq++) frames.send({ stream: 'burst', seq, handle, sequence, frame: seq % 25 });
    const answers: number[] = [];
    let superseded = 0;
    while (answers.at(-1) !== 1199) {
      const message = await frames.next();
      if ('superseded' in message) superseded += 1;
      else answers.push(message.seq);
    }
    expect(superseded + answers.length).toBe(200);
    expect(answers).toEqual(answers.toSorted((a, b) => a - b));
    expect(answers.length).toBeLessThan(100);
  });

  it('tracks in the background, tells how far it is, and gives the face as numbers', async () => {
    const { client, frames } = connected;
    const stop = new AbortController();
    const seen: Work[] = [];
    const iterator = await client.work.events(undefined, { signal: stop.signal });
    const changes = await client.project.events({ handle }, { signal: stop.signal });
    const listening = (async () => {
      for await (const work of iterator) {
        seen.push(work);
        if (work.state !== 'running') return;
      }
    })();
    const { work } = await client.work.track({ handle, media: 'f1' });
    expect((await client.work.track({ handle, media: 'f1' })).work).toBe(work);
    await listening;
    expect(seen.at(-1)).toMatchObject({ work, state: 'done', result: { reused: false } });
    expect(seen.some(({ done, total }) => done > 0 && total === 25)).toBe(true);
    expect((await changes.next()).value).toMatchObject({ type: 'replaced' });
    stop.abort();
    const { document } = await client.project.get({ handle });
    const depict = await ended(connected, (await client.work.depict({ handle, media: 'f1' })).work);
    expect(depict).toMatchObject({ state: 'done', failure: null });
    expect(Object.values(document.performances)).toMatchObject([{ media: 'f1', frameCount: 25 }]);
    frames.send({ stream: 'mesh', seq: 1, kind: 'mesh', handle, sequence, frame: 5 });
    const mesh = (await frames.next()) as FrameAnswer;
    expect(mesh).toMatchObject({
      kind: 'mesh',
      format: 'float32',
      height: 1,
      notes: { faces: [{ media: 'f1', row: 5 }] },
    });
    const { payload } = mesh;
    const floats = new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4);
    expect(floats).toHaveLength(mesh.width);
    const quaternion = floats.subarray(104, 108);
    expect(Math.hypot(...quaternion)).toBeCloseTo(1, 3);
    expect((await ended(connected, (await client.work.track({ handle, media: 'f1' })).work)).result).toMatchObject({
      reused: true,
    });
  });

  it('cancels work', async () => {
    const { client, folder } = connected;
    const other = join(folder, 'other.mp4');
    copyFileSync(clip, other);
    appendFileSync(other, Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65])); // an empty box makes it another file
    const { media } = await client.media.import({ handle, paths: [other] });
    const { work } = await client.work.track({ handle, media: media[0]! });
    await client.work.cancel({ work });
    expect(await ended(connected, work)).toMatchObject({ state: 'cancelled', failure: null, result: null });
    expect((await safe(client.work.cancel({ work: 'nothing' }))).error).toMatchObject({ code: 'not-found' });
  });

  it('exports a sequence with an edit through the render queue, and the frame shows it', async () => {
    const { client, frames, folder } = connected;
    const { document } = await client.project.get({ handle });
    const item = Object.values(document.items).find(
      (one) => one.type === 'clip' && document.tracks[one.track]?.kind === 'video',
    )!;
    frames.send({ stream: 'a', seq: 1, handle, sequence, frame: 12, format: 'rgba' });
    const before = (await frames.next()) as FrameAnswer;
    await client.project.edit({
      handle,
      edits: [
        {
          edit: 'addEffect',
          args: { clips: [item.id], kind: 'emotion', parameters: { label: { kind: 'constant', value: 'happy' } } },
        },
      ],
    });
    frames.send({ stream: 'a', seq: 2, handle, sequence, frame: 12, format: 'rgba' });
    const after = (await frames.next()) as FrameAnswer;
    expect(after).toMatchObject({ seq: 2, notes: { touched: true } });
    expect(Buffer.compare(before.payload, after.payload)).not.toBe(0);
    frames.send({ stream: 'a', seq: 3, handle, sequence, frame: 12, format: 'rgba', side: 'source' });
    expect(Buffer.compare(before.payload, ((await frames.next()) as FrameAnswer).payload)).toBe(0);
    const out = join(folder, 'film.mp4');
    const stop = new AbortController();
    const events = await client.jobs.events(undefined, { signal: stop.signal });
    const { job } = await client.jobs.render({ handle, sequence, preset: 'h264', out });
    for await (const event of events)
      if (event.type === 'state' && event.job === job && event.state !== 'running') {
        expect(event).toMatchObject({ state: 'done', failure: null });
        break;
      }
    stop.abort();
    expect(await client.jobs.file({ job })).toMatchObject({ path: out });
    const onto = await safe(client.jobs.render({ handle, sequence, preset: 'h264', out: clip }));
    expect(onto.error).toMatchObject({ code: 'output-exists-as-input' });
  });

  it('refuses with typed errors and knows its own state', async () => {
    const { client, folder } = connected;
    const missing = await safe(client.project.open({ path: join(folder, 'none.retake') }));
    expect(isDefinedError(missing.error)).toBe(true);
    expect(missing.error).toMatchObject({ code: 'file-not-found' });
    expect((await safe(client.work.track({ handle, media: 'f99' }))).error).toMatchObject({ code: 'not-found' });
    const bad = await safe(client.media.import({ handle, paths: 'all' } as never));
    expect(bad.error).toMatchObject({ code: 'BAD_REQUEST' });
    const status = await client.app.status();
    expect(status).toMatchObject({ engine: { starts: 1, lastExit: null }, running: { work: 0, jobs: 0 } });
    expect(status.provider).toMatch(/cpu|webgpu|directml|coreml|cuda/);
    const log = await client.app.log({});
    expect(log.some(({ message }) => message.includes('Tracking actor.mp4'))).toBe(true);
    expect(await client.app.log({ after: log.at(-1)!.index })).toEqual([]);
  });
});
