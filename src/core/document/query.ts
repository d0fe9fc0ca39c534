import type { Rational } from '../rational.ts';
import { addTime, rationalTime, rescale, subtractTime } from '../rational-time.ts';
import type { Effect } from './effect-schema.ts';
import { laneLength } from './lane.ts';
import { lengthOf } from './lane-normal.ts';
import type { Clip, Gap, Item, MediaItem, Project, Track, Transition } from './schema.ts';

/** An item and where it lies: sequence frames [start, end). A transition lies over its cut. */
export interface Placed<I extends Item = Item> {
  readonly item: I;
  readonly start: number;
  readonly end: number;
}

/** Items of a track in order with their places. */
export function layOut(project: Project, track: Track): Placed[] {
  let cursor = 0;
  return track.items.map((id) => {
    const item = project.items[id]!;
    if (item.type === 'transition') return { item, start: cursor - item.inOffset, end: cursor + item.outOffset };
    const start = cursor;
    cursor += lengthOf(item);
    return { item, start, end: cursor };
  });
}

/** Length of a sequence: that of its longest track, in frames. */
export function sequenceLength(project: Project, sequence: string): number {
  const lengths = (project.sequences[sequence]?.tracks ?? []).map((id) =>
    laneLength((project.tracks[id]?.items ?? []).map((item) => project.items[item]!)),
  );
  return Math.max(0, ...lengths);
}

/** Clip or gap at a frame of a laid-out track, and the transition over it if there is one. */
export function itemAt(
  layout: readonly Placed[],
  frame: number,
): { solid: Placed<Clip | Gap> | undefined; transition: Placed<Transition> | undefined } {
  let solid: Placed<Clip | Gap> | undefined;
  let transition: Placed<Transition> | undefined;
  for (const placed of layout) {
    if (frame < placed.start || frame >= placed.end) continue;
    if (placed.item.type === 'transition') transition = placed as Placed<Transition>;
    else solid = placed as Placed<Clip | Gap>;
  }
  return { solid, transition };
}

/**
 * Media frame, counted from the media's first, that a clip shows `offset` sequence frames after its start (negative or
 * beyond its end under a transition). Where rates differ it is the one on screen at that instant.
 */
export function mediaFrameAt(clip: Clip, media: MediaItem, offset: number, rate: Rational): number {
  const at = addTime(clip.sourceStart, rationalTime(offset, rate));
  return rescale(
    media.availableRange === null ? at : subtractTime(at, media.availableRange.start),
    media.rate,
    'floor',
  );
}

/** Effects that work on a clip at a media frame, in order. */
export function effectsAt(project: Project, clip: Clip, mediaFrame: number): Effect[] {
  return clip.effects
    .map((id) => project.effects[id]!)
    .filter(({ enabled, range }) => {
      const inside = range === null || (mediaFrame >= range.start && mediaFrame < range.start + range.duration);
      return enabled && inside;
    });
}
