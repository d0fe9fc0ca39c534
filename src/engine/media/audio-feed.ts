import { RetakeError } from '../../core/errors.ts';
import { toNumber } from '../../core/rational.ts';
import { check, isAgain } from './av-error.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { av, ff } from './native.ts';
import { type InputLocation, openInput } from './open-input.ts';

/** A run of coded sound packets for a muxer, in decoding order. */
export interface AudioFeed extends AsyncDisposable {
  /** How the sound gets there, for the report: `copied`, or `encoded as aac`. */
  readonly how: 'copied' | 'encoded';
  readonly codec: string;
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Writes codec parameters onto the muxer's stream. */
  describe(stream: av.Stream): void;
  /** The next packet, whose times are on the feed's clock, or null at the end. Valid until the next call. */
  next(): Promise<av.Packet | null>;
}

/** Packets of one stream, of sound or picture, as they stand in the file. */
export class CopyFeed implements AudioFeed {
  readonly how = 'copied';
  readonly codec: string;
  readonly timeBase: AudioFeed['timeBase'];
  private readonly context: av.FormatContext;
  private readonly stream: av.Stream;
  private readonly packet = new av.Packet();

  private constructor(context: av.FormatContext, stream: av.Stream) {
    this.context = context;
    this.stream = stream;
    this.timeBase = stream.timeBase;
    this.codec = av.avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    this.packet.alloc();
  }

  static async open(input: InputLocation, streamIndex: number): Promise<CopyFeed> {
    const context = await openInput(input);
    for (const other of context.streams) if (other.index !== streamIndex) other.discard = ff.AVDISCARD_ALL;
    return new CopyFeed(context, context.streams[streamIndex]!);
  }

  describe(stream: av.Stream): void {
    this.stream.codecpar.copy(stream.codecpar);
    stream.codecpar.codecTag = 0; // tags belong to the old container
    stream.timeBase = this.stream.timeBase;
  }

  /** Gives a stream of the same container format the tag of the old one, on which players may insist. */
  keepTag(stream: av.Stream): void {
    stream.codecpar.codecTag = this.stream.codecpar.codecTag;
  }

  /** Decoder settings of the stream; parts with the same can be played one after the other. */
  get parameters(): Buffer {
    return this.stream.codecpar.extradata ?? Buffer.alloc(0);
  }

  /** Frames by which pictures are decoded ahead of being shown. */
  get reorderDelay(): number {
    return Math.max(0, this.stream.codecpar.videoDelay);
  }

  async next(): Promise<av.Packet | null> {
    for (;;) {
      this.packet.unref();
      if ((await this.context.readFrame(this.packet)) < 0) return null;
      if (this.packet.streamIndex === this.stream.index) return this.packet;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.packet.free();
    await this.context.closeInput();
  }
}

/** Sample formats that the encoders take. */
const SAMPLE_FORMATS = {
  aac: ff.AV_SAMPLE_FMT_FLTP,
  pcm_s24le: ff.AV_SAMPLE_FMT_S32,
  flac: ff.AV_SAMPLE_FMT_S32,
} as const;

/** AAC knows these rates only (ISO 14496-3, table 1.18). */
const AAC_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** What part of a stream is encoded, in seconds of the stream's own clock. */
export interface AudioCut {
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

/** Sound decoded, cut to the sample, and encoded anew. Its clock starts with 0 at `fromSeconds`. */
export class EncodeFeed implements AudioFeed {
  readonly how = 'encoded';
  readonly codec: string;
  readonly timeBase: AudioFeed['timeBase'];
  private readonly decoder: FrameDecoder;
  private readonly encoder: av.CodecContext;
  private readonly resampler = new av.SoftwareResampleContext();
  private readonly cut: AudioCut;
  private readonly packet = new av.Packet();
  private readonly output = new av.Frame();
  private readonly fifo = new av.AudioFifo();
  private readonly planar: boolean;
  /** Samples put into the fifo, and taken out for the encoder, counted from `fromSeconds` at the encoder's rate. */
  private written = 0;
  private encoded = 0;
  private state: 'reading' | 'flushing' | 'done' = 'reading';

  private constructor(decoder: FrameDecoder, encoder: av.CodecContext, codec: string, cut: AudioCut) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.codec = codec;
    this.cut = cut;
    this.timeBase = { num: 1, den: encoder.sampleRate };
    this.planar = av.avSampleFmtIsPlanar(encoder.sampleFormat);
    this.packet.alloc();
    this.output.alloc();
    this.fifo.alloc(encoder.sampleFormat, encoder.channels, encoder.sampleRate);
  }

