import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { av, ff } from './native.ts';
import type { InputLocation } from './open-input.ts';
import { openInput } from './open-input.ts';

/**
 * Where each frame of a video track lies, in ticks of the stream's time base. Built from the packets alone where their
 * timestamps can be trusted, else by decoding the track once.
 */
export interface TrackIndex {
  /** Presentation time of each frame, strictly increasing. With `byCount` these are made up: 0, 1, 2, ... */
  readonly ticks: Float64Array;
  /** Presentation time of each frame from which decoding can start, increasing. */
  readonly keyTicks: Float64Array;
  /** When the last frame ends. */
  readonly endTick: number;
  /** True when frames carry no usable timestamps: they are then found by counting from the start. */
  readonly byCount: boolean;
  /** The file ends or breaks before its container says so. */
  readonly breaksOff: boolean;
}

const NO_PTS = ff.AV_NOPTS_VALUE;

interface PacketScan {
  readonly pts: number[];
  readonly keys: number[];
  readonly durations: number;
  readonly trusted: boolean;
  readonly breaksOff: boolean;
}

/** A VP8 packet that is not shown (alternate reference) makes no frame: bit 4 of the first byte (RFC 6386, 9.1). */
function isHiddenVp8(codecName: string | null, packet: av.Packet): boolean {
  return codecName === 'vp8' && ((packet.data?.[0] ?? 0x10) & 0x10) === 0;
}

async function scanPackets(
  context: av.FormatContext,
  streamIndex: number,
  signal: AbortSignal | undefined,
): Promise<PacketScan> {
  const stream = context.streams[streamIndex]!;
  const codec = av.avGetCodecName(stream.codecpar.codecId);
  for (const other of context.streams) if (other.index !== streamIndex) other.discard = ff.AVDISCARD_ALL;
  using packet = new av.Packet();
  packet.alloc();
  const pts: number[] = [];
  const keys: number[] = [];
  let trusted = true;
  let breaksOff = false;
  let durations = 0;
  let discarded = 0;
  let result = 0;
  for (let read = 0; ; read++) {
    // Reading packets is a memory copy; leaving the thread for each would cost ten times as much. Let others in between.
    if (read % 512 === 511) {
      await new Promise(setImmediate);
      throwIfCancelled(signal);
    }
    result = context.readFrameSync(packet);
    if (result < 0) break;
    if (packet.streamIndex !== streamIndex) {
      packet.unref();
      continue;
    }
    if (packet.hasFlags(ff.AV_PKT_FLAG_CORRUPT)) breaksOff = true;
    if (packet.size === 0) trusted = false;
    else if (packet.hasFlags(ff.AV_PKT_FLAG_DISCARD)) discarded++;
    else if (!isHiddenVp8(codec, packet)) {
      if (packet.pts === NO_PTS) trusted = false;
      else {
        const tick = Number(packet.pts);
        pts.push(tick);
        if (packet.isKeyframe) keys.push(tick);
        durations = Math.max(durations, tick + Number(packet.duration));
      }
    }
    packet.unref();
  }
  if (result !== ff.AVERROR_EOF) breaksOff = true;
  if (Number(stream.nbFrames) > pts.length + discarded && trusted) breaksOff = true;
  const promised = promisedSeconds(context, stream);
  const seconds = (durations * stream.timeBase.num) / stream.timeBase.den;
  if (promised !== null && promised > seconds + Math.max(0.2, promised / Math.max(1, pts.length))) breaksOff = true;
  return { pts, keys, durations, trusted, breaksOff };
}

/** Seconds that Matroska promises for a track: a tag of the stream, or the length of the file when it is alone in it. */
function promisedSeconds(context: av.FormatContext, stream: av.Stream): number | null {
  if (!context.iformat?.name?.startsWith('matroska')) return null;
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(stream.metadata?.get('DURATION') ?? '');
  if (match) return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  return context.nbStreams === 1 && context.duration > 0n ? Number(context.duration) / ff.AV_TIME_BASE : null;
}

function isStrictlyIncreasing(values: readonly number[]): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! <= values[i - 1]!) return false;
  return true;
}

/** Times of all frames by decoding the track once, in the order in which the decoder puts them out. */
async function scanFrames(
  input: InputLocation,
  streamIndex: number,
  signal: AbortSignal | undefined,
): Promise<{ pts: number[]; usable: boolean; end: number }> {
  await using decoder = await FrameDecoder.open(input, streamIndex);
  const pts: number[] = [];
  let usable = true;
  let end = 0;
  for (;;) {
    throwIfCancelled(signal);
    const frame = await decoder.next();
    if (!frame) break;
    const tick = decoder.tickOf(frame);
    if (tick === null) usable = false;
    pts.push(tick ?? pts.length);
    end = (tick ?? pts.length) + Number(frame.duration);
  }
  return { pts, usable: usable && isStrictlyIncreasing(pts), end };
}

/**
 * Index of a video track. Throws `media-damaged` when not one packet or frame is there, `cancelled`.
 * Reads the whole file once, decodes it only when its packets carry no usable times.
 */
export async function buildTrackIndex(
  input: InputLocation,
  streamIndex: number,
  signal?: AbortSignal,
): Promise<TrackIndex> {
  await using context = await openInput(input);
  const scan = await scanPackets(context, streamIndex, signal);
  const sorted = scan.pts.toSorted((a, b) => a - b);
  const keys = scan.keys.toSorted((a, b) => a - b);
  const broken = new RetakeError(
    'media-damaged',
    `Not one frame of ${input.path} can be read. Copy or export it again.`,
    { path: input.path },
  );
  if (scan.trusted && sorted.length > 0 && keys.length > 0 && isStrictlyIncreasing(sorted))
    return {
      ticks: Float64Array.from(sorted),
      keyTicks: Float64Array.from(keys),
      endTick: Math.max(scan.durations, sorted.at(-1)! + 1),
      byCount: false,
      breaksOff: scan.breaksOff,
    };
  const frames = await scanFrames(input, streamIndex, signal);
  if (frames.pts.length === 0) throw broken;
  const ticks = frames.usable ? frames.pts : frames.pts.map((_, index) => index);
  return {
    ticks: Float64Array.from(ticks),
    keyTicks: Float64Array.from(frames.usable ? keys : []),
    endTick: frames.usable ? Math.max(frames.end, ticks.at(-1)! + 1) : ticks.length,
    byCount: !frames.usable,
    breaksOff: scan.breaksOff,
  };
}
