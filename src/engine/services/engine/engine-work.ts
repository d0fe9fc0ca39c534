import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { sequenceLength } from '../../../core/document/query.ts';
import { RetakeError } from '../../../core/errors.ts';
import { loadFaceModel } from '../../capture/face-model/index.ts';
import { performanceToGlb, writeObjSequence, writeOutput } from '../../interchange/index.ts';
import { ensureDepicted } from '../depicted-service.ts';
import { Proxies } from '../evaluator/proxies.ts';
import { requireOutput } from '../paths.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import { report } from '../report-service.ts';
import { writeShotLayers } from '../shot-layers.ts';
import { programVersion } from '../version.ts';
import type { ProjectRuntimes } from './project-runtimes.ts';
import { makeSampleProject } from './sample-project.ts';
import type { SourceRegistry } from './source-registry.ts';
import type { WorkRegistry } from './work-registry.ts';

/** Parts of the engine that background work needs. */
export interface WorkParts {
  readonly sessions: ProjectSessions;
  readonly runtimes: ProjectRuntimes;
  readonly registry: SourceRegistry;
  readonly work: WorkRegistry;
  readonly folder: string;
}

function mediaOf({ sessions }: WorkParts, handle: string, id: string) {
  const media = sessions.store(handle).project.media[id];
  if (!media) throw new RetakeError('not-found', `There is no media item ${id} in the project.`, { media: id });
  return media;
}

/** Captures the faces of a media item into its project. */
export function startTrack(parts: WorkParts, handle: string, id: string): string {
  const media = mediaOf(parts, handle, id);
  const { performances } = parts.runtimes.get(handle);
  return parts.work.start('track', id, `Tracking ${media.name}`, async (context) => {
    const before = performances.captures;
    await performances.ensure(id, context);
    parts.sessions.announce(handle);
    const { project } = parts.sessions.store(handle);
    const performance = Object.values(project.performances).find((entry) => entry.media === id)?.id ?? null;
    if (Proxies.worthwhile(media)) startProxy(parts, handle, id);
    startDepict(parts, handle, id);
    return { performance, reused: performances.captures === before };
  });
}

/** Reads the depicted expression of a captured media item. */
export function startDepict(parts: WorkParts, handle: string, id: string): string {
  const media = mediaOf(parts, handle, id);
  const { performances } = parts.runtimes.get(handle);
  return parts.work.start('depict', id, `Reading the expression in ${media.name}`, async (context) => {
    const store = parts.sessions.store(handle);
    const captured = performances.get(store.project, media);
    if (!captured) throw new RetakeError('not-found', `${media.name} was not tracked yet. Track it first.`);
    try {
      return { result: await ensureDepicted(store, media, captured, context) };
    } catch (error) {
      // Nobody asked for it by hand: a project that was closed meanwhile is no failure.
      if (parts.sessions.opened().some((one) => one.handle === handle)) throw error;
      throw new RetakeError('cancelled', `${media.name} was closed while its expression was read.`, {}, error);
    }
  });
}

/** Measures how blurred the faces of a media item are. */
export function startBlur(parts: WorkParts, handle: string, id: string, shutterDegrees: number): string {
  const media = mediaOf(parts, handle, id);
  const { performances } = parts.runtimes.get(handle);
  return parts.work.start('blur', id, `Measuring the blur of ${media.name}`, async (context) => {
    const { tracks } = await performances.ensureBlur(id, shutterDegrees, context);
    parts.sessions.announce(handle);
    const blurred = tracks.reduce((sum, { strength }) => sum + strength.filter((value) => value > 0).length, 0);
    return { blurred };
  });
}

/** Listens to what a talking-head effect is to say. */
export function startListen(parts: WorkParts, handle: string, id: string): string {
  const { sessions, runtimes, work } = parts;
  const effect = sessions.store(handle).project.effects[id];
  if (effect?.kind !== 'talking-head')
    throw new RetakeError('not-found', `There is no talking head ${id} in the project.`, { effect: id });
  const { performances } = runtimes.get(handle);
  return work.start('listen', id, `Listening for "${effect.name}"`, async (context) => {
    const { speech } = await performances.ensureTalk(effect, context);
    sessions.announce(handle);
    return { seconds: speech.seconds, phrases: speech.phrases.length };
  });
}

