// What `retake queue ...` does: jobs of the user's queue file, and running them.
import { mkdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, JobEvent } from '../../contract/jobs.ts';
import { OPTIONS } from '../../contract/options.ts';
import { PRESETS, type PresetId } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { JobQueue, type JobSpec, QueueRunner } from '../jobs/index.ts';
import { type BatchEntry, type BatchOptions, readBatchList, readRecipe } from './batch-list.ts';
import { defaultOutput } from './default-output.ts';
import { userFolder } from './engine/user-folder.ts';
import { filesBelow, isVideoName } from './media-import.ts';
import { requireInput, requireOutput } from './paths.ts';
import { PROJECT_EXTENSION, sequenceJob } from './project-commands.ts';

/** The user's queue file, or the one named. */
export function queuePath(named: string | undefined): string {
  if (named !== undefined) return resolve(named);
  mkdirSync(userFolder(), { recursive: true });
  return join(userFolder(), 'queue.sqlite');
}

/** What is to be queued. */
export interface AddRequest {
  /** Clips, folders, lists (.csv, .json) and projects (.retake). */
  readonly what: readonly string[];
  readonly options: BatchOptions;
  readonly recipe?: string | undefined;
  readonly outFolder?: string | undefined;
  /** Takes the clips of folders in folders too; `outFolder` then gets the same folders. */
  readonly recursive?: boolean | undefined;
  readonly sequence?: string | undefined;
  readonly priority?: number | undefined;
  readonly queue?: string | undefined;
  /** Folder that single clips are named and placed from; their own when left out. */
  readonly base?: string | undefined;
}

const EMOTION_RENDERER = new URL('./emotion-segments.ts', import.meta.url).href;

/** Word of an edit for file names. */
function wordOf({ to, keys, reference }: BatchOptions): string {
  return to !== undefined ? String(to) : keys !== undefined ? 'keys' : reference !== undefined ? 'reference' : 'edited';
}

/**
 * The job of an emotion edit on one clip. What is written into `outFolder` lies there as the clip lies in `base`, and
 * is named by its path from there.
 */
async function emotionJob(entry: BatchEntry, outFolder: string | undefined, base: string): Promise<JobSpec> {
  const { clip, options } = entry;
  const { out, preset: given, ...rest } = options;
  const ways = [rest.to, rest.keys, rest.reference, rest.actionUnits].filter((way) => way !== undefined);
  if (ways.length === 0)
    throw new RetakeError(
      'invalid-argument',
      `Nothing is to be changed in ${clip}: give --to, --keys, --reference or --au, or a recipe that does.`,
      { clip },
    );
  const preset = (given ?? OPTIONS.preset.default) as PresetId;
  const beside = defaultOutput(clip, wordOf(options), PRESETS[preset].extension);
  const place = outFolder === undefined ? beside : join(outFolder, relative(base, dirname(clip)), basename(beside));
  if (out === undefined && outFolder !== undefined) mkdirSync(dirname(place), { recursive: true });
  const target = out === undefined ? place : String(out);
  const payload = {
    intensity: OPTIONS.intensity.default,
    preserveLips: OPTIONS.preserveLips.default,
    actor: OPTIONS.actor.default,
    seed: OPTIONS.seed.default,
    ...rest,
    clip,
  };
  return {
    name: `${relative(base, clip)}: ${wordOf(options)}`,
    renderer: EMOTION_RENDERER,
    payload,
    out: await requireOutput(target, [clip], PRESETS[preset].sequence),
    preset,
  };
}

