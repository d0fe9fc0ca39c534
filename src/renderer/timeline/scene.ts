import type { Prepared } from '../../contract/preview.ts';
import type { SpeechOutline } from '../../contract/speech-outline.ts';
import type { MediaItem, Sequence } from '../../core/document/schema.ts';
import type { LaneData } from './lane-data.ts';
import type { TimelineLayout } from './layout.ts';
import type { ThumbnailCache } from './thumbnails.ts';

/** How the timeline is looked at. */
export interface TimelineView {
  readonly pxPerFrame: number;
  /** First frame at the left edge, may be fractional. */
  readonly scroll: number;
  readonly scrollY: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle that is being drawn around clips. */
export interface Marquee {
  readonly from: { readonly frame: number; readonly y: number };
  readonly to: { readonly frame: number; readonly y: number };
}

/** What the drawing needs besides the view. */
export interface TimelineScene {
  readonly layout: TimelineLayout;
  readonly sequence: Sequence;
  readonly media: Readonly<Record<string, MediaItem>>;
  readonly selection: ReadonlySet<string>;
  readonly length: number;
  /** Pairs of minimum and maximum per 1/100 s by media id. */
  readonly peaks: ReadonlyMap<string, Int8Array>;
  readonly lanes: ReadonlyMap<string, LaneData>;
  /** What clips speak, by clip id. */
  readonly speech: ReadonlyMap<string, SpeechOutline>;
  readonly thumbnails: ThumbnailCache;
  /** Names under which the engine gives media files, by media id. */
  readonly sources: ReadonlyMap<string, string>;
  /** Where each clip's media starts on the timeline, in frames, by clip id. */
  readonly origins: ReadonlyMap<string, number>;
  readonly marquee: Marquee | null;
  readonly snapAt: number | null;
  /** How far edited frames are rendered ahead. */
  readonly prepared: Pick<Prepared, 'ready' | 'waiting'> | null;
}

/** Pixels from the left edge of a frame. */
export function xOf(view: TimelineView, frame: number): number {
  return (frame - view.scroll) * view.pxPerFrame;
}

/** The part of [start, end) that is in sight, in whole pixels; null where there is none. */
export function sight(view: TimelineView, start: number, end: number): { from: number; until: number } | null {
  const from = Math.max(0, Math.floor(xOf(view, start)));
  const until = Math.min(view.width, Math.ceil(xOf(view, end)));
  return until > from ? { from, until } : null;
}
