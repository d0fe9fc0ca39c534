// Render queue: kill -9 of the runner at 20 random moments of a project with an emotion edit, of cheap films too, and a
// batch with a truncated and a missing clip.
// node bench/jobs.ts [edits]   prints one JSON line per figure; with `edits` only the kills of the emotion edit.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rational } from '../src/core/rational.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { JobQueue, type JobSpec, QueueRunner } from '../src/engine/jobs/index.ts';
import { CopyFeed } from '../src/engine/media/audio-feed.ts';
import { createVideoWriter } from '../src/engine/media/index.ts';
import { locateInput } from '../src/engine/media/open-input.ts';
import { TEST_COLOUR, testFrame, YUV420 } from '../src/engine/media/testing/synthetic.ts';
import { newProject, sequenceJob } from '../src/engine/services/project-commands.ts';
import { ProjectStore } from '../src/engine/store/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-bench-jobs-'));
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const print = (figure: string, value: number | string, unit: string, bar: string): void =>
  console.log(JSON.stringify({ bench: 'jobs', figure, value, unit, bar }));
const never = new AbortController().signal;
let seed = 20_261_121;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

async function streamHash(path: string): Promise<string> {
  await using feed = await CopyFeed.open(await locateInput(path), 0);
  const hash = createHash('sha256');
  for (let packet = await feed.next(); packet; packet = await feed.next()) hash.update(packet.data!);
  return hash.digest('hex');
}

