import { resolve } from 'node:path';
import { implement } from '@orpc/server';
import type { JobEvent } from '../../contract/jobs.ts';
import { jobsContract } from '../../contract/jobs.ts';
import { type OpenProject, projectContract } from '../../contract/project.ts';
import type { JobQueue } from '../jobs/index.ts';
import { recoverProject } from '../store/index.ts';
import { EventChannel } from './event-channel.ts';
import type { ProjectSessions } from './project-sessions.ts';
import { readTimelineFile, writeTimelineFile } from './timeline-files.ts';
import { typedErrors } from './typed-errors.ts';

/** Procedures of `projectContract` over the open projects of an engine. `onOpen` hears of each that a client opens. */
export function projectRouter(sessions: ProjectSessions, onOpen: (project: OpenProject) => void = () => undefined) {
  const opened = (project: OpenProject): OpenProject => {
    onOpen(project);
    return project;
  };
  const os = implement(projectContract).use(typedErrors);
  return os.router({
    create: os.create.handler(({ input }) => opened(sessions.create(input.path, input.name))),
    open: os.open.handler(({ input }) => opened(sessions.open(input.path, input.readOnly))),
    close: os.close.handler(({ input }) => sessions.close(input.handle)),
    get: os.get.handler(({ input }) => sessions.describe(input.handle)),
    edit: os.edit.handler(({ input }) => sessions.edit(input.handle, input.edits, input.label)),
    undo: os.undo.handler(({ input }) => sessions.undo(input.handle)),
    redo: os.redo.handler(({ input }) => sessions.redo(input.handle)),
    history: os.history.handler(({ input }) => sessions.store(input.handle).history()),
    beginDrag: os.beginDrag.handler(({ input }) => ({ drag: sessions.beginDrag(input.handle, input.label) })),
    updateDrag: os.updateDrag.handler(({ input }) => sessions.updateDrag(input.handle, input.drag, input.edits)),
    finishDrag: os.finishDrag.handler(({ input }) => sessions.finishDrag(input.handle, input.drag)),
    cancelDrag: os.cancelDrag.handler(({ input }) => sessions.cancelDrag(input.handle, input.drag)),
    verify: os.verify.handler(({ input }) => sessions.store(input.handle).verify()),
    recover: os.recover.handler(({ input }) => {
      const report = recoverProject(resolve(input.path), resolve(input.out));
      return { ...report, kept: { ...report.kept }, lost: [...report.lost] };
    }),
    importTimeline: os.importTimeline.handler(async ({ input }) => {
      const { bundle, warnings } = await readTimelineFile(input.path, input);
      const change = sessions.edit(input.handle, [{ edit: 'importSequence', args: { bundle } }]);
      return { sequence: change.created[0]!, change, warnings: [...warnings] };
    }),
    exportTimeline: os.exportTimeline.handler(async ({ input }) => {
      const path = resolve(input.path);
      const warnings = await writeTimelineFile(sessions.bundle(input.handle, input.sequence), path, input.format);
      return { path, warnings: [...warnings] };
    }),
    events: os.events.handler(({ input, signal }) => sessions.listen(input.handle, signal)),
  });
}

/** Events of the queue's runner for all that listen. */
export class JobEvents {
  readonly #listeners = new Set<EventChannel<JobEvent>>();

  /** To be given to the runner as `onEvent`. */
  readonly emit = (event: JobEvent): void => {
    for (const listener of this.#listeners) listener.push(event);
  };

  listen(signal: AbortSignal | undefined): EventChannel<JobEvent> {
    const channel = new EventChannel<JobEvent>({
      signal,
      key: (event) => (event.type === 'progress' ? `progress ${event.job}` : undefined),
      onClose: (closed) => this.#listeners.delete(closed),
    });
    this.#listeners.add(channel);
    return channel;
  }
}

/** Procedures of `jobsContract` over a render queue. */
export function jobsRouter(queue: JobQueue, events: JobEvents) {
  const os = implement(jobsContract).use(typedErrors);
  return os.router({
    add: os.add.handler(({ input }) => ({ job: queue.add(input) })),
    list: os.list.handler(() => queue.list()),
    get: os.get.handler(({ input }) => ({ job: queue.get(input.job), segments: queue.segments(input.job) })),
    notes: os.notes.handler(({ input }) => queue.notes(queue.get(input.job).id)),
    pause: os.pause.handler(({ input }) => queue.pause(input.job)),
    resume: os.resume.handler(({ input }) => queue.resume(input.job)),
    retry: os.retry.handler(({ input }) => queue.retry(input.job)),
    cancel: os.cancel.handler(({ input }) => queue.cancel(input.job)),
    remove: os.remove.handler(({ input }) => queue.remove(input.job)),
    setPriority: os.setPriority.handler(({ input }) => queue.setPriority(input.job, input.priority)),
    moveBefore: os.moveBefore.handler(({ input }) => queue.moveBefore(input.job, input.before)),
    events: os.events.handler(({ signal }) => events.listen(signal)),
  });
}
