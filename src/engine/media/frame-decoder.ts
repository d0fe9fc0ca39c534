import { availableParallelism } from 'node:os';
import { RetakeError } from '../../core/errors.ts';
import { check, isAgain, isEnd } from './av-error.ts';
import { av, ff } from './native.ts';
import { type InputLocation, openInput } from './open-input.ts';

/** Decoders that FFmpeg does not pick by itself, needed for what its own one leaves out (alpha of VP8 and VP9). */
function findDecoder(stream: av.Stream): av.Codec | null {
  const hasAlpha = stream.metadata?.get('alpha_mode') === '1' || stream.metadata?.get('ALPHA_MODE') === '1';
  const name = av.avGetCodecName(stream.codecpar.codecId);
  if (hasAlpha && name === 'vp9') return av.Codec.findDecoderByName(ff.FF_DECODER_LIBVPX_VP9);
  if (hasAlpha && name === 'vp8') return av.Codec.findDecoderByName(ff.FF_DECODER_LIBVPX_VP8);
  return av.Codec.findDecoder(stream.codecpar.codecId);
}

/**
 * Codecs of single pictures. Their decoder shares the slices of one picture between threads: with a picture per thread,
 * others would have to be read before the wanted one comes out.
 */
const SINGLE_PICTURES: ReadonlySet<string> = new Set(['prores', 'dnxhd', 'ffv1']);

/** Sequential decoder of one stream with seeking to a key frame. Calls must not overlap. */
export class FrameDecoder implements AsyncDisposable {
  readonly stream: av.Stream;
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Pictures that are decoded side by side. */
  readonly atOnce: number;
  private readonly context: av.FormatContext;
  private readonly codec: av.CodecContext;
  private readonly packet: av.Packet;
  private readonly frame: av.Frame;
  private draining = false;
  private closed = false;

  private constructor(context: av.FormatContext, stream: av.Stream, codec: av.CodecContext, atOnce: number) {
    this.atOnce = atOnce;
    this.context = context;
    this.stream = stream;
    this.codec = codec;
    this.timeBase = stream.timeBase;
    this.packet = new av.Packet();
    this.packet.alloc();
    this.frame = new av.Frame();
    this.frame.alloc();
  }

  /** Opens stream `streamIndex` of the input. Throws `media-unsupported` when FFmpeg has no decoder for it. */
  static async open(input: InputLocation, streamIndex: number): Promise<FrameDecoder> {
    const context = await openInput(input);
    const stream = context.streams[streamIndex]!;
    for (const other of context.streams) if (other.index !== streamIndex) other.discard = ff.AVDISCARD_ALL;
    const decoder = findDecoder(stream);
    const name = av.avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    if (!decoder) {
      await context.closeInput();
      throw new RetakeError(
        'media-unsupported',
        `${input.path} is coded as "${name}", which this FFmpeg cannot decode. Convert it to ProRes or H.264 first.`,
        { path: input.path, codec: name },
      );
    }
    const codec = new av.CodecContext();
    codec.allocContext3(decoder);
    codec.parametersToContext(stream.codecpar);
    codec.pktTimebase = stream.timeBase;
    const threads = Math.min(16, availableParallelism());
    const alone = SINGLE_PICTURES.has(name);
    codec.threadCount = threads;
    if (alone) codec.threadType = ff.FF_THREAD_SLICE;
    const opened = await codec.open2(decoder, null);
    if (opened < 0) {
      codec.freeContext();
      await context.closeInput();
      check(opened, 'media-damaged', `${input.path} cannot be decoded as ${name}.`, input.path);
    }
    return new FrameDecoder(context, stream, codec, alone ? 1 : threads);
  }

  /** Presentation time of a decoded frame in ticks, or null when it has none. */
  tickOf(frame: av.Frame): number | null {
    if (frame.pts !== ff.AV_NOPTS_VALUE) return Number(frame.pts);
    const guess = frame.bestEffortTimestamp;
    return guess === ff.AV_NOPTS_VALUE ? null : Number(guess);
  }

  /** The next frame in presentation order; it stays valid until the next call. Null at the end of the stream. */
  async next(): Promise<av.Frame | null> {
    this.frame.unref();
    let refused = 0;
    for (;;) {
      const received = await this.codec.receiveFrame(this.frame);
      if (received >= 0) return this.frame;
      if (isEnd(received)) return null;
      if (!isAgain(received)) {
        // A damaged frame: the decoder drops it and goes on with what it was given. The limit only guards the loop.
        if (++refused > 10_000) return null;
        continue;
      }
      await this.feed();
    }
  }

  private async feed(): Promise<void> {
    for (;;) {
      const read = await this.context.readFrame(this.packet);
      if (read < 0) {
        if (!this.draining) await this.codec.sendPacket(null);
        this.draining = true;
        return;
      }
      if (this.packet.streamIndex !== this.stream.index) {
        this.packet.unref();
        continue;
      }
      await this.codec.sendPacket(this.packet); // an error here is a damaged packet: what follows may be sound
      this.packet.unref();
      return;
    }
  }

  /** Goes to the last key frame at or before `tick`. False when the container cannot seek there. */
  async seek(tick: number): Promise<boolean> {
    const result = await this.context.seekFrame(this.stream.index, BigInt(tick), ff.AVSEEK_FLAG_BACKWARD);
    this.codec.flushBuffers();
    this.draining = false;
    return result >= 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.frame.free();
    this.packet.free();
    this.codec.freeContext();
    await this.context.closeInput();
  }
}
