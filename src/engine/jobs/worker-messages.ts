import type { ErrorCode, ErrorDetails } from '../../core/errors.ts';
import type { FrameNote, JobSpec } from './job-types.ts';
import type { RenderPlan } from './segment-renderer.ts';

/** What a runner asks of a worker; one at a time. */
export type WorkerRequest =
  | { readonly type: 'plan'; readonly spec: JobSpec; readonly folder: string }
  | { readonly type: 'finish'; readonly spec: JobSpec; readonly plan: RenderPlan; readonly notes: readonly FrameNote[] }
  | {
      readonly type: 'render';
      readonly spec: JobSpec;
      readonly plan: RenderPlan;
      readonly first: number;
      readonly count: number;
      readonly out: string;
    };

/** What a worker answers. `frames` may come many times, the others end a request. */
export type WorkerAnswer =
  | { readonly type: 'frames'; readonly written: number }
  | { readonly type: 'planned'; readonly plan: RenderPlan }
  | { readonly type: 'finished' }
  | { readonly type: 'rendered'; readonly sha256: string; readonly notes: readonly FrameNote[] }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
