import type { PresetId } from '../../contract/presets.ts';
import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import type { Rational } from '../../core/rational.ts';
import type { FieldOrder, FrameTimestamps } from './types.ts';

/** Sound for an output: that of `path`, whole or the part between two moments of its media clock. */
export interface AudioRequest {
  readonly path: string;
  readonly fromSeconds?: number;
  readonly untilSeconds?: number;
}

/** What {@link createVideoWriter} is to make. */
export interface VideoWriterOptions {
  readonly preset: PresetId;
  readonly width: number;
  readonly height: number;
  readonly rate: Rational;
  readonly layout: PictureLayout;
  readonly colour: PictureColour;
  /** True frame times of a variable-rate source (VideoSource.timestamps); without them frames follow `rate`. */
  readonly timestamps?: FrameTimestamps | undefined;
  readonly sourceForAudio?: AudioRequest | undefined;
  /** Files that the output must not overwrite, beside that of the sound. */
  readonly inputs?: readonly string[];
  /** Tags of the container. Any key survives in every preset but the sequences, which have none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Start timecode, e.g. `01:00:00:00`; written as a timecode track in MP4 and MOV. */
  readonly timecode?: string | null | undefined;
  readonly sampleAspect?: Rational;
  readonly fieldOrder?: FieldOrder;
  /** Try the graphics hardware's encoder first. Its files are larger at the same quality; off by default. */
  readonly hardware?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one sound track. */
export interface AudioReport {
  readonly how: 'copied' | 'encoded';
  /** Codec in the output. */
  readonly codec: string;
  /** Why it was not copied. */
  readonly reason: string | null;
}

/** What was written. */
export interface WriteReport {
  readonly path: string;
  readonly preset: PresetId;
  readonly frames: number;
  readonly bytes: number;
  /** FFmpeg's name of the encoder really used. */
  readonly encoder: string;
  readonly hardware: boolean;
  /** FFmpeg's name of the pixel format in the file. */
  readonly pixelFormat: string;
  /** Conversion of the pictures for the encoder, in words; null when samples went in as they were. */
  readonly conversion: string | null;
  readonly audio: readonly AudioReport[];
  readonly notes: readonly string[];
}

/** An output under way. Frames go in in order; the file appears under its name when `finish()` returns. */
export interface VideoWriter extends AsyncDisposable {
  readonly path: string;
  readonly preset: PresetId;
  /** Encodes the next frame. The picture may be changed as soon as this resolves. */
  write(picture: Picture): Promise<void>;
  /** Completes the output and puts it in its place. */
  finish(): Promise<WriteReport>;
  /** Removes what was written. Disposal does the same unless finished. */
  abort(): Promise<void>;
}
