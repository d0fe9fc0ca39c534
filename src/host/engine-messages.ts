import type { EngineExit } from '../contract/app.ts';

/** A project that is to be open again after a crash. */
export interface OpenProjectEntry {
  readonly handle: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** What the host tells the engine process when it starts. */
export interface EngineStart {
  readonly type: 'start';
  readonly socket: string;
  readonly folder: string;
  readonly startProject: string | null;
  readonly reopen: readonly OpenProjectEntry[];
  readonly starts: number;
  readonly lastExit: EngineExit | null;
}

/** Asks the engine to end when it has put everything away; where signals do not reach a process. */
export interface EngineLeave {
  readonly type: 'leave';
}

/** What the engine process tells the host. */
export type EngineNews =
  | { readonly type: 'ready' }
  | { readonly type: 'opened'; readonly projects: readonly OpenProjectEntry[] }
  | { readonly type: 'failed'; readonly message: string };
