import { evaluateFrame } from '../../core/document/evaluate.ts';
import { layOut } from '../../core/document/query.ts';
import type { Clip, PerformanceEntry, Project, Sequence } from '../../core/document/schema.ts';
import { rationalTime, rescale } from '../../core/rational-time.ts';
import { seek } from '../state/queries.ts';
import { mediaOrigin } from '../timeline/layout.ts';

/** Where a clip lies, in frames of its media, and the way back to the sequence. */
export interface ClipPlace {
  /** Media frames that the clip shows, [first, end). */
  readonly range: readonly [number, number];
  /** Media frame at a frame of the sequence; -1 where the clip is not on screen. */
  mediaFrameAt(frame: number): number;
  /** Puts the playhead where a media frame is shown. */
  seekMedia(mediaFrame: number): void;
  /** Sequence frame of a media frame. */
  sequenceFrame(mediaFrame: number): number;
}

/** See {@link ClipPlace}; undefined for a clip that lies nowhere. */
export function placeOf(project: Project, sequence: Sequence, clip: Clip): ClipPlace | undefined {
  const placed = layOut(project, project.tracks[clip.track]!).find(({ item }) => item.id === clip.id);
  if (!placed) return undefined;
  const origin = mediaOrigin(project, clip, placed.start, sequence.rate);
  const { rate } = project.media[clip.media]!;
  const mediaFrame = (at: number): number => rescale(rationalTime(at - origin, sequence.rate), rate, 'floor');
  const sequenceFrame = (at: number): number =>
    origin + rescale(rationalTime(Math.round(at), rate), sequence.rate, 'round');
  return {
    range: [mediaFrame(placed.start), mediaFrame(placed.end)],
    mediaFrameAt: (frame) =>
      evaluateFrame(project, sequence.id, frame).layers.find((layer) => layer.clip.id === clip.id)?.mediaFrame ?? -1,
    seekMedia: (at) => seek(sequenceFrame(at)),
    sequenceFrame,
  };
}

/** The performance of a clip's media, if it was captured. */
export function performanceOf(project: Project, clip: Clip | undefined): PerformanceEntry | undefined {
  return Object.values(project.performances).find((one) => one.media === clip?.media);
}
