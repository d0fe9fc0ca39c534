/** A stage of long work, as a person reads it in front of the bar. */
export type Stage = 'capture' | 'render' | 'measure' | 'export' | 'overlay' | 'prepare' | 'actor' | 'layers' | 'listen';

/** State of the current stage. `total` is the number of frames, 0 when unknown. */
export interface Progress {
  readonly stage: Stage;
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** What every service takes beside its request. */
export interface ServiceContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What happens, for scripts: one JSON object a line where a command prints a stream. */
  readonly onEvent?: (event: object) => void;
  /** A line for the log that a person may want to see: what happens, or what was found. */
  readonly onLog?: (level: 'info' | 'warn' | 'debug', message: string) => void;
}
