import { create } from 'zustand';
import { lengthOf } from './queries.ts';
import { useStudio } from './studio.ts';

/** What is shown of a captured performance under its clips. */
export const LANES = ['depicted', 'affect', 'visemes', 'speech', 'confidence', 'sharpness'] as const;

/** One of {@link LANES}. */
export type LaneKind = (typeof LANES)[number];

/** Names on lanes and switches. */
export const LANE_NAMES: Readonly<Record<LaneKind, string>> = {
  depicted: 'Depicted',
  affect: 'Valence, arousal',
  visemes: 'Speech',
  speech: 'Jaw',
  confidence: 'Confidence',
  sharpness: 'Sharpness',
};

/** How the timeline is looked at. */
export interface TimelineLook {
  /** Null shows everything. */
  readonly pxPerFrame: number | null;
  /** First frame at the left edge, may be fractional. */
  readonly scroll: number;
  /** Pixels that are scrolled down. */
  readonly scrollY: number;
  /** Height of tracks: 1 as designed. */
  readonly trackScale: number;
  readonly lanes: readonly LaneKind[];
  /** Width of the canvas, CSS pixels. */
  readonly width: number;
  /** Frame to which something is snapping now. */
  readonly snapAt: number | null;
}

/** See {@link TimelineLook}. */
export const useTimelineLook = create<TimelineLook>(() => ({
  pxPerFrame: null,
  scroll: 0,
  scrollY: 0,
  trackScale: 1,
  lanes: ['depicted', 'visemes', 'speech', 'confidence'],
  width: 800,
  snapAt: null,
}));

/** Pixels of a frame at most. */
export const CLOSEST = 60;

/** Pixels per frame at which the whole sequence fits, with some room to drop clips behind. */
export function fitScale(width: number, length: number): number {
  return width / Math.max(50, length * 1.08);
}

/** Pixels per frame now. */
export function scaleNow(): number {
  const { pxPerFrame, width } = useTimelineLook.getState();
  return pxPerFrame ?? fitScale(width, lengthOf(useStudio.getState()));
}

/** Zooms so that the frame at `x` pixels stays there; by default about the playhead where it is in sight. */
export function zoomTimeline(factor: number, x?: number): void {
  const { scroll, width } = useTimelineLook.getState();
  const length = lengthOf(useStudio.getState());
  const now = scaleNow();
  const playhead = (useStudio.getState().frame - scroll) * now;
  const at = x ?? (playhead >= 0 && playhead <= width ? playhead : width / 2);
  const next = Math.max(fitScale(width, length) / 4, Math.min(CLOSEST, now * factor));
  useTimelineLook.setState({ pxPerFrame: next, scroll: Math.max(0, scroll + at / now - at / next) });
}

/** Shows the whole sequence. */
export function fitTimeline(): void {
  useTimelineLook.setState({ pxPerFrame: null, scroll: 0, scrollY: 0 });
}

/** Makes tracks taller or lower. */
export function scaleTracks(factor: number): void {
  useTimelineLook.setState(({ trackScale }) => ({ trackScale: Math.max(0.6, Math.min(3, trackScale * factor)) }));
}

/** Moves the view by pixels. */
export function panTimeline(x: number, y = 0): void {
  const length = lengthOf(useStudio.getState());
  useTimelineLook.setState(({ scroll, scrollY }) => ({
    scroll: Math.max(0, Math.min(Math.max(0, length - 10), scroll + x / scaleNow())),
    scrollY: Math.max(0, scrollY + y),
  }));
}
