import { RetakeError } from '../../core/errors.ts';
import type { Rational } from '../../core/rational.ts';
import { formatTimecode, parsePosition } from '../../core/timecode.ts';

/** A part of a clip in frames; `until` is exclusive. */
export interface FrameRange {
  readonly from: number;
  readonly until: number;
}

/**
 * The part of a clip that two positions (frames, seconds, timecode; missing = its ends) mean.
 * Throws `invalid-range` when it is empty or reaches outside the clip, `invalid-argument` when a text is no position.
 */
export function resolveRange(
  from: string | undefined,
  until: string | undefined,
  clip: { readonly frameCount: number; readonly rate: Rational },
): FrameRange {
  const { frameCount, rate } = clip;
  const range = {
    from: from === undefined ? 0 : parsePosition(from, rate),
    until: until === undefined ? frameCount : parsePosition(until, rate),
  };
  const end = `The clip has ${frameCount} frames and ends at ${formatTimecode(frameCount, rate)}.`;
  const details = { from: range.from, until: range.until, frameCount };
  if (range.from >= frameCount)
    throw new RetakeError('invalid-range', `--from ${from} starts after the end of the clip. ${end}`, details);
  if (range.until > frameCount)
    throw new RetakeError('invalid-range', `--until ${until} lies after the end of the clip. ${end}`, details);
  if (range.from >= range.until)
    throw new RetakeError(
      'invalid-range',
      `--from (frame ${range.from}) must come before --until (frame ${range.until}), which is no longer included.`,
      details,
    );
  return range;
}
