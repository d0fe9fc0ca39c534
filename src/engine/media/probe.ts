import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { planeCount, planeSize } from '../../core/picture.ts';
import { type Rational, rational, toNumber } from '../../core/rational.ts';
import { isUnusualMatrix } from './colour.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { findRate } from './frame-rate.ts';
import { type PictureFormat, pictureFormatOf } from './frame-to-picture.ts';
import { av, ff } from './native.ts';
import { type InputLocation, locateInput, openInput } from './open-input.ts';
import { type Orientation, orientationFromMatrix, UPRIGHT } from './orientation.ts';
import { buildTrackIndex, type TrackIndex } from './track-index.ts';
import type { AudioInfo, FieldOrder, MediaInfo, MediaWarning, VideoInfo } from './types.ts';

/** Options of {@link probeMedia}. */
export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Frame rate of image sequences, which carry none; 25 when left out. */
  readonly imageSequenceRate?: Rational;
}

/** Everything known of a video track, shared by probing and reading. */
export interface VideoTrack {
  readonly index: TrackIndex;
  readonly format: PictureFormat;
  readonly timeBase: Rational;
}

/** A file with its description and, when it has video, where its frames lie. */
export interface AnalysedMedia {
  readonly input: InputLocation;
  readonly info: MediaInfo;
  readonly track: VideoTrack | null;
  /** Second 0 of the media clock on the container's own clock. */
  readonly originSeconds: number;
}

/** Pictures from here on get a warning with the memory they take: above 4K DCI. */
const LARGE_PIXELS = 4096 * 2304;

function toRational(value: { num: number; den: number }): Rational {
  return value.den === 0 ? { num: 0, den: 1 } : rational(value.num, value.den);
}

/** Tags of a stream or file. FFmpeg writes Matroska's in capitals, so those come back in small letters. */
function tagsOf(dictionary: av.Dictionary | null, container: string): Record<string, string> {
  const tags = dictionary?.getAll() ?? {};
  if (!container.startsWith('matroska')) return tags;
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
}

interface FirstFrame {
  readonly format: PictureFormat;
  readonly fieldOrder: FieldOrder;
  readonly tick: number | null;
  readonly unusualMatrix: boolean;
}

async function readFirstFrame(input: InputLocation, streamIndex: number): Promise<FirstFrame> {
  await using decoder = await FrameDecoder.open(input, streamIndex);
  const frame = await decoder.next();
  if (!frame)
    throw new RetakeError('media-damaged', `Not one frame of ${input.path} decodes. Copy or export it again.`, {
      path: input.path,
    });
  const matrix =
    frame.getSideData(ff.AV_FRAME_DATA_DISPLAYMATRIX) ??
    decoder.stream.codecpar.getCodedSideData(ff.AV_PKT_DATA_DISPLAYMATRIX);
  const orientation: Orientation = matrix ? orientationFromMatrix(matrix) : UPRIGHT;
  const interlaced = (frame.flags & ff.AV_FRAME_FLAG_INTERLACED) !== 0;
  const topFirst = (frame.flags & ff.AV_FRAME_FLAG_TOP_FIELD_FIRST) !== 0;
  return {
    format: pictureFormatOf(frame, orientation, input.path),
    fieldOrder: interlaced ? (topFirst ? 'top-first' : 'bottom-first') : 'progressive',
    tick: decoder.tickOf(frame),
    unusualMatrix: isUnusualMatrix(frame.colorSpace),
  };
}

/** Frames before the first that decodes (an open start without its key frame) do not exist for Retake, as for players. */
function fromFirstDecodable(index: TrackIndex, firstTick: number | null): TrackIndex {
  if (index.byCount || firstTick === null) return index;
  const skip = index.ticks.findIndex((tick) => tick >= firstTick);
  return skip <= 0 ? index : { ...index, ticks: index.ticks.slice(skip) };
}

function bytesPerFrame(format: PictureFormat): number {
  let samples = 0;
  for (let plane = 0; plane < planeCount(format.layout); plane++) {
    const [width, height] = planeSize(format.layout, format.width, format.height, plane);
    samples += width * height;
  }
  return samples * (format.layout.bitDepth === 8 ? 1 : 2);
}

