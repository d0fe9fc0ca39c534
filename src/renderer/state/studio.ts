import { create } from 'zustand';
import type { EngineStatus, RecentProject } from '../../contract/app.ts';
import type { Job, JobEvent } from '../../contract/jobs.ts';
import type { MediaSource } from '../../contract/media.ts';
import type { Prepared } from '../../contract/preview.ts';
import type { OpenProject, ProjectChange, ProjectEvent } from '../../contract/project.ts';
import type { Work } from '../../contract/work.ts';
import { applyProjectPatches } from '../../core/document/apply-patches.ts';
import type { EditRequest } from '../../core/document/edit.ts';
import { evaluateFrame } from '../../core/document/evaluate.ts';
import { sequenceLength } from '../../core/document/query.ts';
import type { Clip, MediaItem, Project, Sequence } from '../../core/document/schema.ts';
import { type EngineClient, keepConnected, sentenceOf } from '../engine/connection.ts';
import { showPanel } from './dock.ts';

/** What the viewer shows. */
export type ViewerMode = 'edited' | 'source' | 'split' | 'wipe' | 'difference';

const FILE_PURPOSES = ['import', 'open', 'create', 'relink', 'style'] as const;

/** What a file is chosen for. */
export type FilePurpose = (typeof FILE_PURPOSES)[number];

/** Whether a dialog is one that chooses a file. */
export const isFilePurpose = (dialog: string): dialog is FilePurpose =>
  (FILE_PURPOSES as readonly string[]).includes(dialog);

/** What can be drawn over the picture. */
export type OverlayKind = 'mesh' | 'landmarks' | 'matte' | 'faces' | 'safe';

/** A message that stays until it is dismissed (errors) or for a while. */
export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'info';
  readonly text: string;
}

/** Speed of an export job, from its events. */
export interface JobPace {
  readonly framesPerSecond: number;
  readonly secondsLeft: number | null;
}

interface Studio {
  readonly connection: 'connecting' | 'online' | 'lost';
  readonly client: EngineClient | null;
  readonly status: EngineStatus | null;
  readonly recent: readonly RecentProject[];
  readonly open: Omit<OpenProject, 'document' | 'revision'> | null;
  readonly project: Project | null;
  readonly revision: number;
  readonly history: { readonly undo: readonly string[]; readonly redo: readonly string[] };
  readonly sources: Readonly<Record<string, MediaSource>>;
  readonly work: Readonly<Record<string, Work>>;
  readonly jobs: readonly Job[];
  readonly paces: Readonly<Record<number, JobPace>>;
  readonly sequence: string | null;
  readonly frame: number;
  readonly playing: boolean;
  readonly loop: boolean;
  /** Frames of the sequence per frame of time while it plays; negative plays backwards. */
  readonly speed: number;
  /** Frames per second that really are shown while it plays. */
  readonly shownRate: number | null;
  /** How far edited frames of the sequence are rendered ahead. */
  readonly prepared: Prepared | null;
  readonly viewerMode: ViewerMode;
  /** Zoom and pan of the viewer; see View in viewer/stage.ts. */
  readonly view: { readonly zoom: number; readonly panX: number; readonly panY: number };
  /** Share of the picture that shows the source. */
  readonly wipe: number;
  readonly overlays: readonly OverlayKind[];
  readonly selection: readonly string[];
  readonly selectedMedia: string | null;
  readonly snapping: boolean;
  readonly tool: 'select' | 'blade';
  readonly dialog: 'none' | FilePurpose | 'export' | 'palette' | 'history' | 'shortcuts';
  /** Exports whose report is wanted when they are finished. */
  readonly reports: readonly number[];
  readonly notices: readonly Notice[];
}

/** All state of the interface that more than one panel looks at. */
export const useStudio = create<Studio>(() => ({
  connection: 'connecting',
  client: null,
  status: null,
  recent: [],
  open: null,
  project: null,
  revision: 0,
  history: { undo: [], redo: [] },
  sources: {},
  work: {},
  jobs: [],
  paces: {},
  sequence: null,
  frame: 0,
  playing: false,
  loop: false,
  speed: 1,
  shownRate: null,
  prepared: null,
  viewerMode: 'edited',
  view: { zoom: 0, panX: 0, panY: 0 },
  wipe: 0.5,
  overlays: [],
  selection: [],
  selectedMedia: null,
  snapping: true,
  tool: 'select',
  dialog: 'none',
  reports: [],
  notices: [],
}));

const { getState: get, setState: set } = useStudio;
let noticeId = 0;

/** Says something to the person; errors stay until they are dismissed. */
export function notify(tone: Notice['tone'], text: string): void {
  noticeId += 1;
  const id = noticeId;
  set(({ notices }) => ({ notices: [...notices.filter((one) => one.text !== text), { id, tone, text }].slice(-4) }));
  if (tone === 'info') setTimeout(() => dismiss(id), 5000);
}

/** Takes a message away. */
export function dismiss(id: number): void {
  set(({ notices }) => ({ notices: notices.filter((one) => one.id !== id) }));
}

/** Does something with the engine; what goes wrong is told to the person. Undefined then. */
export async function ask<T>(work: (client: EngineClient) => Promise<T>): Promise<T | undefined> {
  const { client } = get();
  if (!client) {
    notify('error', 'The engine is starting. Try again in a moment.');
    return undefined;
  }
  try {
    return await work(client);
  } catch (thrown) {
    notify('error', sentenceOf(thrown));
    return undefined;
  }
}

