import type { FrameRange } from '../../core/document/values.ts';

/** Frames that an emotion has at least. */
const SHORTEST = 2;

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/**
 * The range of a direction after a drag by so many frames of an edge (its onset or offset) or, without one, of all of
 * it. It stays inside of what its clip shows, `[start, end)` in the same frames: outside nobody could take hold of it.
 * What already lies outside may stay there.
 */
export function draggedRange(
  { start, duration }: FrameRange,
  edge: 'start' | 'end' | null,
  by: number,
  shown: { readonly start: number; readonly end: number },
): FrameRange {
  const end = start + duration;
  if (edge === 'start') {
    const onset = within(start + by, Math.min(start, shown.start), Math.max(start, end - SHORTEST));
    return { start: onset, duration: end - onset };
  }
  if (edge === 'end') {
    const offset = within(end + by, Math.min(end, start + SHORTEST), Math.max(end, shown.end));
    return { start, duration: offset - start };
  }
  return { start: within(start + by, Math.min(start, shown.start), Math.max(start, shown.end - duration)), duration };
}
