import { stat } from 'node:fs/promises';
import type { PresetId } from '../../contract/presets.ts';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { type AudioFeed, CopyFeed } from './audio-feed.ts';
import { check, fileWriteError, writeError } from './av-error.ts';
import { av, ff } from './native.ts';
import { locateInput } from './open-input.ts';
import { PartialOutput } from './partial-output.ts';
import { presetOf } from './presets.ts';
import type { FrameTimestamps } from './types.ts';
import { planAudio } from './video-writer.ts';
import type { AudioReport, AudioRequest } from './writer-types.ts';

/** What {@link joinSegments} is to make. */
export interface JoinOptions {
  readonly preset: PresetId;
  /** Rate at which the segments were written, without `timestamps` of their own. */
  readonly rate: Rational;
  /** True frame times of the whole, for a variable-rate source. */
  readonly timestamps?: FrameTimestamps | undefined;
  readonly sourceForAudio?: AudioRequest | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly timecode?: string | null | undefined;
  readonly inputs?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What was joined. */
export interface JoinReport {
  readonly path: string;
  readonly frames: number;
  readonly bytes: number;
  readonly audio: readonly AudioReport[];
}

/** Times of frame numbers, also of those before 0 that decoding order needs. */
function clockOf({ timestamps, rate }: JoinOptions): { timeBase: Rational; at: (frame: number) => bigint } {
  if (!timestamps) return { timeBase: { num: rate.den, den: rate.num }, at: (frame) => BigInt(frame) };
  const { ticks, end, timeBase } = timestamps;
  const first = ticks[0]!;
  const step = Math.max(1, Math.round((end - first) / ticks.length));
  const at = (frame: number): bigint => {
    if (frame < 0) return BigInt(frame * step);
    return BigInt((frame < ticks.length ? ticks[frame]! : end + (frame - ticks.length) * step) - first);
  };
  return { timeBase, at };
}

class Joiner {
  readonly #options: JoinOptions;
  readonly #path: string;
  readonly #muxer = new av.FormatContext();
  readonly #clock: ReturnType<typeof clockOf>;
  readonly #feeds: readonly AudioFeed[];
  readonly #offsets: readonly number[];
  readonly #pending: ({ packet: av.Packet; seconds: number } | null)[] = [];
  #shiftSeconds = 0;
  #frames = 0;
  #parameters: Buffer | null = null;
  #delay: number | undefined;

  constructor(path: string, options: JoinOptions, feeds: readonly AudioFeed[], offsets: readonly number[]) {
    this.#path = path;
    this.#options = options;
    this.#clock = clockOf(options);
    this.#feeds = feeds;
    this.#offsets = offsets;
  }

  get frames(): number {
    return this.#frames;
  }

