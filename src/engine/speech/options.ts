import type { Inference } from '../inference/index.ts';

/** How a recording is to be analysed. */
export interface AnalyseSpeechOptions {
  /** What is said, in ordinary spelling. Without it, or where it does not fit, the viseme network listens alone. */
  readonly transcript?: string;
  /** Language of the transcript: `en` (default) or `fr`; others are left to the network, and the track says so. */
  readonly language?: string;
  /** Runs the viseme network; stays the caller's. */
  readonly inference: Inference;
  readonly signal?: AbortSignal;
  /** Told the share of the work that is done, 0..1. */
  readonly report?: (share: number) => void;
}
