import type { PresetId } from '../../contract/presets.ts';
import type { ErrorCode } from '../../core/errors.ts';

/** Where a job stands. `failed` and `cancelled` jobs keep their finished parts and can be retried. */
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** What a person asks for. JSON-safe. */
export interface JobSpec {
  readonly name: string;
  /** Absolute path or file URL of the module that exports a `SegmentRenderer` named `renderer`. */
  readonly renderer: string;
  /** What the renderer is to do; only the renderer reads it. JSON-safe. */
  readonly payload: unknown;
  readonly out: string;
  readonly preset: PresetId;
  /** Frames [from, until) of what the renderer renders; all when left out. */
  readonly range?: { readonly from: number; readonly until: number };
  /** Frames per part. The whole and each part are cut at the same frames however often the render is interrupted. */
  readonly segmentFrames?: number;
  /** Higher first; 0 when left out. */
  readonly priority?: number;
  /** Jobs that must be done before. */
  readonly dependsOn?: readonly number[];
  /** How often a part is tried again on a fresh worker after one died; 2 when left out. */
  readonly retries?: number;
}

/** Why a job failed. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A job as it stands. */
export interface Job {
  readonly id: number;
  readonly state: JobState;
  readonly spec: JobSpec;
  readonly priority: number;
  /** Place among jobs of the same priority; smaller first. */
  readonly position: number;
  readonly dependsOn: readonly number[];
  /** Frames finished in checkpointed parts, and in all; 0 until it is known. */
  readonly framesDone: number;
  readonly framesTotal: number;
  readonly segmentsDone: number;
  readonly segmentsTotal: number;
  /** Workers that died on this job so far. */
  readonly crashes: number;
  readonly failure: JobFailure | null;
  readonly created: string;
  readonly started: string | null;
  readonly finished: string | null;
}

/** One part of a job. */
export interface Segment {
  readonly index: number;
  readonly first: number;
  readonly count: number;
  readonly state: 'pending' | 'running' | 'done';
  readonly attempts: number;
  readonly sha256: string | null;
}

/** Something about a frame that a person should know, e.g. that it passed through untouched and why. */
export interface FrameNote {
  readonly frame: number;
  readonly reason: string;
}

/** What a runner tells while it works. */
export type JobEvent =
  | { readonly type: 'state'; readonly job: number; readonly state: JobState; readonly failure: JobFailure | null }
  | {
      readonly type: 'progress';
      readonly job: number;
      readonly framesDone: number;
      readonly framesTotal: number;
      readonly framesPerSecond: number;
      /** Null until there is something to measure. */
      readonly secondsLeft: number | null;
    }
  | {
      readonly type: 'crash';
      readonly job: number;
      readonly segment: number;
      readonly attempt: number;
      readonly how: string;
    };
