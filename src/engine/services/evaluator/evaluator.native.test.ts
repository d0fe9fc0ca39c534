// Preview and batch are one: frames of a project through the evaluator, through the render queue, and again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditRequest } from '../../../core/document/edit.ts';
import type { Picture } from '../../../core/picture.ts';
import { digitalActorFixture } from '../../digital-actor/index.ts';
import { JobQueue, QueueRunner } from '../../jobs/index.ts';
import { openVideo, probeMedia } from '../../media/index.ts';
import { CacheFolder, ProjectStore } from '../../store/index.ts';
import { describeMedia } from '../media-import.ts';
import { inspectProvenance } from '../provenance-record.ts';
import { Evaluator } from './evaluator.ts';
import { StorePerformances } from './performances.ts';
import { Proxies } from './proxies.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-evaluator-'));
const path = join(folder, 'film.retake');
const renderer = fileURLToPath(new URL('../sequence-segments.ts', import.meta.url));
let store: ProjectStore;
let performances: StorePerformances;
let sequence = '';
let clip = '';
let media = '';

const one = (request: EditRequest): readonly string[] => store.edit(request).created;
const samples = (picture: Picture): Buffer => Buffer.concat(picture.planes.map((plane) => Buffer.from(plane)));

beforeAll(async () => {
  const { path: file } = await digitalActorFixture({ seconds: 1.2, width: 480, height: 270, seed: 7 });
  store = ProjectStore.create(path, 'Film', { writtenBy: 'test' });
  performances = new StorePerformances(store);
  [media] = one({ edit: 'importMedia', args: { media: [await describeMedia(file)] } }) as [string];
  const rate = store.project.media[media]!.rate;
  const made = one({ edit: 'addSequence', args: { name: 'Cut', rate, width: 480, height: 270 } });
  sequence = made[0]!;
  [clip] = one({
    edit: 'append',
    args: {
      clips: [
        { track: made[1]!, media, duration: 20 },
        { track: made[2]!, media, duration: 20 },
      ],
    },
  }) as [string];
  one({ edit: 'addEffect', args: { clips: [clip], kind: 'emotion' } });
  const [effect] = Object.keys(store.project.effects);
  one({
    edit: 'setParameter',
    args: { effect: effect!, parameter: 'label', value: { kind: 'constant', value: 'happy' } },
  });
});