function videoWarnings(path: string, video: VideoInfo, track: VideoTrack, unusualMatrix: boolean): MediaWarning[] {
  const warnings: MediaWarning[] = [];
  const warn = (code: MediaWarning['code'], message: string): void => void warnings.push({ code, message });
  if (track.index.breaksOff)
    warn(
      'breaks-off',
      `${path} breaks off: its ${video.frameCount} readable frames are used, the rest is missing. Copy or export it again if that is too short.`,
    );
  if (track.index.byCount)
    warn(
      'no-timestamps',
      'Its frames carry no usable times; they are counted from the start, and jumping to one is slow.',
    );
  if (video.variableRate)
    warn(
      'variable-rate',
      `Its frame rate varies (${toNumber(video.rate).toFixed(3)} on average); frames keep their own times.`,
    );
  if (video.interlaced)
    warn(
      'interlaced',
      `It is interlaced (${video.fieldOrder === 'top-first' ? 'top' : 'bottom'} field first): each frame holds two moments. Deinterlace it first for clean face edits.`,
    );
  if (video.rotation !== 0 || video.mirrored)
    warn(
      'rotated',
      `It is stored turned by ${video.rotation} degrees${video.mirrored ? ' and mirrored' : ''}; pictures are turned upright and output is written upright.`,
    );
  if (video.layout.alpha)
    warn('alpha', 'It has transparency. ProRes 4444, FFV1, PNG and EXR keep it; other outputs drop it.');
  if (track.format.carried.conversion === 'inexact')
    warn('converted-pixels', `Its pixels (${video.pixelFormat}) are converted with rounding.`);
  if (unusualMatrix) warn('unusual-matrix', `Its colour matrix is unusual; it is worked on as ${video.colour.matrix}.`);
  if (video.width * video.height > LARGE_PIXELS)
    warn(
      'large-picture',
      `Its pictures are large: each takes ${Math.round(video.frameBytes / 1e6)} MB of memory, about ${((video.frameBytes * 16) / 1e9).toFixed(1)} GB while working.`,
    );
  return warnings;
}

function audioInfo(stream: av.Stream, originSeconds: number): AudioInfo {
  const { codecpar } = stream;
  const timeBase = toNumber(toRational(stream.timeBase));
  const start = stream.startTime === ff.AV_NOPTS_VALUE ? originSeconds : Number(stream.startTime) * timeBase;
  const duration = stream.duration === ff.AV_NOPTS_VALUE ? 0 : Number(stream.duration) * timeBase;
  return {
    streamIndex: stream.index,
    codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown',
    sampleRate: codecpar.sampleRate,
    channels: codecpar.channels,
    channelLayout: av.avChannelLayoutDescribe(codecpar.channelLayout) ?? `${codecpar.channels} channels`,
    language: stream.metadata?.get('language') ?? null,
    startSeconds: start - originSeconds,
    durationSeconds: Math.max(0, duration),
  };
}

async function describeVideo(
  input: InputLocation,
  stream: av.Stream,
  signal: AbortSignal | undefined,
): Promise<{ video: VideoInfo; track: VideoTrack; warnings: MediaWarning[] }> {
  const found = await buildTrackIndex(input, stream.index, signal);
  throwIfCancelled(signal);
  const first = await readFirstFrame(input, stream.index);
  const index = fromFirstDecodable(found, first.tick);
  const { format } = first;
  const claims = [toRational(stream.avgFrameRate), toRational(stream.rFrameRate)];
  const streamTimeBase = toRational(stream.timeBase);
  const counted = index.byCount ? (claims.find((rate) => rate.num > 0) ?? rational(25)) : null;
  // Frames without times are laid out at the claimed rate: one tick of the index is one frame.
  const timeBase = counted ? rational(counted.den, counted.num) : streamTimeBase;
  const { rate, variable } = counted
    ? { rate: counted, variable: false }
    : findRate(index.ticks, index.endTick, timeBase, claims);
  const track: VideoTrack = { index, format, timeBase };
  const aspect = toRational(
    stream.sampleAspectRatio.num > 0 ? stream.sampleAspectRatio : stream.codecpar.sampleAspectRatio,
  );
  const upright =
    format.orientation.rotation === 90 || format.orientation.rotation === 270
      ? { num: aspect.den, den: aspect.num }
      : aspect;
  const video: VideoInfo = {
    streamIndex: stream.index,
    codec: av.avGetCodecName(stream.codecpar.codecId) ?? 'unknown',
    pixelFormat: format.pixelFormat,
    layout: format.layout,
    colour: format.colour,
    width: format.width,
    height: format.height,
    codedWidth: format.codedWidth,
    codedHeight: format.codedHeight,
    rotation: format.orientation.rotation,
    mirrored: format.orientation.mirrored,
    rate,
    variableRate: variable,
    frameCount: index.ticks.length,
    frameCountExact: !index.breaksOff,
    fieldOrder: first.fieldOrder,
    interlaced: first.fieldOrder !== 'progressive',
    sampleAspect: aspect.num > 0 ? upright : rational(1),
    timecode: null,
    frameBytes: bytesPerFrame(format),
  };
  return { video, track, warnings: videoWarnings(input.path, video, track, first.unusualMatrix) };
}

