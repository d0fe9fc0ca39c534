import type { FrameNote } from '../../contract/jobs.ts';

/** A stretch of frames that share what there is to say about them. */
export interface FlaggedRun {
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
  readonly reason: string;
}

const WORDS: Readonly<Record<string, string>> = {
  unchanged: 'Passed through: no effect here',
  'no-face': 'No face found',
  occluded: 'Face is covered',
  profile: 'Face is turned away',
  'too-small': 'Face is too small',
  'out-of-frame': 'Face leaves the frame',
  uncertain: 'Fit is not sure',
};

/** A reason in words. */
export function reasonWords(reason: string): string {
  return WORDS[reason] ?? reason;
}

/** Notes of consecutive frames with the same reason, as one. Frames that no effect was meant for are left out. */
export function flaggedRuns(notes: readonly FrameNote[]): FlaggedRun[] {
  const runs: FlaggedRun[] = [];
  for (const { frame, reason } of [...notes].sort((a, b) => a.frame - b.frame)) {
    if (reason === 'unchanged') continue;
    const last = runs.at(-1);
    if (last && last.reason === reason && last.until === frame) runs[runs.length - 1] = { ...last, until: frame + 1 };
    else runs.push({ from: frame, until: frame + 1, reason });
  }
  return runs;
}
