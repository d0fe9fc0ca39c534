import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { frameToSeconds, type Rational, toNumber } from '../../core/rational.ts';
import { countAtOrBefore, FrameReader, type ReadPicture } from './frame-reader.ts';
import { PictureTaker } from './frame-to-picture.ts';
import { type AnalysedMedia, analyseMedia, type ProbeOptions, type VideoTrack } from './probe.ts';
import type { FramesApart, FrameTimestamps, VideoFrame, VideoMediaInfo, VideoSource } from './types.ts';

/** Options of {@link openVideo}. */
export interface OpenVideoOptions extends ProbeOptions {
  /** Puts pictures on SharedArrayBuffers, so that worker threads see them without a copy. */
  readonly shared?: boolean;
}

/** Frames decoded ahead of the one being worked on: enough to keep the decoder busy, little memory. */
const READ_AHEAD = 2;

class Frame implements VideoFrame {
  readonly index: number;
  readonly picture: VideoFrame['picture'];
  readonly seconds: number;
  private giveBack: (() => void) | undefined;

  constructor(read: ReadPicture, seconds: number, giveBack: () => void) {
    this.index = read.index;
    this.picture = read.picture;
    this.seconds = seconds;
    this.giveBack = giveBack;
  }

  release(): void {
    this.giveBack?.();
    this.giveBack = undefined;
  }
}

class NativeVideoSource implements VideoSource {
  readonly info: VideoMediaInfo;
  readonly frameCount: number;
  readonly rate: Rational;
  private readonly media: AnalysedMedia;
  private readonly track: VideoTrack;
  private readonly taker: PictureTaker;
  private readonly signal: AbortSignal | undefined;
  private readonly open = new Set<AsyncDisposable>();
  private readonly damaged = new Set<number>();
  private seeker: FramesApart | undefined;
  private closed = false;

  constructor(media: AnalysedMedia, track: VideoTrack, info: VideoMediaInfo, options: OpenVideoOptions) {
    this.media = media;
    this.track = track;
    this.info = info;
    this.frameCount = track.index.ticks.length;
    this.rate = info.video.rate;
    this.signal = options.signal;
    this.taker = new PictureTaker(track.format, options.shared ?? false, info.path);
  }

  get damagedFrames(): readonly number[] {
    return [...this.damaged].sort((a, b) => a - b);
  }

  secondsOf(index: number): number {
    if (!this.info.video.variableRate) return frameToSeconds(index, this.rate);
    const { ticks, endTick } = this.track.index;
    return ((index >= ticks.length ? endTick : ticks[Math.max(0, index)]!) - ticks[0]!) * toNumber(this.track.timeBase);
  }

  frameAtSeconds(seconds: number): number {
    const { ticks } = this.track.index;
    const { variableRate } = this.info.video;
    // A nanosecond forgives what decimal seconds lose.
    const index = variableRate
      ? countAtOrBefore(ticks, ticks[0]! + (seconds + 1e-9) / toNumber(this.track.timeBase)) - 1
      : Math.floor((seconds + 1e-9) * toNumber(this.rate));
    return Math.min(Math.max(0, index), this.frameCount - 1);
  }

  timestamps(from = 0, until = this.frameCount): FrameTimestamps | undefined {
    this.checkRange(from, until);
    if (!this.info.video.variableRate) return undefined;
    const { ticks, endTick } = this.track.index;
    return {
      timeBase: this.track.timeBase,
      ticks: ticks.slice(from, until).map((tick) => tick - ticks[0]!),
      end: (until < ticks.length ? ticks[until]! : endTick) - ticks[0]!,
    };
  }

  frames(from = 0, until = this.frameCount): AsyncIterableIterator<VideoFrame> {
    this.checkRange(from, until);
    return this.iterate(from, until);
  }

  private async *iterate(from: number, until: number): AsyncGenerator<VideoFrame, undefined> {
    const reader = this.newReader();
    const ahead: Promise<ReadPicture | null>[] = [];
    let last: Promise<unknown> = reader.goTo(from);
    let asked = from;
    const ask = (): void => {
      const next = last.then(() => reader.read(this.signal));
      next.catch(() => undefined); // it is reported when its turn comes
      last = next;
      ahead.push(next);
      asked++;
    };
    try {
      while (asked < Math.min(until, from + READ_AHEAD)) ask();
      for (let index = from; index < until; index++) {
        throwIfCancelled(this.signal);
        const read = await ahead.shift()!;
        if (asked < until) ask();
        if (!read) return undefined;
        yield this.frame(read);
      }
      return undefined;
    } finally {
      for (const read of await Promise.allSettled(ahead))
        if (read.status === 'fulfilled' && read.value) this.taker.release(read.value.picture);
      await last.catch(() => undefined);
      this.open.delete(reader);
      await reader[Symbol.asyncDispose]();
    }
  }

  frameAt(index: number): Promise<VideoFrame> {
    this.seeker ??= this.apart();
    return this.seeker.frameAt(index);
  }

  apart(): FramesApart {
    let reader: FrameReader | undefined;
    let queue: Promise<unknown> = Promise.resolve();
    const frameAt = (index: number): Promise<VideoFrame> => {
      this.checkRange(index, index + 1);
      const result = queue.then(async () => {
        throwIfCancelled(this.signal);
        reader ??= this.newReader();
        await reader.goTo(index);
        return this.frame((await reader.read(this.signal))!);
      });
      queue = result.catch(() => undefined);
      return result;
    };
    const apart: FramesApart = {
      frameAt,
      [Symbol.asyncDispose]: async () => {
        await queue;
        this.open.delete(apart);
        if (!reader) return;
        this.open.delete(reader);
        await reader[Symbol.asyncDispose]();
      },
    };
    this.open.add(apart);
    return apart;
  }

  private newReader(): FrameReader {
    if (this.closed) throw new RetakeError('internal', 'This video source is closed.');
    const reader = new FrameReader(this.media, this.track, this.taker);
    this.open.add(reader);
    return reader;
  }

  private frame(read: ReadPicture): VideoFrame {
    if (read.standsIn) this.damaged.add(read.index);
    return new Frame(read, this.secondsOf(read.index), () => this.taker.release(read.picture));
  }

  private checkRange(from: number, until: number): void {
    if (Number.isInteger(from) && Number.isInteger(until) && from >= 0 && from < until && until <= this.frameCount)
      return;
    throw new RetakeError(
      'invalid-range',
      `Frames ${from} to ${until} are not inside this clip, which has frames 0 to ${this.frameCount}.`,
      { from, until, frameCount: this.frameCount },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const reader of [...this.open]) await reader[Symbol.asyncDispose]();
    this.open.clear();
    this.taker[Symbol.dispose]();
  }
}

/**
 * Opens a video file, or a folder of numbered images, for frame-exact reading. Throws what `probeMedia` throws, and
 * `no-video` for a file with sound only. Close it with `await using`.
 */
export async function openVideo(path: string, options: OpenVideoOptions = {}): Promise<VideoSource> {
  const media = await analyseMedia(path, options);
  const { info, track } = media;
  if (!info.video || !track)
    throw new RetakeError('no-video', `${info.path} has sound but no picture. Give a video file.`, { path: info.path });
  return new NativeVideoSource(media, track, { ...info, video: info.video }, options);
}
