import type { JobEvent } from '../../contract/jobs.ts';
import type { OpenProject, ProjectEvent } from '../../contract/project.ts';
import type { Work } from '../../contract/work.ts';
import type { Project } from '../../core/document/schema.ts';
import { keepConnected } from '../engine/connection.ts';
import { showPanel } from './dock.ts';
import { onChange, refreshHistory, refreshSources, takeDocument } from './document.ts';
import { ask, notify, refresh, useStudio } from './studio.ts';

const { getState: get, setState: set } = useStudio;

async function refreshJobs(): Promise<void> {
  const jobs = await refresh((client) => client.jobs.list());
  if (jobs) set({ jobs });
}

async function follow<T>(
  stream: Promise<AsyncIterable<T>>,
  take: (event: T) => void,
  ended: () => boolean,
): Promise<void> {
  try {
    for await (const event of await stream) {
      if (ended()) return;
      take(event);
    }
  } catch {
    // The connection broke; it is opened again as a whole.
  }
}

function onProjectEvent(event: ProjectEvent): void {
  if (event.type === 'change') {
    const media = event.change.patches.some(({ path }) => path[0] === 'media');
    onChange(event.change);
    if (media) void refreshSources();
  } else if (event.type === 'replaced') takeDocument(event.document as unknown as Project, event.revision);
}

function onJobEvent(event: JobEvent): void {
  if (event.type === 'progress') {
    const { job, framesDone, framesTotal, framesPerSecond, secondsLeft } = event;
    set(({ jobs, paces }) => ({
      jobs: jobs.map((one) => (one.id === job ? { ...one, framesDone, framesTotal } : one)),
      paces: { ...paces, [job]: { framesPerSecond, secondsLeft } },
    }));
  } else
    void refreshJobs().then(() => {
      const { jobs, reports } = get();
      if (jobs.some(({ id, state }) => state === 'done' && reports.includes(id))) showPanel('report');
    });
}

let stopFollowing = (): void => {};

async function adopt(opened: OpenProject): Promise<void> {
  const { document, revision, ...open } = opened;
  stopFollowing();
  const same = get().open?.path === open.path;
  set({ open, sources: {}, selection: same ? get().selection : [], frame: same ? get().frame : 0 });
  takeDocument(document as unknown as Project, revision);
  const { client } = get();
  if (client) {
    let ended = false;
    stopFollowing = () => {
      ended = true;
    };
    void follow(client.project.events({ handle: open.handle }), onProjectEvent, () => ended);
  }
  await Promise.all([refreshSources(), refreshHistory()]);
}

/** Opens a project file. */
export async function openProject(path: string): Promise<void> {
  const opened = await ask((client) => client.project.open({ path }));
  if (!opened) return;
  await adopt(opened);
  set({ dialog: 'none' });
  if (opened.readOnly) notify('info', 'This project is open for writing elsewhere, so it is shown read-only here.');
}

/** Makes a project file and opens it. */
export async function createProject(path: string, name: string): Promise<void> {
  const opened = await ask((client) => client.project.create({ path, name }));
  if (!opened) return;
  await adopt(opened);
  set({ dialog: 'none' });
}

/** Closes the project and shows the start screen. */
export async function closeProject(): Promise<void> {
  const { open } = get();
  stopFollowing();
  set({ open: null, project: null, sequence: null, selection: [], playing: false, frame: 0 });
  if (open) await ask((client) => client.project.close({ handle: open.handle }));
  set({ recent: (await ask((client) => client.app.recent())) ?? [] });
}

/** Makes the sample project if need be and opens it. */
export async function openSample(): Promise<void> {
  const started = await ask((client) => client.work.sample());
  if (started) sampleWork = started.work;
}

let sampleWork: string | undefined;

function onWork(work: Work): void {
  const before = get().work[work.work]?.state;
  set((state) => ({ work: { ...state.work, [work.work]: work } }));
  if (work.kind === 'export' && work.state === 'done' && before === 'running')
    notify('info', `${work.label}: written to ${String(work.result?.['path'])}.`);
  if (work.state === 'failed' && work.failure) notify('error', work.failure.message);
  if (work.work === sampleWork && work.state === 'done') {
    sampleWork = undefined;
    void openProject(String(work.result?.['path']));
  }
}

/** Imports files and folders, onto the timeline too. */
export async function importMedia(paths: readonly string[]): Promise<void> {
  const { open, sequence } = get();
  if (!open) return;
  const result = await ask((client) =>
    client.media.import({ handle: open.handle, paths: [...paths], sequence: sequence ?? 'new' }),
  );
  if (!result) return;
  if (result.change) onChange(result.change);
  for (const { message } of result.failures) notify('error', message);
  await refreshSources();
}

/** Points a media item at another file. */
export async function relink(media: string, path: string): Promise<void> {
  const { open } = get();
  if (!open) return;
  const change = await ask((client) => client.media.relink({ handle: open.handle, media, path }));
  if (change) onChange(change);
  await refreshSources();
}

/** Starts capturing the faces of a media item. */
export async function track(media: string): Promise<void> {
  const { open } = get();
  if (open) await ask((client) => client.work.track({ handle: open.handle, media }));
}

/** Connects to the engine and keeps following it. */
export function start(): () => void {
  return keepConnected(
    (client) => {
      let ended = false;
      set({ client, connection: 'online' });
      const wasOpen = get().open;
      void refresh(async () => {
        const status = await client.app.status();
        set({ status, recent: await client.app.recent() });
        for (const work of await client.work.list()) onWork(work);
        await refreshJobs();
        if (wasOpen) await adopt(await client.project.open({ path: wasOpen.path }));
        else if (status.start.project !== null && !get().open) await openProject(status.start.project);
      });
      void follow(client.work.events(), onWork, () => ended);
      void follow(client.jobs.events(), onJobEvent, () => ended);
      const timer = setInterval(() => {
        void client.app.status().then(
          (status) => set({ status }),
          () => undefined,
        );
      }, 3000);
      return () => {
        ended = true;
        clearInterval(timer);
      };
    },
    () => set({ client: null, connection: 'lost' }),
  );
}
