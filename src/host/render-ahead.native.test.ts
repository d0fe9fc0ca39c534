// Rendering ahead as an interface sees it: edited frames are there before they are asked for, and an edit tells which are not.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FrameAnswer } from '../contract/frames.ts';
import type { Prepared, PreviewAim } from '../contract/preview.ts';
import type { Project } from '../core/document/schema.ts';
import { digitalActorFixture } from '../engine/digital-actor/index.ts';
import { type Connected, overPorts } from './host.test-support.ts';

let connected: Connected;
let aim: PreviewAim;
let effect: string;

const count = (runs: readonly (readonly [number, number])[]): number =>
  runs.reduce((sum, [from, until]) => sum + until - from, 0);

beforeAll(async () => {
  connected = await overPorts();
  const { client, folder } = connected;
  const clip = join(folder, 'actor.mp4');
  copyFileSync((await digitalActorFixture()).path, clip);
  const { handle } = await client.project.create({ path: join(folder, 'film.retake'), name: 'Film' });
  const { sequence } = await client.media.import({ handle, paths: [clip], sequence: 'new' });
  const { document } = await client.project.get({ handle });
  const project = document as unknown as Project;
  const item = Object.values(project.items).find(({ track }) => project.tracks[track]!.kind === 'video')!;
  const change = await client.project.edit({
    handle,
    edits: [
      { edit: 'addEffect', args: { clips: [item.id], kind: 'emotion' } },
      { edit: 'split', args: { clips: [item.id], frame: 10 } },
    ],
  });
  effect = change.created[0]!;
  aim = { handle, sequence: sequence!, frame: 4, from: 0, until: 15, quality: 'full', width: 160 };
});

afterAll(async () => {
  await connected[Symbol.asyncDispose]();
});

async function allReady(): Promise<Prepared> {
  for (;;) {
    const prepared = await connected.client.preview.aim(aim);
    if (prepared.waiting.length === 0) return prepared;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('renders ahead what the edit shows, and gives it without making it', async () => {
  const { client, frames } = connected;
  const events = await client.preview.events({ handle: aim.handle });
  expect(count((await client.preview.aim(aim)).waiting)).toBe(15);
  const told = (await events.next()).value as Prepared;
  expect(told.sequence).toBe(aim.sequence);
  expect(count(told.ready)).toBeGreaterThan(0);
  expect((await allReady()).ready).toEqual([[0, 15]]);
  const { handle, sequence, quality, width } = aim;
  frames.send({ stream: 'play', seq: 1, handle, sequence, frame: 7, quality, width, mode: 'queue' });
  const answer = (await frames.next()) as FrameAnswer;
  expect(answer).toMatchObject({ frame: 7, width: 160, notes: { cached: true } });
  expect([...answer.payload.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});

it('an edit leaves the frames that it does not touch, and an undo finds those that were there', async () => {
  const { client } = connected;
  const { handle } = aim;
  const value = { kind: 'constant', value: 'happy' } as const;
  await client.project.edit({ handle, edits: [{ edit: 'setParameter', args: { effect, parameter: 'label', value } }] });
  expect((await client.preview.aim({ ...aim, frame: 12 })).waiting).toEqual([[0, 10]]);
  await client.project.undo({ handle });
  expect((await client.preview.aim(aim)).ready).toEqual([[0, 15]]);
});

it('goes on with what is aimed at while a clip is made ready for its first change', async () => {
  const { client } = connected;
  const { handle } = aim;
  const { document } = await client.project.get({ handle });
  const { media, items, effects } = document as unknown as Project;
  await client.work.track({ handle, media: Object.keys(media)[0]! });
  while ((await client.work.list()).some(({ state }) => state === 'running'))
    await new Promise((resolve) => setTimeout(resolve, 100));
  const [clip] = Object.values(items).filter(({ type }) => type === 'clip');
  await client.project.edit({ handle, edits: [{ edit: 'removeEffects', args: { effects: Object.keys(effects) } }] });
  const events = await client.preview.events({ handle });
  expect(count((await client.preview.aim(aim)).waiting)).toBe(0);
  // By then the clip is being searched for light and open mouths.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.project.edit({
    handle,
    edits: [{ edit: 'addEffect', args: { clips: [clip!.id], kind: 'emotion' } }],
  });
  expect(count((await client.preview.aim(aim)).waiting)).toBeGreaterThan(0);
  // Told by itself, without another aim that would begin anew.
  for (;;) {
    const told = (await events.next()).value as Prepared;
    if (told.waiting.length === 0 && told.ready.length > 0) break;
  }
}, 120_000);
