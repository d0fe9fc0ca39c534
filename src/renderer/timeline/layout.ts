import type { Effect } from '../../core/document/effect-schema.ts';
import { layOut } from '../../core/document/query.ts';
import type { Clip, Project, Sequence, Track } from '../../core/document/schema.ts';
import { addTime, rationalTime, rescale, subtractTime } from '../../core/rational-time.ts';
import { LANE_NAMES, type LaneKind } from '../state/timeline-view.ts';

/** Height of the ruler, CSS pixels. */
export const RULER = 24;
/** Heights of rows at scale 1. */
const HEIGHTS = {
  video: 50,
  audio: 36,
  direction: 42,
  depicted: 30,
  affect: 30,
  visemes: 22,
  speech: 20,
  confidence: 14,
  sharpness: 20,
} as const;
const GAP = 2;

/** A clip as it lies on the timeline. */
export interface ClipBox {
  readonly clip: Clip;
  readonly track: Track;
  readonly start: number;
  readonly end: number;
  readonly y: number;
  readonly height: number;
}

/** An emotion on the direction lane: sequence frames [start, end), `whole` when it has no range of its own. */
export interface DirectionBox {
  readonly effect: Effect;
  readonly clip: Clip;
  readonly start: number;
  readonly end: number;
  readonly whole: boolean;
}

/** A row of the timeline. */
export interface Row {
  readonly kind: 'video' | 'audio' | 'direction' | LaneKind;
  readonly name: string;
  readonly track: Track;
  readonly y: number;
  readonly height: number;
}

/** Where everything lies, in frames across and CSS pixels down. */
export interface TimelineLayout {
  readonly rows: readonly Row[];
  readonly clips: readonly ClipBox[];
  readonly directions: readonly DirectionBox[];
  readonly height: number;
}

/** Media frame 0 of a clip in sequence frames: where on the timeline the first frame of its file would lie. */
export function mediaOrigin(project: Project, clip: Clip, start: number, rate: Sequence['rate']): number {
  const media = project.media[clip.media]!;
  const at =
    media.availableRange === null ? clip.sourceStart : subtractTime(clip.sourceStart, media.availableRange.start);
  return start - rescale(addTime(at, rationalTime(0, rate)), rate, 'floor');
}

/** Frames of the media for `frames` of the sequence. */
export function toMediaFrames(project: Project, clip: Clip, frames: number, rate: Sequence['rate']): number {
  return rescale(rationalTime(frames, rate), project.media[clip.media]!.rate, 'round');
}

/**
 * Lays a sequence out: picture tracks from the top one down, each with its direction lane and, where a clip of it was
 * captured, the lanes asked for; then sound.
 */
export function layoutTimeline(
  project: Project,
  sequence: Sequence,
  scale = 1,
  lanes: readonly LaneKind[] = [],
): TimelineLayout {
  const captured = new Set(Object.values(project.performances).map(({ media }) => media));
  const tracks = sequence.tracks.map((id) => project.tracks[id]!);
  const ordered = [
    ...tracks.filter(({ kind }) => kind === 'video').reverse(),
    ...tracks.filter(({ kind }) => kind === 'audio'),
  ];
  const rows: Row[] = [];
  const clips: ClipBox[] = [];
  const directions: DirectionBox[] = [];
  let y = RULER;
  for (const track of ordered) {
    const height = Math.round(HEIGHTS[track.kind] * scale);
    let [tracked, speaks] = [false, false];
    rows.push({ kind: track.kind, name: track.name, track, y, height });
    for (const { item, start, end } of layOut(project, track)) {
      if (item.type !== 'clip') continue;
      clips.push({ clip: item, track, start, end, y, height });
      tracked ||= captured.has(item.media);
      speaks ||= item.effects.some((id) => project.effects[id]!.kind === 'talking-head');
      if (track.kind === 'video') directions.push(...directionsOf(project, sequence, item, start, end));
    }
    y += height + GAP;
    if (track.kind === 'video') {
      const add = (kind: Row['kind'], name: string): void => {
        const tall = Math.round(HEIGHTS[kind] * (kind === 'confidence' ? 1 : scale));
        rows.push({ kind, name, track, y, height: tall });
        y += tall + GAP;
      };
      add('direction', 'Direction');
      for (const lane of lanes) if (lane === 'visemes' ? speaks : tracked) add(lane, LANE_NAMES[lane]);
    }
  }
  return { rows, clips, directions, height: y };
}

function directionsOf(project: Project, sequence: Sequence, clip: Clip, start: number, end: number): DirectionBox[] {
  const origin = mediaOrigin(project, clip, start, sequence.rate);
  const media = project.media[clip.media]!;
  const here = (frame: number): number => origin + rescale(rationalTime(frame, media.rate), sequence.rate, 'round');
  return clip.effects.flatMap((id): DirectionBox[] => {
    const effect = project.effects[id]!;
    if (effect.kind !== 'emotion') return [];
    if (effect.range === null) return [{ effect, clip, start, end, whole: true }];
    const from = Math.max(start, here(effect.range.start));
    const until = Math.min(end, here(effect.range.start + effect.range.duration));
    return until > from ? [{ effect, clip, start: from, end: until, whole: false }] : [];
  });
}

/** The frame that something dragged to `frame` snaps to: the nearest of `targets` within `reach` frames. */
export function snapped(frame: number, targets: Iterable<number>, reach: number): number {
  let best = frame;
  let least = reach;
  for (const target of targets) {
    const distance = Math.abs(target - frame);
    if (distance <= least) [best, least] = [target, distance];
  }
  return best;
}

/** Frames between ruler marks so that marks are at least `pixels` apart, and a number of seconds where that is possible. */
export function rulerStep(pxPerFrame: number, fps: number, pixels: number): number {
  const steps = [
    1,
    2,
    5,
    10,
    ...[1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600].map((seconds) => Math.round(seconds * fps)),
  ];
  return steps.find((step) => step * pxPerFrame >= pixels) ?? steps.at(-1)!;
}
