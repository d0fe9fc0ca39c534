// What `retake project ...` and `retake render` do.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { PRESETS, type PresetId } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { bundleOf } from '../../core/document/bundle.ts';
import { applyEdits, type EditRequest } from '../../core/document/edit.ts';
import { layOut, sequenceLength } from '../../core/document/query.ts';
import type { Project } from '../../core/document/schema.ts';
import { asRetakeError, RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { performanceToGlb, writeOutput } from '../interchange/index.ts';
import { fingerprintMedia } from '../media/index.ts';
import { diskFull, diskIsFull, ProjectStore, recoverProject } from '../store/index.ts';
import { StorePerformances } from './evaluator/performances.ts';
import { describeMedia, mediaFiles } from './media-import.ts';
import { requireOutput } from './paths.ts';
import { resolveRange } from './range.ts';
import { formatRate } from './rates.ts';
import type { SequenceJob } from './sequence-segments.ts';
import { writeShotLayers } from './shot-layers.ts';
import { readTimelineFile, writeTimelineFile } from './timeline-files.ts';
import { programVersion } from './version.ts';

/** Extension of project files. */
export const PROJECT_EXTENSION = '.retake';

const options = () => ({ writtenBy: programVersion() });

function openForWriting(path: string): ProjectStore {
  const store = ProjectStore.open(resolve(path), options());
  if (!store.readOnly) return store;
  const { writer } = store;
  store[Symbol.dispose]();
  if (diskIsFull(store.path)) throw diskFull(store.path); // there is no room for the lock of a writer
  throw new RetakeError(
    'project-locked',
    `${path} is open for writing in another Retake (process ${writer?.pid ?? 'unknown'} on ${writer?.host ?? 'this machine'}). Close it there first.`,
    { path },
  );
}

async function stateOf(path: string | null, fingerprint: string | null): Promise<'online' | 'missing' | 'changed'> {
  if (path === null || !existsSync(path)) return 'missing';
  const now = await fingerprintMedia(path).catch(() => null);
  return now === null ? 'missing' : now === fingerprint || fingerprint === null ? 'online' : 'changed';
}

async function describe(store: ProjectStore): Promise<Result<'project info'>['project']> {
  const { project } = store;
  const media = [];
  for (const item of Object.values(project.media))
    media.push({
      id: item.id,
      name: item.name,
      path: item.path,
      state: await stateOf(item.path, item.fingerprint),
      rate: formatRate(item.rate),
      frames: item.availableRange?.duration.value ?? null,
      width: item.width,
      height: item.height,
      video: item.hasVideo,
      audio: item.hasAudio,
      tracked: Object.values(project.performances).some((one) => one.media === item.id),
    });
  const sequences = project.head.sequenceOrder.map((id) => {
    const sequence = project.sequences[id]!;
    const items = sequence.tracks.flatMap((track) => project.tracks[track]!.items.map((item) => project.items[item]!));
    return {
      id,
      name: sequence.name,
      rate: formatRate(sequence.rate),
      width: sequence.width,
      height: sequence.height,
      frames: sequenceLength(project, id),
      clips: items.filter(({ type }) => type === 'clip').length,
      effects: items.reduce((sum, item) => sum + (item.type === 'clip' ? item.effects.length : 0), 0),
    };
  });
  return {
    path: store.path,
    name: project.head.name,
    revision: store.revision,
    readOnly: store.readOnly,
    writer: store.writer ?? null,
    actors: Object.values(project.actors).map(({ id, name }) => ({ id, name })),
    media,
    sequences,
    results: store.results.list().map(({ kind, bytes, created }) => ({ kind, bytes, created })),
  };
}

/** Makes a project, and imports `paths` into it. Throws `conflict` when the file exists. */
export async function newProject(
  path: string,
  name: string | undefined,
  paths: readonly string[],
  context: ServiceContext,
): Promise<Result<'project new'>> {
  const full = extname(path) === '' ? `${path}${PROJECT_EXTENSION}` : path;
  // The media are looked at first: a wrong path should not leave an empty project behind.
  const found = await look(paths, context);
  using store = ProjectStore.create(full, name ?? basename(full, extname(full)), options());
  const imported = found.details.length > 0 ? place(store, found.details, 'new') : [];
  return { command: 'project new', project: await describe(store), imported, failures: found.failures };
}

/** What a project holds, and whether its media are there. */
export async function projectInfo(path: string): Promise<Result<'project info'>> {
  using store = ProjectStore.open(resolve(path), { ...options(), readOnly: true });
  return { command: 'project info', project: await describe(store), problems: store.verify() };
}

type Found = { details: Awaited<ReturnType<typeof describeMedia>>[]; failures: Result<'project import'>['failures'] };

async function look(paths: readonly string[], context: ServiceContext): Promise<Found> {
  const found: Found = { details: [], failures: [] };
  const files = await mediaFiles(paths);
  for (const [index, file] of files.entries()) {
    throwIfCancelled(context.signal);
    context.onProgress?.({ stage: 'prepare', label: 'Looking at media', done: index + 1, total: files.length });
    try {
      found.details.push(await describeMedia(file, context.signal));
    } catch (thrown) {
      const { code, message } = asRetakeError(thrown);
      if (code === 'cancelled') throw thrown;
      found.failures.push({ path: file, code, message });
    }
  }
  return found;
}

/** Imports media in one undo step, onto the end of a sequence: the first one, a new one if there is none, or nowhere. */
function place(
  store: ProjectStore,
  details: Found['details'],
  where: 'new' | 'none',
): Result<'project import'>['imported'] {
  const edits: EditRequest[] = [{ edit: 'importMedia', args: { media: details } }];
  const known = store.project.head.sequenceOrder[0];
  const first = details.find(({ hasVideo }) => hasVideo);
  if (where === 'new' && known === undefined)
    edits.push({
      edit: 'addSequence',
      args: {
        name: 'Sequence 1',
        rate: first?.rate ?? { num: 25, den: 1 },
        width: first?.width ?? 1920,
        height: first?.height ?? 1080,
      },
    });
  const trial = applyEdits(store.project, edits);
  const ids = trial.created.slice(0, details.length);
  const sequence = where === 'none' ? undefined : (known ?? trial.created[details.length]);
  if (sequence !== undefined) {
    const tracks = trial.project.sequences[sequence]!.tracks.map((id) => trial.project.tracks[id]!);
    const picture = tracks.find(({ kind }) => kind === 'video');
    const sound = tracks.find(({ kind }) => kind === 'audio');
    ids.forEach((media, index) => {
      const clips = [
        ...(details[index]!.hasVideo && picture ? [{ track: picture.id, media }] : []),
        ...(details[index]!.hasAudio && sound ? [{ track: sound.id, media }] : []),
      ];
      if (clips.length > 0) edits.push({ edit: 'append', args: { clips } });
    });
  }
  store.edit(edits, details.length === 1 ? `Import ${details[0]!.name}` : `Import ${details.length} files`);
  return ids.map((id, index) => ({ id, name: details[index]!.name }));
}

const isTimeline = (path: string): boolean => ['.otio', '.edl'].includes(extname(path).toLowerCase());

/** Imports files, folders and timelines (.otio, .edl). Files that cannot be read are named, the others are taken. */
export async function importIntoProject(
  path: string,
  paths: readonly string[],
  bin: boolean,
  context: ServiceContext,
): Promise<Result<'project import'>> {
  if (paths.length === 0)
    throw new RetakeError('invalid-argument', 'Say what to import: files, folders or a timeline (.otio, .edl).');
  const found = await look(
    paths.filter((one) => !isTimeline(one)),
    context,
  );
  using store = openForWriting(path);
  const imported = found.details.length > 0 ? place(store, found.details, bin ? 'none' : 'new') : [];
  const warnings: string[] = [];
  for (const file of paths.filter(isTimeline)) {
    const { bundle, warnings: told } = await readTimelineFile(resolve(file));
    const { created } = store.edit({ edit: 'importSequence', args: { bundle } }, `Import ${basename(file)}`);
    imported.push({ id: created[0]!, name: basename(file) });
    warnings.push(...told);
  }
  return { command: 'project import', project: await describe(store), imported, failures: found.failures, warnings };
}

/** Saves what can be read of a damaged project into a new file. */
export function recover(path: string, out: string | undefined): Result<'project recover'> {
  const full = resolve(path);
  const target = resolve(out ?? join(dirname(full), `${basename(full, extname(full))}.recovered${PROJECT_EXTENSION}`));
  const report = recoverProject(full, target);
  return { command: 'project recover', ...report, kept: { ...report.kept }, lost: [...report.lost] };
}

/** The sequence that a text names: its id, its name, or its place from 1; the first when nothing was said. */
export function findSequence(project: Project, text: string | undefined): string {
  const order = project.head.sequenceOrder;
  if (order.length === 0)
    throw new RetakeError('not-found', 'There is no sequence in the project. Import a clip first.', {});
  if (text === undefined) return order[0]!;
  const byName = order.filter((id) => id === text || project.sequences[id]!.name === text);
  const [found] = byName.length > 0 ? byName : /^\d+$/.test(text) ? order.slice(Number(text) - 1, Number(text)) : [];
  if (found) return found;
  const names = order.map((id) => `"${project.sequences[id]!.name}"`).join(', ');
  throw new RetakeError('not-found', `There is no sequence "${text}". There are: ${names}.`, { sequence: text });
}

/**
 * Writes a sequence as .otio, .edl or .fcpxml, the performance of its first tracked clip (`.glb`), or all of its
 * performances, a .glb each, into a folder (a path without an ending).
 */
export async function exportFromProject(
  path: string,
  out: string | undefined,
  sequenceText: string | undefined,
): Promise<Result<'project export'>> {
  if (out === undefined)
    throw new RetakeError(
      'invalid-argument',
      'Say where to with --out: a file ending in .otio, .edl, .fcpxml or .glb, or a folder for all performances.',
    );
  using store = ProjectStore.open(resolve(path), { ...options(), readOnly: true });
  const sequence = findSequence(store.project, sequenceText);
  const ending = extname(out).toLowerCase();
  if (ending === '' || ending === '.glb') {
    const written = await exportMeshes(store, sequence, out, ending === '');
    return { command: 'project export', outputs: written.map((one) => ({ kind: 'mesh', path: one })), warnings: [] };
  }
  const target = await requireOutput(out, [store.path]);
  const warnings = await writeTimelineFile(bundleOf(store.project, sequence)!, target);
  return { command: 'project export', outputs: [{ kind: 'timeline', path: target }], warnings: [...warnings] };
}

async function exportMeshes(store: ProjectStore, sequence: string, out: string, all: boolean): Promise<string[]> {
  await using performances = new StorePerformances(store);
  const { project } = store;
  const clips = project.sequences[sequence]!.tracks.flatMap((id) => layOut(project, project.tracks[id]!));
  const media = new Set(clips.flatMap(({ item }) => (item.type === 'clip' ? [project.media[item.media]!] : [])));
  const tracked = [...media].filter((one) => performances.get(project, one) !== undefined);
  if (tracked.length === 0)
    throw new RetakeError('not-found', 'No clip of this sequence was tracked yet. Render it once, or track it.', {});
  const sources = [store.path, ...[...media].flatMap((one) => (one.path === null ? [] : [one.path]))];
  if (all) await mkdir(resolve(out), { recursive: true });
  const written: string[] = [];
  for (const one of all ? tracked : tracked.slice(0, 1)) {
    const stem = one.name.replace(/\.\w+$/, '').replace(/[^\p{L}\p{N}._-]+/gu, '_');
    const twice = written.some((path) => basename(path) === `${stem}.glb`);
    const name = twice ? `${stem}-${one.id}.glb` : `${stem}.glb`;
    const target = await requireOutput(all ? join(out, name) : out, sources);
    const generator = `Retake ${programVersion()}`;
    const { performance } = performances.get(project, one)!;
    await writeOutput(target, performanceToGlb(performance, await loadFaceModel(), { rate: one.rate, generator }));
    written.push(target);
  }
  return written;
}

/** Writes the layers of all edited shots of a sequence; its performances must be in the project, as after a render. */
export async function exportShotLayers(
  request: Parameters<typeof sequenceJob>[0],
  folder: string,
  context: ServiceContext,
): Promise<string[]> {
  using store = ProjectStore.open(resolve(request.project), { ...options(), readOnly: true });
  await using performances = new StorePerformances(store);
  const { project } = store;
  const sequence = findSequence(project, request.sequence);
  const size = { frameCount: sequenceLength(project, sequence), rate: project.sequences[sequence]!.rate };
  const range = resolveRange(request.from, request.until, size);
  return await writeShotLayers(project, sequence, range, performances, resolve(folder), context);
}

/** The job that renders a sequence of a project. Throws `invalid-range` and output errors before anything is queued. */
export async function sequenceJob(request: {
  readonly project: string;
  readonly sequence?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly preset: PresetId;
  readonly out?: string | undefined;
}) {
  using store = ProjectStore.open(resolve(request.project), { ...options(), readOnly: true });
  const { project } = store;
  const id = findSequence(project, request.sequence);
  const sequence = project.sequences[id]!;
  const length = sequenceLength(project, id);
  if (length === 0) throw new RetakeError('invalid-range', `The sequence "${sequence.name}" is empty.`, {});
  const range = resolveRange(request.from, request.until, { frameCount: length, rate: sequence.rate });
  const sources = Object.values(project.media).flatMap(({ path }) => (path === null ? [] : [path]));
  const stem = join(dirname(store.path), basename(store.path, extname(store.path)));
  const out = await requireOutput(
    request.out ?? `${stem}.${sequence.name.replace(/[^\p{L}\p{N} ._-]/gu, '_')}${PRESETS[request.preset].extension}`,
    [store.path, ...sources],
    PRESETS[request.preset].sequence,
  );
  const payload: SequenceJob = { project: store.path, sequence: id };
  return {
    name: `${project.head.name}: ${sequence.name}`,
    renderer: new URL('./sequence-segments.ts', import.meta.url).href,
    payload,
    out,
    preset: request.preset,
    range,
  };
}
