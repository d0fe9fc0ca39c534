// A portrait that speaks and an actor who is dubbed, on the timeline: preview and render queue give the same frames.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditRequest } from '../../../core/document/edit.ts';
import type { Picture } from '../../../core/picture.ts';
import { waveFile } from '../../../core/wave-file.ts';
import { digitalActorFixture } from '../../digital-actor/index.ts';
import { timedLine } from '../../digital-actor/phones.ts';
import { ACTOR_VARIANTS } from '../../digital-actor/variant.ts';
import { synthesiseVoice, VOICE_RATE } from '../../digital-actor/voice.ts';
import { JobQueue, QueueRunner } from '../../jobs/index.ts';
import { fingerprintMedia, openVideo, writeImage } from '../../media/index.ts';
import { ProjectStore } from '../../store/index.ts';
import { builtInStyle, writeStyle } from '../../talking-head/index.ts';
import { describeMedia } from '../media-import.ts';
import { inspectProvenance } from '../provenance-record.ts';
import type { TalkEffect } from '../speech-results.ts';
import { Evaluator } from './evaluator.ts';
import { StorePerformances } from './performances.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-talking-'));
const path = join(folder, 'film.retake');
const renderer = fileURLToPath(new URL('../sequence-segments.ts', import.meta.url));
const saved = join(folder, 'ada.style.json');
const RATE = { num: 25, den: 1 };
const STILL = 16;
let store: ProjectStore;
let performances: StorePerformances;
let sequence = '';
let media: Record<'portrait' | 'voice' | 'film', string>;
let talks: TalkEffect[];

const one = (request: EditRequest): readonly string[] => store.edit(request).created;
const samples = (picture: Picture): Buffer => Buffer.concat(picture.planes.map((plane) => Buffer.from(plane)));

beforeAll(async () => {
  const { path: film } = await digitalActorFixture({ seconds: 1, width: 320, height: 320, rate: RATE, seed: 5 });
  const portrait = join(folder, 'portrait.png');
  {
    await using source = await openVideo(film);
    await writeImage(portrait, (await source.frameAt(0)).picture);
  }
  const voice = join(folder, 'voice.wav');
  writeFileSync(voice, waveFile([synthesiseVoice(timedLine(3), 3, ACTOR_VARIANTS.ada.voice, 1)], VOICE_RATE, 'int16'));
  store = ProjectStore.create(path, 'Film', { writtenBy: 'test' });
  performances = new StorePerformances(store);
  const described = await Promise.all([portrait, voice, film].map((file) => describeMedia(file)));
  const ids = one({ edit: 'importMedia', args: { media: described } });
  media = { portrait: ids[0]!, voice: ids[1]!, film: ids[2]! };
  const made = one({ edit: 'addSequence', args: { name: 'Cut', rate: RATE, width: 320, height: 320 } });
  sequence = made[0]!;
  const clips = one({
    edit: 'append',
    args: {
      clips: [
        { track: made[1]!, media: media.portrait, duration: STILL },
        { track: made[1]!, media: media.film, duration: 12 },
      ],
    },
  });
  one({ edit: 'append', args: { clips: [{ track: made[2]!, media: media.voice, duration: STILL }] } });
  one({ edit: 'addEffect', args: { clips: [clips[0]!], kind: 'talking-head' } });
  one({ edit: 'addEffect', args: { clips: [clips[1]!], kind: 'talking-head' } });
  talks = Object.values(store.project.effects) as TalkEffect[];
}, 120_000);

