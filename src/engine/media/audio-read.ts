import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { toNumber } from '../../core/rational.ts';
import { check } from './av-error.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { av, ff } from './native.ts';
import { analyseMedia } from './probe.ts';

/** Decoded sound: one array of samples (-1..1) per channel. */
export interface AudioSamples {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
  /** Media-clock time of the first sample (see MediaInfo). */
  readonly startSeconds: number;
}

/** Options of {@link readAudio}. */
export interface ReadAudioOptions {
  /** Samples per second of the result. */
  readonly sampleRate: number;
  /** 1 mixes all channels down, 2 gives left and right. */
  readonly channels: 1 | 2;
  /** Which sound track, from 0; the first when left out. */
  readonly track?: number;
  readonly signal?: AbortSignal;
}

class GrowingSamples {
  private data: Float32Array;
  length = 0;

  constructor(capacity: number) {
    this.data = new Float32Array(capacity);
  }

  append(values: Float32Array, from: number, until: number): void {
    this.resize(this.length + until - from);
    this.data.set(values.subarray(from, until), this.length);
    this.length += until - from;
  }

  silence(count: number): void {
    this.resize(this.length + count);
    this.length += count;
  }

  private resize(needed: number): void {
    if (needed <= this.data.length) return;
    const larger = new Float32Array(Math.max(needed, this.data.length * 2));
    larger.set(this.data.subarray(0, this.length));
    this.data = larger;
  }

  trimmed(): Float32Array {
    return this.data.slice(0, this.length);
  }
}

/**
 * Decodes a sound track, resampled and mixed as asked; gaps in the track become silence, so that sample i plays at
 * `startSeconds + i / sampleRate`. Throws `no-audio`, and what `probeMedia` throws.
 */
export async function readAudio(path: string, options: ReadAudioOptions): Promise<AudioSamples> {
  const { sampleRate, channels, signal } = options;
  const { info, input, originSeconds } = await analyseMedia(path, signal ? { signal } : {});
  const track = info.audio[options.track ?? 0];
  if (!track)
    throw new RetakeError(
      'no-audio',
      `${info.path} has no sound track${options.track ? ` ${options.track + 1}` : ''}.`,
      { path: info.path },
    );
  await using decoder = await FrameDecoder.open(input, track.streamIndex);
  using resampler = new av.SoftwareResampleContext();
  const secondsPerTick = toNumber(decoder.timeBase);
  const collected = Array.from(
    { length: channels },
    () => new GrowingSamples(Math.ceil((track.durationSeconds || 10) * sampleRate) + sampleRate),
  );
  let startSeconds = track.startSeconds;
  let started = false;
  const convert = async (data: Buffer[] | null, count: number): Promise<void> => {
    const capacity = resampler.getOutSamples(count) + 32;
    const buffers = Array.from({ length: channels }, () => Buffer.from(new ArrayBuffer(capacity * 4)));
    const got = await resampler.convert(buffers, capacity, data, count);
    buffers.forEach((buffer, channel) => {
      collected[channel]!.append(new Float32Array(buffer.buffer as ArrayBuffer, 0, capacity), 0, Math.max(0, got));
    });
  };
  for (;;) {
    throwIfCancelled(signal);
    const frame = await decoder.next();
    if (!frame) break;
    const tick = decoder.tickOf(frame);
    const seconds = tick === null ? null : tick * secondsPerTick - originSeconds;
    if (!started) {
      started = true;
      startSeconds = seconds ?? track.startSeconds;
      const layout = av.avChannelLayoutDefault(channels);
      const from =
        frame.channelLayout.order === ff.AV_CHANNEL_ORDER_NATIVE
          ? frame.channelLayout
          : av.avChannelLayoutDefault(frame.channels);
      resampler.allocSetOpts2(layout, ff.AV_SAMPLE_FMT_FLTP, sampleRate, from, frame.format as never, frame.sampleRate);
      check(resampler.init(), 'media-unsupported', `The sound of ${info.path} cannot be converted.`, info.path);
    } else if (seconds !== null) {
      const due = Math.round((seconds - startSeconds) * sampleRate) - Number(resampler.getDelay(BigInt(sampleRate)));
      const missing = due - collected[0]!.length;
      if (missing > sampleRate / 20) for (const channel of collected) channel.silence(missing);
    }
    await convert((frame.extendedData ?? frame.data)!, frame.nbSamples);
  }
  if (!started)
    throw new RetakeError(
      'media-damaged',
      `The sound of ${info.path} does not decode. Copy or export the file again.`,
      { path: info.path },
    );
  await convert(null, 0);
  return { sampleRate, channels: collected.map((each) => each.trimmed()), startSeconds };
}
