import type { FrameRun } from '../../contract/provenance.ts';
import { FRAME_REASONS, type FrameReason, type Performance } from '../../core/performance.ts';
import type { FrameRange } from './range.ts';

/**
 * Why each frame of a range carries a whole edit (`ok`), a weakened or none: the reason of its best face, `no-face` where no
 * track reaches. Earlier reasons in FRAME_REASONS after `ok` are worse, so the best is `ok`, then the last of the list.
 */
export function frameReasons(
  performance: Performance,
  range: FrameRange,
  actorIds?: ReadonlySet<string>,
): FrameReason[] {
  const noFace = FRAME_REASONS.indexOf('no-face');
  const rank = (reason: number): number => (reason === 0 ? FRAME_REASONS.length : reason);
  const best = new Uint8Array(range.until - range.from).fill(noFace);
  for (const track of performance.tracks) {
    if (actorIds && !actorIds.has(track.actorId)) continue;
    for (let row = 0; row < track.frameCount; row++) {
      const at = track.firstFrame + row - range.from;
      if (at >= 0 && at < best.length && rank(track.reason[row]!) > rank(best[at]!)) best[at] = track.reason[row]!;
    }
  }
  return Array.from(best, (reason) => FRAME_REASONS[reason]!);
}

/** Stretches of frames with one reason other than `ok`; frame numbers count from `first`. */
export function frameRuns(reasons: readonly FrameReason[], first: number): FrameRun[] {
  const runs: FrameRun[] = [];
  reasons.forEach((reason, index) => {
    if (reason === 'ok') return;
    const last = runs.at(-1);
    if (last && last.reason === reason && last.until === first + index)
      runs[runs.length - 1] = { ...last, until: last.until + 1 };
    else runs.push({ from: first + index, until: first + index + 1, reason });
  });
  return runs;
}