function takeDocument(project: Project, revision: number): void {
  const { sequence } = get();
  const next = sequence !== null && project.sequences[sequence] ? sequence : (project.head.sequenceOrder[0] ?? null);
  set({ project, revision, sequence: next });
}

function onChange(change: ProjectChange): void {
  const { project, revision, selection } = get();
  if (!project || change.revision <= revision) return;
  const next = applyProjectPatches(project, change.patches as never);
  takeDocument(next, change.revision);
  const kept = selection.filter((id) => next.items[id]);
  if (kept.length !== selection.length) set({ selection: kept });
  void refreshHistory();
}

async function refreshHistory(): Promise<void> {
  const { client, open } = get();
  if (client && open) set({ history: await client.project.history({ handle: open.handle }) });
}

async function refreshSources(): Promise<void> {
  const { client, open } = get();
  if (!client || !open) return;
  const list = await client.media.sources({ handle: open.handle });
  set({ sources: Object.fromEntries(list.map((one) => [one.media, one])) });
}

async function refreshJobs(): Promise<void> {
  const jobs = await ask((client) => client.jobs.list());
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

/** Edits of one undo step. Gives what was made, or undefined when it was refused. */
export async function edit(edits: readonly EditRequest[], label?: string): Promise<ProjectChange | undefined> {
  const { open } = get();
  if (!open) return undefined;
  const change = await ask((client) =>
    client.project.edit({ handle: open.handle, edits: [...edits] as never, ...(label === undefined ? {} : { label }) }),
  );
  if (change) onChange(change);
  return change;
}

/** Takes the last step back, or does it again. */
export async function stepHistory(direction: 'undo' | 'redo'): Promise<void> {
  const { open } = get();
  if (!open) return;
  const change = await ask((client) => client.project[direction]({ handle: open.handle }));
  if (change) onChange(change);
}

/** A gesture: shown while it goes on, one undo step when it ends. */
export interface Gesture {
  update(edits: readonly EditRequest[]): void;
  finish(): Promise<void>;
  cancel(): Promise<void>;
}

/** Starts a gesture; updates overtake one another, so that a fast hand does not pile them up. */
export async function beginGesture(label: string): Promise<Gesture | undefined> {
  const { open } = get();
  if (!open) return undefined;
  const { handle } = open;
  const started = await ask((client) => client.project.beginDrag({ handle, label }));
  if (!started) return undefined;
  const { drag } = started;
  let next: readonly EditRequest[] | undefined;
  let running: Promise<void> | undefined;
  const pump = async (): Promise<void> => {
    while (next) {
      const edits = next;
      next = undefined;
      const change = await ask((client) => client.project.updateDrag({ handle, drag, edits: [...edits] as never }));
      if (change) onChange(change);
    }
    running = undefined;
  };
  return {
    update: (edits) => {
      next = edits;
      running ??= pump();
    },
    finish: async () => {
      await running;
      await ask((client) => client.project.finishDrag({ handle, drag }));
      await refreshHistory();
    },
    cancel: async () => {
      next = undefined;
      await running;
      await ask((client) => client.project.cancelDrag({ handle, drag }));
    },
  };
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
      void (async () => {
        const status = await client.app.status();
        set({ status, recent: await client.app.recent() });
        for (const work of await client.work.list()) onWork(work);
        await refreshJobs();
        if (wasOpen) await adopt(await client.project.open({ path: wasOpen.path }));
        else if (status.start.project !== null && !get().open) await openProject(status.start.project);
      })().catch((thrown: unknown) => notify('error', sentenceOf(thrown)));
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

/** The sequence that is shown. */
export function currentSequence(state: Pick<Studio, 'project' | 'sequence'>): Sequence | undefined {
  return state.sequence === null ? undefined : state.project?.sequences[state.sequence];
}

/** Frames of the sequence that is shown. */
export function lengthOf(state: Pick<Studio, 'project' | 'sequence'>): number {
  return state.project && state.sequence !== null ? sequenceLength(state.project, state.sequence) : 0;
}

/** Puts the playhead on a frame of the sequence. */
export function seek(frame: number): void {
  const last = Math.max(0, lengthOf(get()) - 1);
  const next = Math.max(0, Math.min(last, Math.round(frame)));
  if (next !== get().frame) set({ frame: next });
}

/** The picture clip that the inspector is about: the selected one, else the one under the playhead. */
export function inspectedClip(state: Pick<Studio, 'project' | 'sequence' | 'selection' | 'frame'>): Clip | undefined {
  const { project, sequence, selection } = state;
  if (!project || sequence === null) return undefined;
  for (const id of selection) {
    const item = project.items[id];
    if (item?.type === 'clip' && project.tracks[item.track]?.kind === 'video') return item;
  }
  return undefined;
}

/** The clip that panels beside the viewer are about: the selected one, else the topmost picture under the playhead. */
export function clipToInspect(state: Pick<Studio, 'project' | 'sequence' | 'selection' | 'frame'>): Clip | undefined {
  const { project, sequence, frame } = state;
  const selected = inspectedClip(state);
  if (selected || !project || sequence === null) return selected;
  return evaluateFrame(project, sequence, frame).layers.at(-1)?.clip;
}

/** Media item of a clip. */
export function mediaOf(project: Project, clip: Clip): MediaItem | undefined {
  return project.media[clip.media];
}
