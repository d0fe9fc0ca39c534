import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CopyFeed } from '../media/audio-feed.ts';
import { openVideo } from '../media/index.ts';
import { locateInput } from '../media/open-input.ts';
import { pictureHash, testFrame } from '../media/testing/synthetic.ts';
import { JobQueue, partsFolder } from './job-queue.ts';
import type { JobEvent, JobSpec } from './job-types.ts';
import { QueueRunner } from './queue-runner.ts';
import type { SyntheticPayload } from './synthetic-renderer.test-support.ts';

let folder: string;
let queue: JobQueue;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retake-jobs-'));
  queue = JobQueue.open(join(folder, 'queue.sqlite'));
});
afterEach(() => {
  queue[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const RENDERER = fileURLToPath(new URL('./synthetic-renderer.test-support.ts', import.meta.url));
const spec = (name: string, payload: SyntheticPayload, more: Partial<JobSpec> = {}): JobSpec => ({
  name,
  renderer: RENDERER,
  payload,
  out: join(folder, `${name}.mkv`),
  preset: 'ffv1',
  segmentFrames: 10,
  ...more,
});
const never = new AbortController().signal;

async function drain(workers = 2): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  await new QueueRunner(queue, { workers, pollMs: 20, onEvent: (event) => events.push(event) }).run('drain', never);
  return events;
}

/** Hash of the coded pictures in a file. */
async function streamHash(path: string): Promise<string> {
  await using feed = await CopyFeed.open(await locateInput(path), 0);
  const hash = createHash('sha256');
  for (let packet = await feed.next(); packet; packet = await feed.next()) hash.update(packet.data!);
  return hash.digest('hex');
}

describe('the order of jobs', () => {
  it('is by priority, then by place; jobs wait for those they need', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => queue.add(spec(name, { frames: 1 }))) as [number, number, number];
    const d = queue.add(spec('d', { frames: 1 }, { priority: 5, dependsOn: [a] }));
    const order = (): number[] => queue.list().map((job) => job.id);
    expect(order()).toEqual([d, a, b, c]);
    queue.moveBefore(c, a);
    expect(order()).toEqual([d, c, a, b]);
    queue.setPriority(b, 9);
    expect(order()).toEqual([b, d, c, a]);
    expect([queue.claim()?.id, queue.claim()?.id, queue.claim()?.id, queue.claim()]).toEqual([b, c, a, undefined]);
    queue.setState(a, 'done');
    expect(queue.claim()?.id).toBe(d);
    expect(() => queue.add(spec('e', { frames: 1 }, { dependsOn: [99] }))).toThrow('no job 99');
  });

  it('refuses what makes no sense in a state', () => {
    const id = queue.add(spec('a', { frames: 1 }));
    expect(() => queue.resume(id)).toThrow('queued and cannot be resumed');
    queue.pause(id);
    expect(queue.claim()).toBeUndefined();
    queue.resume(id);
    queue.cancel(id);
    expect(() => queue.pause(id)).toThrow('cancelled');
    queue.retry(id);
    queue.claim();
    expect(() => queue.remove(id)).toThrow('running');
    expect(() => queue.get(7)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('rendering', () => {
  it('makes the film of its parts, with notes and progress, and cleans up', async () => {
    const id = queue.add(spec('film', { frames: 34 }, { range: { from: 2, until: 34 } }));
    const events = await drain();
    expect(queue.get(id)).toMatchObject({
      state: 'done',
      framesDone: 32,
      framesTotal: 32,
      segmentsDone: 4,
      crashes: 0,
      failure: null,
    });
    expect(queue.notes(id)).toEqual([10, 20, 30].map((frame) => ({ frame, reason: 'no-face' })));
    expect(events.filter((event) => event.type === 'progress').at(-1)).toMatchObject({
      framesDone: 32,
      framesTotal: 32,
    });
    expect(existsSync(partsFolder(join(folder, 'film.mkv')))).toBe(false);
    await using video = await openVideo(join(folder, 'film.mkv'));
    expect(video.frameCount).toBe(32);
    for await (const frame of video.frames()) {
      expect(pictureHash(frame.picture)).toBe(pictureHash(testFrame(64, 48, frame.index + 2)));
      frame.release();
    }
  });

  it('writes image sequences, numbered through', async () => {
    queue.add(spec('images', { frames: 23 }, { preset: 'png-sequence', out: join(folder, 'images') }));
    await drain();
    const names = readdirSync(join(folder, 'images'));
    expect(names).toHaveLength(23);
    expect(names.at(-1)).toBe('frame-000023.png');
  });

  it('a worker that dies is replaced; one that always dies fails the job with the reason', async () => {
    const once = queue.add(spec('once', { frames: 30, dieAt: 15, once: join(folder, 'died') }));
    const always = queue.add(spec('always', { frames: 30, dieAt: 15 }, { retries: 1 }));
    const broken = queue.add(spec('broken', { frames: 30, failAt: 25 }));
    const needs = queue.add(spec('needs', { frames: 5 }, { dependsOn: [broken] }));
    const fine = queue.add(spec('fine', { frames: 5 }));
    await drain();
    expect(queue.get(once)).toMatchObject({ state: 'done', crashes: 1 });
    expect(queue.get(always)).toMatchObject({ state: 'failed', crashes: 2, failure: { code: 'internal' } });
    expect(queue.get(always).failure?.message).toContain('SIGKILL');
    expect(queue.get(broken)).toMatchObject({ state: 'failed', crashes: 0, failure: { code: 'media-damaged' } });
    expect(queue.get(needs).failure?.message).toContain('broken');
    expect(queue.get(fine).state).toBe('done');
    queue.remove(always);
    expect(existsSync(partsFolder(join(folder, 'always.mkv')))).toBe(false);
  });

  it('stops for a missing or changed source and goes on from its checkpoints when that is mended', async () => {
    const [source, log] = [join(folder, 'source'), join(folder, 'log')];
    const starts = (): number => readFileSync(log, 'utf8').split('\n').length - 1;
    writeFileSync(source, 'the source');
    const id = queue.add(
      spec('film', { frames: 40, inputs: [source], log, dieAt: 25, once: join(folder, 'died') }, { retries: 0 }),
    );
    await drain(1);
    expect(queue.get(id)).toMatchObject({ state: 'failed', segmentsTotal: 4 });
    const before = queue.get(id).segmentsDone;
    expect(before).toBeGreaterThanOrEqual(2);

    rmSync(source);
    queue.retry(id);
    await drain(1);
    expect(queue.get(id).failure).toMatchObject({ code: 'file-not-found' });
    writeFileSync(source, 'another source');
    queue.retry(id);
    await drain(1);
    expect(queue.get(id).failure).toMatchObject({ code: 'conflict', message: expect.stringContaining('not the file') });
    writeFileSync(source, 'the source');
    const started = starts();
    queue.retry(id);
    await drain(1);
    expect(queue.get(id).state).toBe('done');
    expect(starts() - started).toBe(4 - before);
  });

  it('a checkpoint whose file was touched is rendered again', async () => {
    const id = queue.add(spec('film', { frames: 30, dieAt: 25, once: join(folder, 'died') }, { retries: 0 }));
    await drain(1);
    const part = join(partsFolder(join(folder, 'film.mkv')), 'part-00000.mkv');
    writeFileSync(part, 'not a film any more');
    queue.retry(id);
    await drain(1);
    expect(queue.get(id).state).toBe('done');
  });

  it('obeys pause, resume and cancel from another process', async () => {
    using other = JobQueue.open(queue.path);
    const id = queue.add(spec('slow', { frames: 60, msPerFrame: 20 }));
    const cancelled = queue.add(spec('gone', { frames: 60, msPerFrame: 20 }));
    const stop = new AbortController();
    const events: JobEvent[] = [];
    const runner = new QueueRunner(queue, { workers: 1, pollMs: 20, onEvent: (event) => events.push(event) });
    const running = runner.run('forever', stop.signal);
    const until = async (test: () => boolean): Promise<void> => {
      for (let wait = 0; !test() && wait < 1000; wait++) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(test()).toBe(true);
    };
    await expect(new QueueRunner(other).run('drain', never)).rejects.toThrow('already runs');
    await until(() => other.get(id).segmentsDone >= 1);
    other.cancel(cancelled);
    other.pause(id);
    await until(() => other.get(id).state === 'paused' && other.get(cancelled).state === 'cancelled');
    const done = other.get(id).segmentsDone;
    expect(done).toBeLessThan(6);
    other.resume(id);
    await until(() => other.get(id).state === 'done');
    stop.abort();
    await running;
    expect(existsSync(join(folder, 'gone.mkv'))).toBe(false);
  });

  it('a killed runner goes on where it was, and the film equals an uninterrupted one', async () => {
    queue.add(spec('whole', { frames: 60 }));
    await drain();
    const log = join(folder, 'log');
    const id = queue.add(spec('killed', { frames: 60, log, msPerFrame: 10 }));
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [
        fileURLToPath(new URL('./killed-runner.test-support.ts', import.meta.url)),
        queue.path,
        '1',
      ]);
      const wanted = round + 1;
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (queue.get(id).segmentsDone < wanted && queue.get(id).state !== 'done') return;
          clearInterval(timer);
          child.kill('SIGKILL');
        }, 15);
        child.on('close', () => resolve());
      });
    }
    expect(queue.get(id).state).toBe('running');
    await drain();
    expect(queue.get(id)).toMatchObject({ state: 'done', framesDone: 60 });
    expect(await streamHash(join(folder, 'killed.mkv'))).toBe(await streamHash(join(folder, 'whole.mkv')));
    // Each kill may cost the part that was under way, never a finished one.
    expect(readFileSync(log, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(6 + 3);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
