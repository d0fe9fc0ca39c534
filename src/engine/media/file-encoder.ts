import { stat } from 'node:fs/promises';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import { toNumber } from '../../core/rational.ts';
import type { AudioFeed } from './audio-feed.ts';
import { check, fileWriteError, isAgain, isEnd, writeError } from './av-error.ts';
import { av, ff } from './native.ts';
import type { PartialOutput } from './partial-output.ts';
import { pixelFormatName } from './pixel-formats.ts';
import type { FilePreset } from './presets.ts';
import { firstEncoder, type OpenEncoder } from './video-encoder.ts';
import type { AudioReport, VideoWriter, VideoWriterOptions, WriteReport } from './writer-types.ts';

/** Encodes pictures into one container file together with the sound feeds. */
export class FileEncoder implements VideoWriter {
  readonly path: string;
  readonly preset: FilePreset['id'];
  private readonly output: PartialOutput;
  private readonly options: VideoWriterOptions;
  private readonly encoder: OpenEncoder;
  private readonly muxer: av.FormatContext;
  private readonly feeds: readonly AudioFeed[];
  private readonly offsets: readonly number[];
  private readonly audioReports: readonly AudioReport[];
  private readonly notes: readonly string[];
  private readonly packet = new av.Packet();
  /** Next packet of each feed, and when it is due in seconds on the output's clock. */
  private readonly pending: ({ packet: av.Packet; seconds: number } | null)[] = [];
  private shiftSeconds = 0;
  private frames = 0;
  private state: 'open' | 'finished' | 'aborted' = 'open';
  private busy: Promise<unknown> = Promise.resolve();

  private constructor(
    output: PartialOutput,
    preset: FilePreset,
    options: VideoWriterOptions,
    encoder: OpenEncoder,
    muxer: av.FormatContext,
    feeds: readonly AudioFeed[],
    offsets: readonly number[],
    reports: readonly AudioReport[],
    notes: readonly string[],
  ) {
    this.path = output.path;
    this.preset = preset.id;
    this.output = output;
    this.options = options;
    this.encoder = encoder;
    this.muxer = muxer;
    this.feeds = feeds;
    this.offsets = offsets;
    this.audioReports = reports;
    this.notes = notes;
    this.packet.alloc();
  }

  /** Opens encoder and container and writes the header. Takes over the feeds: it closes them whatever happens. */
  static async create(
    output: PartialOutput,
    preset: FilePreset,
    options: VideoWriterOptions,
    feeds: readonly AudioFeed[],
    offsets: readonly number[],
    reports: readonly AudioReport[],
  ): Promise<FileEncoder> {
    let encoder: OpenEncoder | undefined;
    try {
      const found = await firstEncoder(preset, options);
      encoder = found.encoder;
      const muxer = new av.FormatContext();
      check(
        muxer.allocOutputContext2(null, preset.muxer, output.partial),
        'internal',
        `This FFmpeg cannot write ${preset.muxer}.`,
        output.path,
      );
      const writer = new FileEncoder(output, preset, options, encoder, muxer, feeds, offsets, reports, found.notes);
      await writer.writeHeader(preset);
      return writer;
    } catch (error) {
      for (const feed of feeds) await feed[Symbol.asyncDispose]();
      encoder?.codec.freeContext();
      encoder?.loader[Symbol.dispose]();
      throw error;
    }
  }

  private async writeHeader(preset: FilePreset): Promise<void> {
    const { muxer, options } = this;
    const stream = muxer.newStream(null);
    stream.codecpar.fromContext(this.encoder.codec);
    stream.timeBase = this.encoder.codec.timeBase;
    stream.avgFrameRate = new av.Rational(options.rate.num, options.rate.den);
    if (options.sampleAspect)
      stream.sampleAspectRatio = new av.Rational(options.sampleAspect.num, options.sampleAspect.den);
    if (options.timecode) stream.metadata = av.Dictionary.fromObject({ timecode: options.timecode });
    for (const feed of this.feeds) feed.describe(muxer.newStream(null));
    if (options.tags) muxer.metadata = av.Dictionary.fromObject(options.tags);
    const opened = await muxer.openOutput();
    if (opened < 0) throw writeError(opened, this.path);
    using settings = av.Dictionary.fromObject(preset.muxerOptions);
    const written = await muxer.writeHeader(settings);
    if (written < 0) throw writeError(written, this.path);
    await this.primeFeeds();
  }

  /** Takes the first packet of each feed and shifts the whole output so that nothing starts before 0. */
  private async primeFeeds(): Promise<void> {
    for (const index of this.feeds.keys()) await this.advance(index);
    const starts = this.pending.map((next) => next?.seconds ?? 0);
    // Priming of AAC lies before 0 by up to two frames and belongs there: containers mark it for skipping.
    this.shiftSeconds = Math.max(0, ...starts.map((seconds) => (seconds < -0.1 ? -seconds : 0)));
  }

  private async advance(index: number): Promise<void> {
    const feed = this.feeds[index]!;
    const packet = await feed.next();
    const ticks = packet && (packet.dts === ff.AV_NOPTS_VALUE ? packet.pts : packet.dts);
    this.pending[index] = packet
      ? { packet, seconds: Number(ticks) * toNumber(feed.timeBase) + this.offsets[index]! }
      : null;
  }