afterAll(async () => {
  await performances[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('talking heads on the timeline', () => {
  it('keeps a still picture for as long as it is wanted', () => {
    expect(store.project.media[media.portrait]!.availableRange).toBeNull();
    expect(store.project.media[media.film]!.availableRange).not.toBeNull();
  });

  it('says what is missing while nothing is chosen to be spoken', async () => {
    await using evaluator = new Evaluator({ performances, threads: 0 });
    const request = { sequence, frame: 5, quality: 'full', side: 'edited' } as const;
    await expect(evaluator.frame(store.project, request)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('shows the plate until face and recording are known, then a face that speaks', async () => {
    // The recording starts before its pause, so that the words fall into the clip.
    const speech = { media: media.voice, range: { start: 200, duration: 2400 } };
    for (const { id } of talks) one({ edit: 'setEffect', args: { effect: id, settings: { seed: 3, speech } } });
    talks = talks.map(({ id }) => store.project.effects[id] as TalkEffect);
    await using evaluator = new Evaluator({ performances, threads: 0, cacheBytes: 50e6 });
    const request = { sequence, frame: 9, quality: 'full', side: 'edited' } as const;
    const before = await evaluator.frame(store.project, request);
    expect(before.touched).toBe(false);
    expect(before.layers[0]!.untracked).toBe(true);
    await performances.ensure(media.portrait);
    await performances.ensure(media.film);
    const heard = await performances.ensureTalk(talks[0]!);
    expect(heard.speech.seconds).toBeCloseTo(2.4, 2);
    expect(heard.speech.phrases.length).toBeGreaterThan(0);
    const after = await evaluator.frame(store.project, request);
    expect(after.touched).toBe(true);
    const plate = await evaluator.frame(store.project, { ...request, side: 'source' });
    expect(samples(plate.picture).equals(samples(after.picture))).toBe(false);
    const dubbed = await evaluator.frame(store.project, { ...request, frame: STILL + 6 });
    expect(dubbed.touched).toBe(true);
  }, 180_000);

  it('follows a saved style that is written anew under its path', async () => {
    await writeStyle(saved, { ...builtInStyle('lively'), name: 'Ada' });
    for (const { id } of talks) one({ edit: 'setEffect', args: { effect: id, settings: { styleFile: saved } } });
    await using evaluator = new Evaluator({ performances, threads: 0, cacheBytes: 50e6 });
    const request = { sequence, frame: 9, quality: 'full', side: 'edited' } as const;
    const lively = samples((await evaluator.frame(store.project, request)).picture);
    expect((await evaluator.frame(store.project, request)).cached).toBe(true);
    await writeStyle(saved, { ...builtInStyle('calm'), name: 'Ada, calmer' });
    const calm = await evaluator.frame(store.project, request);
    expect(calm.cached).toBe(false);
    expect(samples(calm.picture).equals(lively)).toBe(false);
  }, 60_000);

  it('renders in the queue what the preview shows, byte for byte, with a label', async () => {
    await performances[Symbol.asyncDispose]();
    store[Symbol.dispose]();
    store = ProjectStore.open(path, { writtenBy: 'test', readOnly: true });
    performances = new StorePerformances(store);
    using queue = JobQueue.open(join(folder, 'queue.sqlite'));
    const out = join(folder, 'out.mkv');
    const payload = { project: path, sequence };
    const job = queue.add({ name: 'Cut', renderer, payload, out, preset: 'ffv1', segmentFrames: 10 });
    await new QueueRunner(queue, { workers: 1 }).run('drain', new AbortController().signal);
    expect(queue.get(job)).toMatchObject({ state: 'done', failure: null });
    await using evaluator = new Evaluator({ performances, threads: 0 });
    await using film = await openVideo(out);
    expect(film.frameCount).toBe(STILL + 12);
    for (const frame of [0, 9, 10, STILL - 1, STILL, STILL + 6]) {
      const made = await evaluator.frame(store.project, { sequence, frame, quality: 'full', side: 'edited' });
      const decoded = await film.frameAt(frame);
      expect(samples(made.picture).equals(samples(decoded.picture)), `frame ${frame}`).toBe(true);
      decoded.release();
    }
    expect(performances.captures).toBe(0);
    const provenance = await inspectProvenance(out);
    expect(provenance!.state).toBe('intact');
    expect(provenance!.claim!.edits.map((edit) => 'effect' in edit && edit.effect)).toEqual([
      'talking-head',
      'talking-head',
    ]);
    const fingerprints = store.project.media;
    for (const edit of provenance!.claim!.edits) {
      expect(edit).toMatchObject({
        settings: { styleFile: 'ada.style.json' },
        files: {
          speech: { name: 'voice.wav', fingerprint: fingerprints[media.voice]!.fingerprint },
          style: { name: 'ada.style.json', fingerprint: await fingerprintMedia(saved) },
        },
      });
      expect(JSON.stringify(edit)).not.toContain(folder);
    }
    expect(provenance!.claim!.models.map(({ id }) => id)).toContain('viseme');
  }, 180_000);
});
