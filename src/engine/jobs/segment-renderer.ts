import type { Rational } from '../../core/rational.ts';
import type { AudioRequest } from '../media/index.ts';
import type { FrameNote, JobSpec } from './job-types.ts';

/** What a renderer knows of a job before it renders: asked once, kept with the job. JSON-safe. */
export interface RenderPlan {
  readonly frameCount: number;
  readonly rate: Rational;
  /** True frame times of a variable-rate source, of all its frames. */
  readonly timestamps?: { readonly timeBase: Rational; readonly ticks: readonly number[]; readonly end: number };
  readonly audio?: AudioRequest | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly timecode?: string | undefined;
  /** Files that the render reads. If one of them changes, the job stops: parts of two films do not make one. */
  readonly inputs: readonly string[];
  /** Whatever else the renderer wants to find again. JSON-safe. */
  readonly extra?: unknown;
}

/** A part that is to be rendered. */
export interface SegmentRequest {
  readonly spec: JobSpec;
  readonly plan: RenderPlan;
  /** Frames [first, first + count). */
  readonly first: number;
  readonly count: number;
  /** File (folder for a sequence) to write, with the job's preset and without sound. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** To be called now and then with the number of frames written. */
  readonly onFrames: (written: number) => void;
  readonly onNote: (note: FrameNote) => void;
}

/**
 * What renders parts of jobs, in a process of its own. The same request must give the same file, whatever was rendered
 * before: that is why a resumed render equals an uninterrupted one. Errors are `RetakeError`s that say what to do.
 */
export interface SegmentRenderer {
  /** `folder` is kept until the job is done: for what all parts need, such as a captured performance. */
  plan(spec: JobSpec, folder: string, signal: AbortSignal): Promise<RenderPlan>;
  render(request: SegmentRequest): Promise<void>;
  /** After the output is in its place: labels and the like beside it. May be called again after a kill. */
  finish?(request: {
    readonly spec: JobSpec;
    readonly plan: RenderPlan;
    readonly notes: readonly FrameNote[];
  }): Promise<void>;
}
