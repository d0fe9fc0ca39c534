import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import type { Rational } from '../../core/rational.ts';

/** Something about a file that a person should know before working on it. `code` is stable, `message` is for reading. */
export interface MediaWarning {
  readonly code:
    | 'breaks-off' // the container promises more than the file holds
    | 'damaged-frames' // some frames do not decode; the frame before stands in for them
    | 'variable-rate'
    | 'interlaced'
    | 'rotated'
    | 'alpha'
    | 'converted-pixels' // the decoder's pixel format has no Picture layout of its own
    | 'unusual-matrix'
    | 'large-picture'
    | 'no-timestamps';
  readonly message: string;
}

/** Whether a frame holds two moments, and which of its fields comes first. */
export type FieldOrder = 'progressive' | 'top-first' | 'bottom-first';

/** The picture track of a file. Sizes and pictures are upright: rotation metadata is already applied. */
export interface VideoInfo {
  readonly streamIndex: number;
  /** FFmpeg's codec name, e.g. `h264`, `prores`. */
  readonly codec: string;
  /** FFmpeg's name of the decoder's own pixel format, e.g. `nv12`; `layout` says how Retake carries it. */
  readonly pixelFormat: string;
  readonly layout: PictureLayout;
  readonly colour: PictureColour;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** Pixels as stored, before rotation. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Degrees clockwise by which the stored picture was turned to stand upright. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Whether the stored picture is a mirror image (left and right were swapped to undo it, before the turn). */
  readonly mirrored: boolean;
  /** Frames per second; for a variable rate, the average. */
  readonly rate: Rational;
  readonly variableRate: boolean;
  /** Frames of the track, in presentation order. */
  readonly frameCount: number;
  /** False when the file breaks off, so that there should have been more. */
  readonly frameCountExact: boolean;
  readonly fieldOrder: FieldOrder;
  /** Fieldorder is not progressive. */
  readonly interlaced: boolean;
  /** Width of a pixel by its height. */
  readonly sampleAspect: Rational;
  /** Start timecode written in the container, as it stands there; null when there is none. */
  readonly timecode: string | null;
  /** Bytes that one decoded frame takes in memory. */
  readonly frameBytes: number;
}

/** One sound track. */
export interface AudioInfo {
  readonly streamIndex: number;
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** FFmpeg's name of the channel layout: `mono`, `stereo`, `5.1(side)`. */
  readonly channelLayout: string;
  readonly language: string | null;
  /** Time of the first sample in seconds on the media clock (0 = first video frame; see MediaInfo). */
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/**
 * What is known of a media file. **Media clock**: second 0 is when the first video frame shows (for a file without video,
 * the first sound sample), so that sound which starts before the picture has a negative start.
 */
export interface MediaInfo {
  readonly path: string;
  /** FFmpeg's short name of the container: `mov`, `matroska`, `avi`, `flv`, `mpeg`, `image2`. */
  readonly container: string;
  readonly bytes: number;
  /** Length of the longest track. */
  readonly durationSeconds: number;
  readonly video: VideoInfo | null;
  readonly audio: readonly AudioInfo[];
  /** Tags of the container, plus those of the video track that the container lacks. */
  readonly tags: Readonly<Record<string, string>>;
  readonly warnings: readonly MediaWarning[];
}

/** {@link MediaInfo} of a file that has video. */
export interface VideoMediaInfo extends MediaInfo {
  readonly video: VideoInfo;
}

/**
 * True presentation times of consecutive frames of a variable-rate source: frame i shows from `ticks[i]` (in units of
 * `timeBase` seconds) on the media clock, the last one until `end`. Ticks are whole numbers.
 */
export interface FrameTimestamps {
  readonly timeBase: Rational;
  readonly ticks: Float64Array;
  readonly end: number;
}

/** One decoded frame. The picture is valid until `release()`, after which its memory serves another frame. */
export interface VideoFrame {
  /** Position in the track, from 0, in presentation order. */
  readonly index: number;
  readonly picture: Picture;
  /** When it shows, on the media clock. */
  readonly seconds: number;
  /** Hands the buffer back. Calling it twice is harmless; not calling it costs memory until the garbage is collected. */
  release(): void;
}

/** Single frames of a source, read beside it. */
export interface FramesApart extends AsyncDisposable {
  /** Like that of the source. */
  frameAt(index: number): Promise<VideoFrame>;
}

/** An opened video file. Frames are counted from 0 in presentation order. */
export interface VideoSource extends AsyncDisposable {
  readonly info: VideoMediaInfo;
  readonly frameCount: number;
  readonly rate: Rational;
  /** Frames `from` to `until` - 1 in order. Several iterations may run at once; each has its own decoder. */
  frames(from?: number, until?: number): AsyncIterableIterator<VideoFrame>;
  /** Frame `index`: the same samples that sequential reading gives. */
  frameAt(index: number): Promise<VideoFrame>;
  /** Reads single frames with a decoder of its own: nobody who asks the source itself waits for them. Close it. */
  apart(): FramesApart;
  /** When frame `index` shows, on the media clock; `frameCount` gives the end of the last frame. */
  secondsOf(index: number): number;
  /** The frame on screen at a moment of the media clock, held within the clip. */
  frameAtSeconds(seconds: number): number;
  /** True times of frames `from` to `until` - 1 for the writer; undefined for a constant rate, where they follow from it. */
  timestamps(from?: number, until?: number): FrameTimestamps | undefined;
  /** Frames met so far that did not decode, for which the frame before (or after, at the start) stood in. */
  readonly damagedFrames: readonly number[];
}