  async open(
    partial: string,
    muxer: string,
    first: CopyFeed,
    muxerOptions: Readonly<Record<string, string>>,
  ): Promise<void> {
    check(
      this.#muxer.allocOutputContext2(null, muxer, partial),
      'internal',
      `This FFmpeg cannot write ${muxer}.`,
      this.#path,
    );
    const stream = this.#muxer.newStream(null);
    first.describe(stream);
    first.keepTag(stream);
    const { num, den } = this.#clock.timeBase;
    stream.timeBase = new av.Rational(num, den);
    stream.avgFrameRate = new av.Rational(this.#options.rate.num, this.#options.rate.den);
    if (this.#options.timecode) stream.metadata = av.Dictionary.fromObject({ timecode: this.#options.timecode });
    for (const feed of this.#feeds) feed.describe(this.#muxer.newStream(null));
    if (this.#options.tags) this.#muxer.metadata = av.Dictionary.fromObject(this.#options.tags);
    const opened = await this.#muxer.openOutput();
    if (opened < 0) throw writeError(opened, this.#path);
    using settings = av.Dictionary.fromObject(muxerOptions);
    const written = await this.#muxer.writeHeader(settings);
    if (written < 0) throw writeError(written, this.#path);
    for (const index of this.#feeds.keys()) await this.#advance(index);
    const starts = this.#pending.map((next) => next?.seconds ?? 0);
    this.#shiftSeconds = Math.max(0, ...starts.map((seconds) => (seconds < -0.1 ? -seconds : 0)));
  }

  async #advance(index: number): Promise<void> {
    const feed = this.#feeds[index]!;
    const packet = await feed.next();
    const ticks = packet && (packet.dts === ff.AV_NOPTS_VALUE ? packet.pts : packet.dts);
    this.#pending[index] = packet
      ? { packet, seconds: Number(ticks) * toNumber(feed.timeBase) + this.#offsets[index]! }
      : null;
  }

  /** Adds all packets of a segment; its frames are counted from where the last one ended. */
  async add(feed: CopyFeed): Promise<void> {
    const { rate, signal } = this.#options;
    if (this.#parameters === null) this.#parameters = feed.parameters;
    else if (!this.#parameters.equals(feed.parameters))
      throw new RetakeError('internal', 'Two parts of the render were encoded differently and cannot be joined.', {
        path: this.#path,
      });
    const frameAt = (ticks: bigint): number => Math.round(Number(ticks) * toNumber(feed.timeBase) * toNumber(rate));
    let origin: number | undefined;
    let frames = 0;
    this.#delay ??= feed.reorderDelay;
    for (let packet = await feed.next(); packet; packet = await feed.next()) {
      throwIfCancelled(signal);
      const shown = frameAt(packet.pts);
      // The first packet is a key frame, and nothing is shown before it.
      origin ??= shown;
      const number = this.#frames + shown - origin;
      // Parts may start with different delays of decoding (short ones have less): one delay runs through the whole.
      const decoded = this.#frames + frames - this.#delay;
      if (decoded > number)
        throw new RetakeError('internal', 'The pictures of a part are stored in an order that cannot be joined.', {
          path: this.#path,
        });
      packet.pts = this.#clock.at(number);
      packet.dts = this.#clock.at(decoded);
      packet.duration = this.#clock.at(number + 1) - packet.pts;
      await this.#muxAudioUntil(Number(packet.dts) * toNumber(this.#clock.timeBase) + this.#shiftSeconds);
      await this.#mux(packet, 0, this.#clock.timeBase, this.#shiftSeconds);
      frames += 1;
    }
    this.#frames += frames;
  }

  async #muxAudioUntil(seconds: number): Promise<void> {
    for (const index of this.#feeds.keys())
      for (
        let next = this.#pending[index];
        next && next.seconds + this.#shiftSeconds <= seconds;
        next = this.#pending[index]
      ) {
        await this.#mux(
          next.packet,
          index + 1,
          this.#feeds[index]!.timeBase,
          this.#offsets[index]! + this.#shiftSeconds,
        );
        await this.#advance(index);
      }
  }

  async #mux(packet: av.Packet, index: number, timeBase: Rational, shiftSeconds: number): Promise<void> {
    const stream = this.#muxer.streams[index]!;
    packet.streamIndex = index;
    packet.rescaleTs(timeBase, stream.timeBase);
    const shift = BigInt(Math.round(shiftSeconds / toNumber(stream.timeBase)));
    if (packet.pts !== ff.AV_NOPTS_VALUE) packet.pts += shift;
    if (packet.dts !== ff.AV_NOPTS_VALUE) packet.dts += shift;
    packet.pos = -1n;
    const written = await this.#muxer.interleavedWriteFrame(packet);
    if (written < 0) throw writeError(written, this.#path);
  }

  async finish(): Promise<void> {
    await this.#muxAudioUntil(Number.POSITIVE_INFINITY);
    const written = await this.#muxer.writeTrailer();
    if (written < 0) throw writeError(written, this.#path);
    const failed = this.#muxer.pb?.error ?? 0;
    if (failed < 0) throw writeError(failed, this.#path);
  }

  async close(): Promise<void> {
    await this.#muxer.closeOutput();
    this.#muxer.freeContext();
  }
}

/**
 * Puts files that `createVideoWriter` wrote with the same preset and settings one behind the other, without encoding
 * anything again: each begins with a key frame, so the coded pictures go over byte for byte. Sound and tags are added as
 * the writer would. Throws what `createVideoWriter` throws, and `internal` where parts do not fit together.
 */
export async function joinSegments(
  segments: readonly string[],
  out: string,
  options: JoinOptions,
): Promise<JoinReport> {
  const preset = presetOf(options.preset);
  if (preset.kind !== 'file' || segments.length === 0)
    throw new RetakeError('invalid-argument', 'Only parts of a video file can be joined, and at least one.');
  const audioInputs = options.sourceForAudio ? [options.sourceForAudio.path] : [];
  await using output = await PartialOutput.create(out, {
    inputs: [...segments, ...(options.inputs ?? []), ...audioInputs],
  });
  const audio = options.sourceForAudio
    ? await planAudio(preset, options.sourceForAudio, options.rate)
    : { feeds: [], reports: [], offsets: [] };
  const joiner = new Joiner(output.path, options, audio.feeds, audio.offsets);
  try {
    for (const [index, segment] of segments.entries()) {
      await using feed = await CopyFeed.open(await locateInput(segment), 0);
      if (index === 0) await joiner.open(output.partial, preset.muxer, feed, preset.muxerOptions);
      await joiner.add(feed);
    }
    await joiner.finish();
  } finally {
    for (const feed of audio.feeds) await feed[Symbol.asyncDispose]();
    await joiner.close();
  }
  const { size } = await stat(output.partial).catch((error: unknown) => Promise.reject(fileWriteError(error, out)));
  await output.commit();
  return { path: output.path, frames: joiner.frames, bytes: size, audio: audio.reports };
}
