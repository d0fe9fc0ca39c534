import { create } from 'zustand';
import type { EngineStatus, RecentProject } from '../../contract/app.ts';
import type { Job } from '../../contract/jobs.ts';
import type { MediaSource } from '../../contract/media.ts';
import type { Prepared } from '../../contract/preview.ts';
import type { OpenProject } from '../../contract/project.ts';
import type { Work } from '../../contract/work.ts';
import type { Project } from '../../core/document/schema.ts';
import { brokeOff, type EngineClient, sentenceOf } from '../engine/connection.ts';

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

/** What more than one panel looks at. */
export interface Studio {
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
  /** Work that measures an export, by its job: the report shows it again after another panel was looked at. */
  readonly measured: Readonly<Record<number, string>>;
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
  measured: {},
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

/**
 * Brings something that is shown up to date. As `ask`, but silent where there is no engine or its connection broke:
 * with the next connection everything that is shown is asked for anew.
 */
export async function refresh<T>(work: (client: EngineClient) => Promise<T>): Promise<T | undefined> {
  const { client } = get();
  if (!client) return undefined;
  try {
    return await work(client);
  } catch (thrown) {
    if (!brokeOff(thrown)) notify('error', sentenceOf(thrown));
    return undefined;
  }
}