  write(picture: Picture): Promise<void> {
    return this.exclusively(async () => {
      if (this.state !== 'open') throw new RetakeError('internal', `${this.path} is finished already.`);
      throwIfCancelled(this.options.signal);
      const frame = this.encoder.loader.load(picture);
      const { timestamps, fieldOrder } = this.options;
      const index = this.frames++;
      if (timestamps) {
        const { ticks, end } = timestamps;
        if (index >= ticks.length)
          throw new RetakeError('invalid-argument', `More frames than the ${ticks.length} times given.`);
        frame.pts = BigInt(ticks[index]! - ticks[0]!);
        frame.duration = BigInt((index + 1 < ticks.length ? ticks[index + 1]! : end) - ticks[index]!);
      } else {
        frame.pts = BigInt(index);
        frame.duration = 1n;
      }
      if (fieldOrder && fieldOrder !== 'progressive')
        frame.setFlags(
          ff.AV_FRAME_FLAG_INTERLACED,
          ...(fieldOrder === 'top-first' ? [ff.AV_FRAME_FLAG_TOP_FIELD_FIRST] : []),
        );
      check(await this.encoder.codec.sendFrame(frame), 'internal', `Frame ${index} could not be encoded.`, this.path);
      await this.drain();
    });
  }

  private async drain(): Promise<void> {
    for (;;) {
      const received = await this.encoder.codec.receivePacket(this.packet);
      if (isAgain(received) || isEnd(received)) return;
      check(received, 'internal', 'The picture could not be encoded.', this.path);
      const timeBase = this.encoder.codec.timeBase;
      await this.muxAudioUntil(Number(this.packet.dts) * toNumber(timeBase) + this.shiftSeconds);
      this.packet.streamIndex = 0;
      await this.mux(this.packet, timeBase, this.shiftSeconds);
    }
  }

  private async muxAudioUntil(seconds: number): Promise<void> {
    for (const index of this.feeds.keys())
      for (
        let next = this.pending[index];
        next && next.seconds + this.shiftSeconds <= seconds;
        next = this.pending[index]
      ) {
        next.packet.streamIndex = index + 1;
        await this.mux(next.packet, this.feeds[index]!.timeBase, this.offsets[index]! + this.shiftSeconds);
        await this.advance(index);
      }
  }

  private async mux(packet: av.Packet, timeBase: { num: number; den: number }, shiftSeconds: number): Promise<void> {
    const stream = this.muxer.streams[packet.streamIndex]!;
    packet.rescaleTs(timeBase, stream.timeBase);
    const shift = BigInt(Math.round(shiftSeconds / toNumber(stream.timeBase)));
    if (packet.pts !== ff.AV_NOPTS_VALUE) packet.pts += shift;
    if (packet.dts !== ff.AV_NOPTS_VALUE) packet.dts += shift;
    packet.pos = -1n;
    const written = await this.muxer.interleavedWriteFrame(packet);
    if (written < 0) throw writeError(written, this.path);
  }

  finish(): Promise<WriteReport> {
    return this.exclusively(async () => {
      if (this.state !== 'open') throw new RetakeError('internal', `${this.path} is finished already.`);
      throwIfCancelled(this.options.signal);
      if (this.frames === 0)
        throw new RetakeError('invalid-range', `Not one frame was written to ${this.path}.`, { path: this.path });
      check(await this.encoder.codec.sendFrame(null), 'internal', 'The last pictures could not be encoded.', this.path);
      await this.drain();
      await this.muxAudioUntil(Number.POSITIVE_INFINITY);
      const written = await this.muxer.writeTrailer();
      if (written < 0) throw writeError(written, this.path);
      const failed = this.muxer.pb?.error ?? 0;
      await this.close();
      if (failed < 0) throw writeError(failed, this.path);
      const { size } = await stat(this.output.partial).catch((error: unknown) =>
        Promise.reject(fileWriteError(error, this.path)),
      );
      throwIfCancelled(this.options.signal);
      await this.output.commit();
      this.state = 'finished';
      return this.report(size);
    });
  }

  private report(bytes: number): WriteReport {
    const { encoder } = this;
    return {
      path: this.path,
      preset: this.preset,
      frames: this.frames,
      bytes,
      encoder: encoder.name,
      hardware: encoder.hardware,
      pixelFormat: pixelFormatName(encoder.format),
      conversion: encoder.loader.conversion,
      audio: this.audioReports,
      notes: this.notes,
    };
  }

  /** Runs calls one after another; the first error ends the output. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busy.then(work).catch(async (error: unknown) => {
      if (this.state === 'open') await this.destroy();
      throw error;
    });
    this.busy = result.catch(() => undefined);
    return result;
  }

  private closed = false;
  private async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const feed of this.feeds) await feed[Symbol.asyncDispose]();
    this.packet.free();
    this.encoder.codec.freeContext();
    this.encoder.loader[Symbol.dispose]();
    await this.muxer.closeOutput();
    this.muxer.freeContext();
  }

  private async destroy(): Promise<void> {
    this.state = 'aborted';
    await this.close();
    await this.output.discard();
  }

  async abort(): Promise<void> {
    await this.busy;
    if (this.state === 'open') await this.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }
}
