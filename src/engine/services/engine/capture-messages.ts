import type { LogEntry } from '../../../contract/app.ts';
import type { Progress } from '../../../contract/progress.ts';
import type { ErrorCode, ErrorDetails } from '../../../core/errors.ts';
import type { MediaCapture } from '../evaluator/capture-media.ts';

/** What a capture process is to do. */
export interface CaptureOrder {
  readonly path: string;
  readonly name: string;
}

/** What a capture process tells: how far it is, and in the end a capture or why there is none. */
export type CaptureNews =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'log'; readonly level: Exclude<LogEntry['level'], 'error'>; readonly message: string }
  | { readonly type: 'done'; readonly capture: MediaCapture }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