function findVideo(context: av.FormatContext): av.Stream | null {
  const best = context.findBestStream(ff.AVMEDIA_TYPE_VIDEO);
  const stream = best >= 0 ? context.streams[best] : undefined;
  // Cover art of a sound file is no video.
  return stream && !stream.hasDisposition(ff.AV_DISPOSITION_ATTACHED_PIC) ? stream : null;
}

async function analyse(input: InputLocation, signal: AbortSignal | undefined): Promise<AnalysedMedia> {
  await using context = await openInput(input);
  const stream = findVideo(context);
  const described = stream ? await describeVideo(input, stream, signal) : null;
  const sound = context.streams.filter((other) => other.codecpar.codecType === ff.AVMEDIA_TYPE_AUDIO);
  if (!described && sound.length === 0)
    throw new RetakeError('not-media', `${input.path} has neither video nor sound.`, { path: input.path });
  const { track } = described ?? { track: null };
  const soundStarts = sound.map((other) =>
    other.startTime === ff.AV_NOPTS_VALUE ? 0 : Number(other.startTime) * toNumber(toRational(other.timeBase)),
  );
  const origin = track
    ? track.index.byCount
      ? 0
      : track.index.ticks[0]! * toNumber(track.timeBase)
    : Math.min(...soundStarts);
  const audio = sound.map((other) => audioInfo(other, origin));
  const videoSeconds = track ? (track.index.endTick - track.index.ticks[0]!) * toNumber(track.timeBase) : 0;
  const container = (context.iformat?.name ?? 'unknown').split(',')[0]!;
  const tags = { ...tagsOf(stream?.metadata ?? null, container), ...tagsOf(context.metadata, container) };
  const timecode =
    tags['timecode'] ??
    context.streams.map((other) => tagsOf(other.metadata, container)['timecode']).find((text) => text !== undefined) ??
    null;
  return {
    input,
    track,
    originSeconds: origin,
    info: {
      path: input.path,
      container,
      bytes: input.bytes,
      durationSeconds: Math.max(videoSeconds, ...audio.map((each) => each.startSeconds + each.durationSeconds), 0),
      video: described ? { ...described.video, timecode } : null,
      audio,
      tags,
      warnings: described?.warnings ?? [],
    },
  };
}

/** Analyses of the last files, by path, size and time of change: opening a clip again costs nothing. */
const cache = new Map<string, AnalysedMedia>();
const CACHED_FILES = 32;

/** {@link probeMedia} with what reading needs beside. */
export async function analyseMedia(path: string, options: ProbeOptions = {}): Promise<AnalysedMedia> {
  throwIfCancelled(options.signal);
  const input = await locateInput(path, options.imageSequenceRate);
  const known = cache.get(input.identity);
  if (known) return known;
  const analysed = await analyse(input, options.signal);
  cache.set(input.identity, analysed);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED_FILES) break;
    cache.delete(oldest);
  }
  return analysed;
}

/**
 * Describes a media file: container, tracks, exact frame count (all packets are read once, nothing but the first frame
 * is decoded as long as timestamps are sound), and warnings. Throws `file-not-found`, `file-unreadable`, `not-media`,
 * `media-damaged`, `media-unsupported`, `cancelled`.
 */
export async function probeMedia(path: string, options: ProbeOptions = {}): Promise<MediaInfo> {
  return (await analyseMedia(path, options)).info;
}
