import { basename } from 'node:path';
import { implement } from '@orpc/server';
import { appContract } from '../../../contract/app.ts';
import { engineContract } from '../../../contract/engine.ts';
import { filesContract } from '../../../contract/files.ts';
import { mediaContract } from '../../../contract/media.ts';
import { previewContract } from '../../../contract/preview.ts';
import { workContract } from '../../../contract/work.ts';
import { RetakeError } from '../../../core/errors.ts';
import { doctor } from '../doctor-service.ts';
import { Proxies } from '../evaluator/proxies.ts';
import { describeMedia } from '../media-import.ts';
import { jobsRouter, projectRouter } from '../project-router.ts';
import { typedErrors } from '../typed-errors.ts';
import type { Engine } from './engine.ts';
import {
  startBlur,
  startDepict,
  startLayerExport,
  startListen,
  startMeshExport,
  startProxy,
  startReport,
  startSample,
  startTrack,
} from './engine-work.ts';
import { fileRoots, listFolder, makeFolder } from './file-browser.ts';
import { importMedia } from './import-media.ts';
import { renderJob } from './render-request.ts';

function appRouter(engine: Engine) {
  const os = implement(appContract).use(typedErrors);
  return os.router({
    status: os.status.handler(() => engine.status()),
    doctor: os.doctor.handler(() => doctor()),
    log: os.log.handler(({ input }) => engine.log.after(input.after)),
    logEvents: os.logEvents.handler(({ signal }) => engine.log.listen(signal)),
    recent: os.recent.handler(() => engine.recent.list()),
    forget: os.forget.handler(({ input }) => engine.recent.forget(input.path)),
    preferences: os.preferences.handler(() => engine.preferences.read()),
    setPreference: os.setPreference.handler(({ input }) => engine.preferences.set(input.key, input.value)),
  });
}

function filesRouter() {
  const os = implement(filesContract).use(typedErrors);
  return os.router({
    roots: os.roots.handler(() => fileRoots()),
    list: os.list.handler(({ input }) => listFolder(input.path, input.extensions)),
    makeFolder: os.makeFolder.handler(({ input }) => makeFolder(input.path)),
  });
}

function mediaRouter(engine: Engine) {
  const { sessions, states, runtimes, registry, work } = engine;
  const parts = { sessions, runtimes, registry, work, folder: engine.options.folder };
  const os = implement(mediaContract).use(typedErrors);
  return os.router({
    import: os.import.handler(async ({ input, signal }) => {
      const imported = await importMedia(sessions, input, signal);
      const { media } = sessions.store(input.handle).project;
      for (const id of imported.media) if (Proxies.worthwhile(media[id]!)) startProxy(parts, input.handle, id);
      return imported;
    }),
    sources: os.sources.handler(({ input }) => states.list(sessions.store(input.handle).project)),
    relink: os.relink.handler(async ({ input, signal }) => {
      const { name: _name, metadata, ...details } = await describeMedia(input.path, signal);
      const { media } = input;
      // What other programs attached to the item stays; how it is coded is told of the new file.
      const kept = { ...sessions.store(input.handle).project.media[media]?.metadata, ...metadata };
      const edits = [
        { edit: 'relinkMedia', args: { media, details } },
        { edit: 'setMedia', args: { media, metadata: kept } },
      ] as const;
      return sessions.edit(input.handle, [...edits], `Relink to ${basename(input.path)}`);
    }),
  });
}

function workRouter(engine: Engine) {
  const os = implement(workContract).use(typedErrors);
  const { sessions, runtimes, registry, work } = engine;
  const parts = { sessions, runtimes, registry, work, folder: engine.options.folder };
  return os.router({
    track: os.track.handler(({ input }) => ({ work: startTrack(parts, input.handle, input.media) })),
    depict: os.depict.handler(({ input }) => ({ work: startDepict(parts, input.handle, input.media) })),
    blur: os.blur.handler(({ input }) => ({
      work: startBlur(parts, input.handle, input.media, input.shutterDegrees),
    })),
    listen: os.listen.handler(({ input }) => ({ work: startListen(parts, input.handle, input.effect) })),
    sample: os.sample.handler(() => ({ work: startSample(parts) })),
    report: os.report.handler(({ input }) => ({ work: startReport(parts, input.before, input.after, input.html) })),
    exportMesh: os.exportMesh.handler(({ input }) => ({ work: startMeshExport(parts, input) })),
    exportLayers: os.exportLayers.handler(({ input }) => ({ work: startLayerExport(parts, input) })),
    list: os.list.handler(() => work.list()),
    cancel: os.cancel.handler(({ input }) => work.cancel(input.work)),
    events: os.events.handler(({ signal }) => work.listen(signal)),
  });
}

function previewRouter({ ahead }: Engine) {
  const os = implement(previewContract).use(typedErrors);
  return os.router({
    aim: os.aim.handler(({ input }) => ahead.aim(input)),
    events: os.events.handler(({ input, signal }) => ahead.listen(input.handle, signal)),
  });
}

/** Procedures of projects that also keep the list of recent ones. */
function recordingProjectRouter({ sessions, recent }: Engine) {
  return projectRouter(sessions, ({ path, document }) => recent.add(path, document.head.name));
}

/** Every procedure of `engineContract` over an engine. */
export function engineRouter(engine: Engine) {
  const os = implement(engineContract).use(typedErrors);
  const { sessions, runtimes, queue, jobEvents, registry } = engine;
  return {
    app: appRouter(engine),
    files: filesRouter(),
    project: recordingProjectRouter(engine),
    media: mediaRouter(engine),
    work: workRouter(engine),
    preview: previewRouter(engine),
    jobs: {
      ...jobsRouter(queue, jobEvents),
      render: os.jobs.render.handler(async ({ input }) => ({
        job: queue.add(await renderJob(input, sessions, runtimes)),
      })),
      file: os.jobs.file.handler(({ input }) => {
        const { state, spec } = queue.get(input.job);
        if (state !== 'done')
          throw new RetakeError('not-found', 'This job has no finished file yet.', { job: input.job, state });
        return { path: spec.out, source: registry.offer(spec.out) };
      }),
    },
  };
}

/** See {@link engineRouter}. */
export type EngineRouter = ReturnType<typeof engineRouter>;
