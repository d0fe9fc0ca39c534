import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import { FrameDecoder } from './frame-decoder.ts';
import type { PictureTaker } from './frame-to-picture.ts';
import { av } from './native.ts';
import type { AnalysedMedia, VideoTrack } from './probe.ts';

/** A picture and the track position it belongs to. `standsIn` tells that the frame itself did not decode. */
export interface ReadPicture {
  readonly index: number;
  readonly picture: Picture;
  readonly standsIn: boolean;
}

/** Position of `tick` in sorted `ticks`, or -1. */
export function findTick(ticks: Float64Array, tick: number): number {
  let low = 0;
  let high = ticks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = ticks[middle]!;
    if (value === tick) return middle;
    if (value < tick) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** How many of sorted `values` are at or before `limit`. */
export function countAtOrBefore(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Reads the frames of one track by number through one decoder, each frame being known by its presentation time. A frame
 * that does not decode is stood in for by the one before it (at the start, by the one after). Calls must not overlap.
 */
export class FrameReader implements AsyncDisposable {
  private readonly media: AnalysedMedia;
  private readonly track: VideoTrack;
  private readonly taker: PictureTaker;
  private decoder: FrameDecoder | undefined;
  /** Track position that read() gives next. */
  private position = 0;
  /** Frames put out since the start, for tracks without times. */
  private counted = 0;
  /** The last frame at a position before `position`; stands in for damaged ones. */
  private before = new av.Frame();
  private hasBefore = false;
  /** The first frame at or after `position`, when it has been decoded. */
  private after = new av.Frame();
  private afterIndex = -1;

  constructor(media: AnalysedMedia, track: VideoTrack, taker: PictureTaker) {
    this.media = media;
    this.track = track;
    this.taker = taker;
    this.before.alloc();
    this.after.alloc();
  }

  /** Makes `index` the next frame that {@link read} gives. */
  async goTo(index: number): Promise<void> {
    if (!this.isAhead(index)) await this.jump(index);
    else if (this.afterIndex >= 0 && this.afterIndex < index) this.stepOver();
    this.position = index;
  }

  /** Whether decoding on is the shortest way: a jump to a key frame behind would decode the same again, and more. */
  private isAhead(index: number): boolean {
    if (this.decoder === undefined || index < this.position) return false;
    const { keyTicks, ticks } = this.track.index;
    const key = countAtOrBefore(keyTicks, ticks[index]!) - 1;
    const skipped = key < 0 ? 0 : countAtOrBefore(ticks, keyTicks[key]!) - 1 - this.position;
    // The seek itself is worth one frame, and what the decoder had begun is lost.
    return skipped <= this.decoder.atOnce + 1;
  }

  private async jump(index: number): Promise<void> {
    const { keyTicks, ticks, byCount } = this.track.index;
    const key = countAtOrBefore(keyTicks, ticks[index]!) - 1;
    // Some containers land behind the key frame they are asked for; then an earlier one is tried.
    if (!byCount)
      for (let back = 0; key - back > 0; back = back * 2 + 1) {
        this.forget();
        this.decoder ??= await this.open();
        if ((await this.decoder.seek(keyTicks[key - back]!)) && (await this.arrivesBefore(index))) return;
      }
    this.forget();
    await this.decoder?.[Symbol.asyncDispose]();
    this.decoder = await this.open();
    this.counted = 0;
  }

  private open(): Promise<FrameDecoder> {
    return FrameDecoder.open(this.media.input, this.media.info.video!.streamIndex);
  }

  /** Decodes up to the first frame of the track after a seek: true when it is not behind `index`. */
  private async arrivesBefore(index: number): Promise<boolean> {
    for (;;) {
      const found = await this.decode();
      if (found === null || found.index > index) return false;
      if (found.index < 0) continue;
      this.keep(found.frame, found.index);
      if (found.index < index) this.stepOver();
      return true;
    }
  }

  private async decode(): Promise<{ index: number; frame: av.Frame } | null> {
    const frame = await this.decoder!.next();
    if (!frame) return null;
    if (this.track.index.byCount) return { index: this.counted++, frame };
    const tick = this.decoder!.tickOf(frame);
    return { index: tick === null ? -1 : findTick(this.track.index.ticks, tick), frame };
  }

  private keep(frame: av.Frame, index: number): void {
    this.after.unref();
    this.after.ref(frame);
    this.afterIndex = index;
  }

  /** What was ahead lies behind now. */
  private stepOver(): void {
    [this.before, this.after] = [this.after, this.before];
    this.hasBefore = true;
    this.afterIndex = -1;
  }

  private forget(): void {
    this.before.unref();
    this.after.unref();
    this.hasBefore = false;
    this.afterIndex = -1;
  }

  /** The next frame, or null behind the last. The picture comes from the taker, which wants it back. */
  async read(signal?: AbortSignal): Promise<ReadPicture | null> {
    const index = this.position;
    if (index >= this.track.index.ticks.length) return null;
    this.decoder ??= await this.open();
    while (this.afterIndex < 0) {
      throwIfCancelled(signal);
      const found = await this.decode();
      if (found === null) break;
      if (found.index < 0) continue;
      this.keep(found.frame, found.index);
      if (found.index < index) this.stepOver();
    }
    const standsIn = this.afterIndex !== index;
    if (this.afterIndex < 0 && !this.hasBefore) {
      const { path } = this.media.info;
      throw new RetakeError(
        'media-damaged',
        `Frame ${index} of ${path} does not decode, nor does any after it. Copy or export the file again.`,
        { path, frame: index },
      );
    }
    const picture = this.taker.take(standsIn && this.hasBefore ? this.before : this.after);
    if (!standsIn) this.stepOver();
    this.position = index + 1;
    return { index, picture, standsIn };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.decoder?.[Symbol.asyncDispose]();
    this.decoder = undefined;
    this.before.free();
    this.after.free();
  }
}