/** Makes the copy of a media item that previews are quick with. */
export function startProxy(parts: WorkParts, handle: string, id: string): string {
  const media = mediaOf(parts, handle, id);
  const { proxies } = parts.runtimes.get(handle);
  return parts.work.start('proxy', id, `Making a preview copy of ${media.name}`, async (context) => {
    // One at a time: a folder of films must not take the machine.
    const before = proxyTurns.get(parts.work) ?? Promise.resolve();
    const made = before.then(() => proxies.make(media, context));
    proxyTurns.set(
      parts.work,
      made.catch(() => undefined),
    );
    return { path: await made };
  });
}

const proxyTurns = new WeakMap<WorkRegistry, Promise<unknown>>();

/** Makes the sample project. */
export function startSample(parts: WorkParts): string {
  const folder = join(parts.folder, 'sample');
  return parts.work.start('sample', folder, 'Making the sample project', async (context) => ({
    path: await makeSampleProject(folder, context),
  }));
}

/** Measures an edited clip against its source and writes the page. */
export function startReport(parts: WorkParts, before: string, after: string, html: string | undefined): string {
  const name = createHash('sha256').update(`${before}\n${after}`).digest('hex').slice(0, 20);
  const folder = join(parts.folder, 'reports');
  const page = html ?? join(folder, `${name}.html`);
  return parts.work.start('report', page, `Measuring ${basename(after)}`, async (context) => {
    if (html === undefined) mkdirSync(folder, { recursive: true });
    const { comparison } = await report({ before, after, html: page }, context);
    const worst = comparison === null ? [] : comparison.worst.map(({ frame }) => frame);
    return { path: page, page: `/media/${parts.registry.offer(page)}`, worst };
  });
}

/** Writes the captured faces of a media item for 3D programs. */
export function startMeshExport(
  parts: WorkParts,
  input: { readonly handle: string; readonly media: string; readonly format: 'glb' | 'obj'; readonly out: string },
): string {
  const media = mediaOf(parts, input.handle, input.media);
  const { performances } = parts.runtimes.get(input.handle);
  return parts.work.start('export', input.out, `Exporting the faces of ${media.name}`, async (context) => {
    const captured = performances.get(parts.sessions.store(input.handle).project, media);
    if (!captured) throw new RetakeError('not-found', `${media.name} was not tracked yet. Track it first.`);
    const path = await requireOutput(input.out, media.path === null ? [] : [media.path], input.format === 'obj');
    const model = await loadFaceModel();
    const generator = `retake ${programVersion()}`;
    if (input.format === 'glb')
      await writeOutput(path, performanceToGlb(captured.performance, model, { rate: media.rate, generator }));
    else await writeObjSequence(path, captured.performance, model, { signal: context.signal });
    return { path };
  });
}

/** Writes the layers of all edited shots of a sequence for compositing programs. */
export function startLayerExport(
  parts: WorkParts,
  input: {
    readonly handle: string;
    readonly sequence: string;
    readonly out: string;
    readonly range?: { readonly from: number; readonly until: number } | undefined;
  },
): string {
  const { project } = parts.sessions.store(input.handle);
  const sequence = project.sequences[input.sequence];
  if (!sequence)
    throw new RetakeError('not-found', 'This sequence is not in the project.', { sequence: input.sequence });
  const { performances } = parts.runtimes.get(input.handle);
  const range = input.range ?? { from: 0, until: sequenceLength(project, sequence.id) };
  return parts.work.start('export', input.out, `Layers of ${sequence.name}`, async (context) => {
    const folders = await writeShotLayers(project, sequence.id, range, performances, resolve(input.out), context);
    if (folders.length === 0)
      throw new RetakeError('not-found', 'No face is edited here, so there are no layers. Add an emotion first.', {});
    return { path: input.out, folders };
  });
}