afterAll(async () => {
  await performances[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('a project with an emotion', () => {
  it('shows the plate and says so while it was not tracked', async () => {
    await using evaluator = new Evaluator({ performances, threads: 0 });
    const request = { sequence, frame: 5, quality: 'full', side: 'edited' } as const;
    const before = await evaluator.frame(store.project, request);
    expect(before.touched).toBe(false);
    expect(before.layers[0]!.untracked).toBe(true);
  });

  it('captures once, changes the face, keeps frames, and shows the plate on the other side', async () => {
    const steps = store.history().undo.length;
    await performances.ensure(media);
    await performances.ensure(media);
    expect(performances.captures).toBe(1);
    expect(Object.keys(store.project.actors)).toHaveLength(1);
    // People and performance come and go together, and a redo finds the capture where it was kept.
    expect(store.history().undo.length).toBe(steps + 1);
    store.undo();
    expect(Object.keys(store.project.actors)).toHaveLength(0);
    expect(performances.get(store.project, store.project.media[media]!)).toBeUndefined();
    store.redo();
    expect(performances.get(store.project, store.project.media[media]!)).toBeDefined();
    expect(performances.captures).toBe(1);
    await using evaluator = new Evaluator({ performances, threads: 0, cacheBytes: 50e6 });
    const request = { sequence, frame: 12, quality: 'full', side: 'edited' } as const;
    const edited = await evaluator.frame(store.project, request);
    expect(edited.touched).toBe(true);
    expect((await evaluator.frame(store.project, request)).cached).toBe(true);
    const plate = await evaluator.frame(store.project, { ...request, side: 'source' });
    expect(samples(plate.picture).equals(samples(edited.picture))).toBe(false);
    const small = await evaluator.frame(store.project, { ...request, quality: 'half' });
    expect([small.picture.width, small.picture.height]).toEqual([240, 134]);
  });

  it('gives the same frames when it was made ready before, and where nobody was captured there is nothing to do', async () => {
    const request = { sequence, frame: 12, quality: 'full', side: 'edited' } as const;
    await using cold = new Evaluator({ performances, threads: 0 });
    await using warm = new Evaluator({ performances, threads: 0 });
    await warm.warm(store.project, { sequence, frame: 3, quality: 'full' });
    await warm.warm(store.project, { sequence, frame: 1000, quality: 'full' });
    const [a, b] = [await cold.frame(store.project, request), await warm.frame(store.project, request)];
    expect(b.touched).toBe(true);
    expect(samples(a.picture).equals(samples(b.picture))).toBe(true);
  });

  it('a wish that is called off while the clip is searched for light and open mouths does not wait for it', async () => {
    await using evaluator = new Evaluator({ performances, threads: 0 });
    const request = { sequence, frame: 12, quality: 'full', side: 'edited' } as const;
    const abort = new AbortController();
    const order: string[] = [];
    const first = evaluator.frame(store.project, request, abort.signal).catch(({ code }) => order.push(code));
    const second = evaluator.frame(store.project, request).then(({ touched }) => order.push(`touched ${touched}`));
    setTimeout(() => abort.abort(), 20);
    await Promise.all([first, second]);
    expect(order).toEqual(['cancelled', 'touched true']);
  });

  it('makes previews from a proxy that look like those from the film', async () => {
    const proxies = new Proxies(new CacheFolder(join(folder, 'cache')));
    const item = store.project.media[media]!;
    expect(proxies.path(item, 2)).toBeUndefined();
    expect(await proxies.make(item)).toBe(proxies.path(item, 2));
    expect(proxies.path(item, 1)).toBeUndefined();
    const request = { sequence, frame: 12, quality: 'half', side: 'edited' } as const;
    await using whole = new Evaluator({ performances, threads: 0 });
    await using small = new Evaluator({ performances, threads: 0, proxy: (one, factor) => proxies.path(one, factor) });
    const [a, b] = [await whole.frame(store.project, request), await small.frame(store.project, request)];
    expect(b.touched).toBe(true);
    expect([b.picture.width, b.picture.height]).toEqual([a.picture.width, a.picture.height]);
    let sum = 0;
    a.picture.planes[0]!.forEach((value, i) => {
      sum += Math.abs(value - b.picture.planes[0]![i]!);
    });
    expect(sum / a.picture.planes[0]!.length).toBeLessThan(3);
  });

  it('renders in the queue what the preview shows, byte for byte, without capturing again', async () => {
    using queue = JobQueue.open(join(folder, 'queue.sqlite'));
    const out = join(folder, 'out.mkv');
    const job = queue.add({
      name: 'Cut',
      renderer,
      payload: { project: path, sequence },
      out,
      preset: 'ffv1',
      segmentFrames: 8,
    });
    performances = await closeAndReopen();
    const runner = new QueueRunner(queue, { workers: 1 });
    await runner.run('drain', new AbortController().signal);
    expect(queue.get(job)).toMatchObject({ state: 'done', failure: null });
    await using evaluator = new Evaluator({ performances, threads: 0 });
    await using film = await openVideo(out);
    expect(film.frameCount).toBe(20);
    for (const frame of [0, 7, 8, 19]) {
      const made = await evaluator.frame(store.project, { sequence, frame, quality: 'full', side: 'edited' });
      const decoded = await film.frameAt(frame);
      expect(samples(made.picture).equals(samples(decoded.picture)), `frame ${frame}`).toBe(true);
      decoded.release();
    }
    expect(performances.captures).toBe(0);
    expect((await probeMedia(out)).audio).toHaveLength(1);
    const provenance = await inspectProvenance(out);
    expect(provenance!.state).toBe('intact');
    expect(provenance!.claim!.edits[0]).toMatchObject({ kind: 'sequence-effect', effect: 'emotion' });
  });
});

/** The job opens the project itself, so it is given up for a moment. */
async function closeAndReopen(): Promise<StorePerformances> {
  await performances[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  store = ProjectStore.open(path, { writtenBy: 'test', readOnly: true });
  return new StorePerformances(store);
}
