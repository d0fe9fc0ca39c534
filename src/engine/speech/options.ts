import type { Inference } from '../inference/index.ts';

/** How a recording is to be analysed. */
export interface AnalyseSpeechOptions {
  /** What is said, in ordinary spelling. Without it words are recognised, as far as they are English. */
  readonly transcript?: string;
  /** Language that is spoken: `en` (default); `fr` where there is a transcript; others are left to the network. */
  readonly language?: string;
  /** False: without a transcript the viseme network listens alone. It is a hundred times faster. */
  readonly recognise?: boolean;
  /** Runs the viseme network; stays the caller's. */
  readonly inference: Inference;
  readonly signal?: AbortSignal;
  /** Told the share of the work that is done, 0..1. */
  readonly report?: (share: number) => void;
}