/** Runs the queue in a process that is killed after a random time; resolves once it is gone. */
async function runAndKill(path: string, maxMs: number, workers: number): Promise<'killed' | 'finished'> {
  const child = spawn(
    process.execPath,
    [at('../src/engine/jobs/killed-runner.test-support.ts'), path, String(workers)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let killed = false;
  // The clock starts when the render does, not while Node starts.
  child.stdout.once('data', () => {
    setTimeout(() => {
      killed = child.kill('SIGKILL');
    }, random() * maxMs);
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  return killed ? 'killed' : 'finished';
}

async function killedRenders(preset: 'ffv1' | 'h264', extension: string, films: number): Promise<void> {
  using queue = JobQueue.open(join(folder, `${preset}.sqlite`));
  const spec = (name: string): JobSpec => ({
    name,
    renderer: at('../src/engine/jobs/synthetic-renderer.test-support.ts'),
    payload: { frames: 160, width: 320, msPerFrame: 15 },
    out: join(folder, `${name}${extension}`),
    preset,
    segmentFrames: 20,
  });
  queue.add(spec(`${preset}-whole`));
  await new QueueRunner(queue, { workers: 2 }).run('drain', never);
  const whole = await streamHash(join(folder, `${preset}-whole${extension}`));
  let [equal, killed] = [0, 0];
  for (let film = 0; film < films; film++) {
    const id = queue.add(spec(`${preset}-${film}`));
    if ((await runAndKill(queue.path, 2500, 2)) === 'killed' && queue.get(id).state !== 'done') killed += 1;
    await new QueueRunner(queue, { workers: 2 }).run('drain', never);
    const out = join(folder, `${preset}-${film}${extension}`);
    if (queue.get(id).state === 'done' && (await streamHash(out)) === whole) equal += 1;
  }
  print(`${preset}: films whose render was killed at a random moment`, killed, 'films', String(films));
  print(`${preset}: finished films equal to the uninterrupted one`, equal, 'films', String(films));
}

/** A project of one clip of the digital actor who is to be happy. */
async function happyProject(): Promise<string> {
  const { path: clip } = await digitalActorFixture({ seconds: 1, width: 320, height: 180, seed: 5 });
  const project = join(folder, 'film.retake');
  await newProject(project, 'Film', [clip], {});
  using store = ProjectStore.open(project, { writtenBy: 'bench' });
  const item = Object.values(store.project.items).find(
    (one) => one.type === 'clip' && store.project.tracks[one.track]!.kind === 'video',
  )!;
  store.edit({ edit: 'addEffect', args: { clips: [item.id], kind: 'emotion' } });
  const [effect] = Object.keys(store.project.effects);
  const value = { kind: 'constant', value: 'happy' } as const;
  store.edit({ edit: 'setParameter', args: { effect: effect!, parameter: 'label', value } });
  return project;
}

/**
 * Renders of an emotion edit through the real compositor, each killed once at a random moment of the whole render: while
 * it plans, composes, encodes or joins. The finished film must be the uninterrupted one, packet for packet.
 */
async function killedEdits(films: number): Promise<void> {
  const project = await happyProject();
  using queue = JobQueue.open(join(folder, 'edits.sqlite'));
  const spec = async (name: string): Promise<JobSpec> => ({
    ...(await sequenceJob({ project, preset: 'ffv1', out: join(folder, `${name}.mkv`) })),
    segmentFrames: 6,
  });
  // Faces are followed once, in the first render; what is killed later finds them in the project.
  queue.add(await spec('first'));
  await new QueueRunner(queue, { workers: 1 }).run('drain', never);
  queue.add(await spec('whole'));
  const started = performance.now();
  await new QueueRunner(queue, { workers: 1 }).run('drain', never);
  const wholeMs = performance.now() - started;
  const whole = await streamHash(join(folder, 'whole.mkv'));
  const parts: number[] = [];
  let equal = 0;
  for (let film = 0; film < films; film++) {
    let id = queue.add(await spec(`edit-${film}`));
    // A render that was over before its moment came is begun anew, and killed earlier.
    for (let latestMs = wholeMs; ; latestMs *= 0.8) {
      await runAndKill(queue.path, latestMs, 1);
      if (queue.get(id).state !== 'done') break;
      queue.remove(id);
      id = queue.add(await spec(`edit-${film}`));
    }
    parts.push(queue.get(id).segmentsDone);
    await new QueueRunner(queue, { workers: 1 }).run('drain', never);
    const out = join(folder, `edit-${film}.mkv`);
    if (queue.get(id).state === 'done' && (await streamHash(out)) === whole) equal += 1;
  }
  // A control: sources that somebody edits while this runs make other films, and that is no fault of the queue.
  queue.add(await spec('control'));
  await new QueueRunner(queue, { workers: 1 }).run('drain', never);
  const same = (await streamHash(join(folder, 'control.mkv'))) === whole;
  print('emotion edit: uninterrupted at the start and at the end, equal', same ? 'yes' : 'no', '', 'yes');
  print('emotion edit: renders killed before their end', parts.length, 'films', String(films));
  print('emotion edit: parts that were finished at the kill', parts.sort((a, b) => a - b).join(' '), 'of 5', 'spread');
  print('emotion edit: finished films equal to the uninterrupted one', equal, 'films', String(films));
  print('emotion edit: uninterrupted render', Math.round(wholeMs), 'ms', '');
}

/** Ten clips, one truncated, one missing, rendered by a renderer that decodes them. */
async function batch(): Promise<void> {
  const clip = join(folder, 'clip.mp4');
  await using writer = await createVideoWriter(clip, {
    preset: 'h264',
    width: 320,
    height: 48,
    rate: rational(25),
    layout: YUV420,
    colour: TEST_COLOUR,
  });
  for (let frame = 0; frame < 50; frame++) await writer.write(testFrame(320, 48, frame));
  await writer.finish();
  using queue = JobQueue.open(join(folder, 'batch.sqlite'));
  for (let index = 0; index < 10; index++) {
    const source = join(folder, `clip-${index}.mp4`);
    copyFileSync(clip, source);
    if (index === 3) truncateSync(source, Math.floor(readFileSync(source).length / 2));
    if (index === 7) rmSync(source);
    queue.add({
      name: `clip ${index}`,
      renderer: at('../src/engine/jobs/copy-renderer.test-support.ts'),
      payload: { source },
      out: join(folder, 'batch', `clip-${index}.mp4`),
      preset: 'h264',
      segmentFrames: 25,
    });
  }
  await new QueueRunner(queue, { workers: 2 }).run('drain', never);
  const jobs = queue.list();
  print(
    'ten clips, one truncated, one missing: rendered',
    jobs.filter((job) => job.state === 'done').length,
    'clips',
    '8',
  );
  for (const job of jobs.filter(({ state }) => state === 'failed'))
    print(
      `${job.spec.name} failed`,
      `${job.failure?.code}: ${job.failure?.message.replaceAll(folder, '')}`,
      '',
      'a reason',
    );
}

try {
  await killedEdits(20);
  if (process.argv[2] !== 'edits') {
    await killedRenders('ffv1', '.mkv', 20);
    await killedRenders('h264', '.mp4', 6);
    await batch();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