  static async open(
    input: InputLocation,
    streamIndex: number,
    codec: keyof typeof SAMPLE_FORMATS,
    cut: AudioCut,
  ): Promise<EncodeFeed> {
    const decoder = await FrameDecoder.open(input, streamIndex);
    const { codecpar } = decoder.stream;
    const definition = av.Codec.findEncoderByName(codec as never);
    if (!definition) {
      await decoder[Symbol.asyncDispose]();
      throw new RetakeError('media-unsupported', `This FFmpeg has no encoder "${codec}" for the sound.`);
    }
    const encoder = new av.CodecContext();
    encoder.allocContext3(definition);
    encoder.sampleRate =
      codec === 'aac' ? (AAC_RATES.find((rate) => rate <= codecpar.sampleRate) ?? 48_000) : codecpar.sampleRate;
    // The default layout of the channel count: encoders refuse unordered ones.
    encoder.channelLayout =
      codecpar.channelLayout.order === ff.AV_CHANNEL_ORDER_NATIVE
        ? codecpar.channelLayout
        : av.avChannelLayoutDefault(codecpar.channels);
    encoder.sampleFormat = SAMPLE_FORMATS[codec];
    encoder.timeBase = new av.Rational(1, encoder.sampleRate);
    if (codec === 'aac') encoder.bitRate = BigInt(128_000 * Math.max(1, codecpar.channels));
    if (codec !== 'aac') encoder.bitsPerRawSample = 24;
    encoder.setFlags(ff.AV_CODEC_FLAG_GLOBAL_HEADER);
    const opened = await encoder.open2(definition, null);
    if (opened < 0) {
      encoder.freeContext();
      await decoder[Symbol.asyncDispose]();
      check(opened, 'media-unsupported', `The sound cannot be encoded as ${codec}.`, input.path);
    }
    return new EncodeFeed(decoder, encoder, codec, cut);
  }

  describe(stream: av.Stream): void {
    stream.codecpar.fromContext(this.encoder);
    stream.timeBase = new av.Rational(1, this.encoder.sampleRate);
  }

  async next(): Promise<av.Packet | null> {
    for (;;) {
      this.packet.unref();
      const received = await this.encoder.receivePacket(this.packet);
      if (received >= 0) return this.packet;
      if (!isAgain(received)) return null;
      const size = this.encoder.frameSize || 4096;
      while (this.state === 'reading' && this.fifo.size < size) await this.decodeSome();
      const count = Math.min(size, this.fifo.size);
      if (count > 0) await this.encode(count);
      else if (this.state === 'done') return null;
      else {
        this.state = 'done';
        await this.encoder.sendFrame(null);
      }
    }
  }

  private async encode(count: number): Promise<void> {
    const { output, encoder } = this;
    this.shape(output, count);
    const read = await this.fifo.read(output.data!.slice(0, this.planar ? encoder.channels : 1), count);
    output.nbSamples = read;
    output.pts = BigInt(this.encoded);
    this.encoded += read;
    check(await encoder.sendFrame(output), 'internal', 'The sound could not be encoded.', '');
  }

  private shape(frame: av.Frame, samples: number): void {
    frame.unref();
    frame.format = this.encoder.sampleFormat;
    frame.nbSamples = samples;
    frame.sampleRate = this.encoder.sampleRate;
    frame.channelLayout = this.encoder.channelLayout;
    frame.getBuffer(0);
  }

  /** Decodes one frame into the fifo: silence fills gaps, what lies outside the cut is left out. */
  private async decodeSome(): Promise<void> {
    const { sampleRate, channels } = this.encoder;
    const total = Math.round((this.cut.untilSeconds - this.cut.fromSeconds) * sampleRate);
    const frame = this.written >= total ? null : await this.decoder.next();
    if (!frame) {
      this.state = 'flushing';
      return;
    }
    if (!this.resampler.isInitialized()) {
      const { channelLayout } = this.encoder;
      const from =
        frame.channelLayout.order === ff.AV_CHANNEL_ORDER_NATIVE
          ? frame.channelLayout
          : av.avChannelLayoutDefault(frame.channels);
      this.resampler.allocSetOpts2(
        channelLayout,
        this.encoder.sampleFormat,
        sampleRate,
        from,
        frame.format as never,
        frame.sampleRate,
      );
      check(this.resampler.init(), 'media-unsupported', 'The sound cannot be converted for its encoder.', '');
    }
    const tick = this.decoder.tickOf(frame);
    const start =
      tick === null
        ? this.written
        : Math.round((tick * toNumber(this.decoder.timeBase) - this.cut.fromSeconds) * sampleRate);
    const capacity = this.resampler.getOutSamples(frame.nbSamples) + 32;
    const planes = this.planar ? channels : 1;
    const bytes = av.avGetBytesPerSample(this.encoder.sampleFormat) * (this.planar ? 1 : channels);
    const buffers = Array.from({ length: planes }, () => Buffer.alloc(capacity * bytes));
    const count = await this.resampler.convert(buffers, capacity, frame.extendedData ?? frame.data, frame.nbSamples);
    const gap = Math.min(start, total) - this.written;
    // A quarter of a frame of jitter is rounding of container clocks, not a gap.
    if (gap > Math.max(64, frame.nbSamples / 4) || (this.written === 0 && gap > 0))
      await this.put(
        Array.from({ length: planes }, () => Buffer.alloc(gap * bytes)),
        gap,
      );
    const skip = this.written === 0 ? Math.max(0, -start) : 0;
    const take = Math.min(count - skip, total - this.written);
    if (take > 0)
      await this.put(
        buffers.map((buffer) => buffer.subarray(skip * bytes, (skip + take) * bytes)),
        take,
      );
  }

  private async put(buffers: Buffer[], count: number): Promise<void> {
    await this.fifo.write(buffers, count);
    this.written += count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.packet.free();
    this.output.free();
    this.fifo.free();
    this.resampler.free();
    this.encoder.freeContext();
    await this.decoder[Symbol.asyncDispose]();
  }
}