/** Whether a path lies in a folder. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

const extensionOf = (path: string): string => extname(path).toLowerCase();

async function specsOf(request: AddRequest): Promise<JobSpec[]> {
  const recipe = request.recipe === undefined ? {} : await readRecipe(request.recipe);
  const common: BatchOptions = { ...recipe, ...request.options };
  const outFolder = request.outFolder === undefined ? undefined : resolve(request.outFolder);
  if (outFolder !== undefined) mkdirSync(outFolder, { recursive: true });
  const specs: JobSpec[] = [];
  for (const what of request.what) {
    if (extensionOf(what) === PROJECT_EXTENSION) {
      const { preset = OPTIONS.preset.default, out, from, until } = common;
      const own = { from: from?.toString(), until: until?.toString(), out: out?.toString() };
      specs.push(await sequenceJob({ project: what, sequence: request.sequence, preset: preset as PresetId, ...own }));
      continue;
    }
    // Clips of a list may come later or be gone by then: their jobs fail with the reason, the others are rendered.
    if (['.csv', '.json'].includes(extensionOf(what))) {
      for (const { clip, options } of await readBatchList(what))
        specs.push(await emotionJob({ clip, options: { ...common, ...options } }, outFolder, dirname(clip)));
      continue;
    }
    const given = await requireInput(what, 'clip', true);
    if (!(await stat(given)).isDirectory()) {
      specs.push(await emotionJob({ clip: given, options: common }, outFolder, request.base ?? dirname(given)));
      continue;
    }
    const inside = await filesBelow(given, request.recursive === true);
    const clips = inside.filter((path) => isVideoName(path) && !(outFolder !== undefined && isInside(path, outFolder)));
    if (clips.length === 0)
      throw new RetakeError('not-found', `There is no film in the folder ${given}.`, { path: given });
    for (const clip of clips) specs.push(await emotionJob({ clip, options: common }, outFolder, given));
  }
  const outs = new Map<string, number>();
  for (const { out } of specs) outs.set(out, (outs.get(out) ?? 0) + 1);
  const [double] = [...outs].find(([, count]) => count > 1) ?? [];
  if (double)
    throw new RetakeError('conflict', `Several jobs would write ${double}. Give each an output of its own.`, {
      path: double,
    });
  return specs;
}

/** Queues jobs; all or, where one is wrong, none. */
export async function addJobs(request: AddRequest): Promise<Result<'queue add'>> {
  if (request.what.length === 0)
    throw new RetakeError('invalid-argument', 'Say what to queue: clips, folders, lists (.csv, .json) or projects.');
  const specs = await specsOf(request);
  const path = queuePath(request.queue);
  using queue = JobQueue.open(path);
  const { priority } = request;
  const ids = specs.map((spec) => queue.add(priority === undefined ? spec : { ...spec, priority }));
  return { command: 'queue add', queue: path, jobs: ids.map((id) => queue.get(id)) };
}

/** All jobs in the order in which they run. */
export function listJobs(named: string | undefined): Result<'queue list'> {
  const path = queuePath(named);
  using queue = JobQueue.open(path);
  return { command: 'queue list', queue: path, jobs: queue.list() };
}

/** What can be done to jobs by their numbers. */
export type QueueAction = 'pause' | 'resume' | 'retry' | 'cancel' | 'remove';

/** Does `action` to jobs, named by number, or `all` that it fits. */
export function changeJobs(action: QueueAction, texts: readonly string[], named: string | undefined): Job[] {
  using queue = JobQueue.open(queuePath(named));
  const fits: Readonly<Record<QueueAction, readonly Job['state'][]>> = {
    pause: ['queued', 'running'],
    resume: ['paused'],
    retry: ['failed', 'cancelled'],
    cancel: ['queued', 'running', 'paused'],
    remove: ['done', 'failed', 'cancelled'],
  };
  const all = texts.length === 1 && texts[0] === 'all';
  if (texts.length === 0)
    throw new RetakeError('invalid-argument', `Say which job to ${action}: its number ("retake queue list"), or all.`);
  const jobs = all
    ? queue.list().filter(({ state }) => fits[action].includes(state))
    : texts.map((text) => {
        if (!/^\d{1,9}$/.test(text))
          throw new RetakeError('invalid-argument', `"${text}" is no job number. "retake queue list" shows them.`);
        return queue.get(Number(text));
      });
  for (const { id } of jobs) queue[action](id);
  return action === 'remove' ? jobs : jobs.map(({ id }) => queue.get(id));
}

function teller(queue: JobQueue, context: ServiceContext): (event: JobEvent) => void {
  return (event) => {
    context.onEvent?.(event);
    const { spec } = queue.get(event.job);
    if (event.type === 'progress')
      context.onProgress?.({
        stage: 'render',
        label: `${event.job} ${spec.name}`,
        done: event.framesDone,
        total: event.framesTotal,
      });
    else if (event.type === 'crash')
      context.onLog?.(
        'warn',
        `${event.job} ${spec.name}: a render process ended (${event.how}); part ${event.segment + 1} is tried again.`,
      );
    else if (event.state === 'failed') context.onLog?.('warn', `${event.job} ${spec.name}: ${event.failure?.message}`);
    else if (event.state === 'done') context.onLog?.('info', `${event.job} ${spec.name}: ${spec.out}`);
  };
}

function summary(command: 'queue run' | 'queue watch', path: string, jobs: Job[], seconds: number) {
  const count = (state: Job['state']): number => jobs.filter((job) => job.state === state).length;
  return {
    command,
    queue: path,
    jobs,
    done: count('done'),
    failed: count('failed'),
    left: jobs.length - count('done') - count('failed') - count('cancelled'),
    seconds,
  };
}

/** Runs the queue until nothing can run any more, or with `forever` until it is stopped. */
export async function runQueue(
  named: string | undefined,
  options: { readonly workers?: number | undefined; readonly forever: boolean },
  context: ServiceContext,
): Promise<Result<'queue run'>> {
  const path = queuePath(named);
  using queue = JobQueue.open(path);
  const started = performance.now();
  const before = new Set(queue.list().flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
  await runnerOf(queue, options.workers, context).run(options.forever ? 'forever' : 'drain', signalOf(context));
  throwIfCancelled(context.signal);
  const jobs = queue.list().filter(({ id }) => !before.has(id));
  return { ...summary('queue run', path, jobs, (performance.now() - started) / 1000), command: 'queue run' };
}

const signalOf = ({ signal }: ServiceContext): AbortSignal => signal ?? new AbortController().signal;

function runnerOf(queue: JobQueue, workers: number | undefined, context: ServiceContext): QueueRunner {
  return new QueueRunner(queue, { ...(workers === undefined ? {} : { workers }), onEvent: teller(queue, context) });
}

/** How long between looks into a watched folder. */
const WATCH_MS = 2000;

/**
 * Queues what appears in a folder (once its size has come to rest) and renders it, until it is stopped; with `once`
 * until all that was in it is done or failed.
 */
export async function watchFolder(
  folder: string,
  request: Omit<AddRequest, 'what'> & { readonly once?: boolean | undefined },
  workers: number | undefined,
  context: ServiceContext,
): Promise<Result<'queue watch'>> {
  const full = resolve(folder);
  if (!(await stat(full).catch(() => null))?.isDirectory())
    throw new RetakeError('file-not-found', `There is no folder ${full}.`, { path: full });
  const path = queuePath(request.queue);
  using queue = JobQueue.open(path);
  const outFolder = resolve(request.outFolder ?? join(full, 'rendered'));
  const own = { ...request, outFolder, base: full };
  const started = performance.now();
  if (request.once === true) {
    const added = await addJobs({ ...own, what: [full] });
    await runnerOf(queue, workers, context).run('drain', signalOf(context));
    throwIfCancelled(context.signal);
    const jobs = added.jobs.map(({ id }) => queue.get(id));
    return { ...summary('queue watch', path, jobs, (performance.now() - started) / 1000), command: 'queue watch' };
  }
  const signal = signalOf(context);
  const running = runnerOf(queue, workers, context).run('forever', signal);
  const sizes = new Map<string, number>();
  const known = (clip: string): boolean =>
    queue.list().some(({ spec }) => (spec.payload as { clip?: string }).clip === clip);
  const look = async (): Promise<void> => {
    for (const clip of await filesBelow(full, request.recursive === true)) {
      const { size } = (await stat(clip).catch(() => null)) ?? {};
      if (size === undefined || !isVideoName(clip) || isInside(clip, outFolder) || known(clip)) continue;
      if (size > 0 && sizes.get(clip) === size) {
        const { jobs } = await addJobs({ ...own, what: [clip] });
        context.onLog?.('info', `Queued ${jobs.map(({ spec }) => spec.name).join(', ')}`);
      }
      sizes.set(clip, size);
    }
  };
  try {
    while (!signal.aborted) {
      await look();
      await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await running;
  }
  throwIfCancelled(signal);
  throw new RetakeError('cancelled', 'Watching was stopped.');
}

/**
 * Renders a job at once, with checkpoints: its own queue lies beside the output until it is done, so that running the
 * same command again after a kill goes on where it was.
 */
export async function renderNow(spec: JobSpec, workers: number | undefined, context: ServiceContext): Promise<Job> {
  const path = join(dirname(spec.out), `.${basename(spec.out)}.render.sqlite`);
  const clear = async (): Promise<void> => {
    for (const suffix of ['', '-wal', '-shm', '.runner']) await rm(`${path}${suffix}`, { force: true });
  };
  let job: Job;
  {
    using queue = JobQueue.open(path);
    const same = queue.list().find((one) => JSON.stringify(one.spec) === JSON.stringify(spec));
    for (const other of queue.list())
      if (other.id !== same?.id) {
        if (!['done', 'failed', 'cancelled'].includes(other.state)) queue.cancel(other.id);
        queue.remove(other.id);
      }
    if (same && ['failed', 'cancelled'].includes(same.state)) queue.retry(same.id);
    else if (same?.state === 'paused') queue.resume(same.id);
    const id = same?.id ?? queue.add(spec);
    await runnerOf(queue, workers, context).run('drain', signalOf(context));
    job = queue.get(id);
  }
  throwIfCancelled(context.signal);
  if (job.state === 'done') await clear();
  if (job.failure) throw new RetakeError(job.failure.code, job.failure.message);
  return job;
}
