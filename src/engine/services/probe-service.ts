import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { fingerprintMedia, probeMedia } from '../media/index.ts';
import { requireInput } from './paths.ts';
import { readClaim } from './provenance-tag.ts';
import { formatRate } from './rates.ts';

/** Says what a media file is. Throws what {@link probeMedia} throws. Files without video pass: `video` is then null. */
export async function probe(path: string, context: ServiceContext = {}): Promise<Result<'probe'>> {
  const clip = await requireInput(path, 'clip', true);
  const options = context.signal ? { signal: context.signal } : {};
  const info = await probeMedia(clip, options);
  const { video } = info;
  return {
    command: 'probe',
    path: clip,
    container: info.container,
    bytes: info.bytes,
    seconds: info.durationSeconds,
    fingerprint: await fingerprintMedia(clip),
    video: video && {
      width: video.width,
      height: video.height,
      rate: formatRate(video.rate),
      variableRate: video.variableRate,
      frames: video.frameCount,
      framesExact: video.frameCountExact,
      timecode: video.timecode,
      codec: video.codec,
      pixelFormat: video.pixelFormat,
      bitDepth: video.layout.bitDepth,
      alpha: video.layout.alpha,
      range: video.colour.range,
      matrix: video.colour.matrix,
      rotation: video.rotation,
      interlaced: video.interlaced,
    },
    audio: info.audio.map(({ codec, sampleRate, channels, channelLayout }) => ({
      codec,
      sampleRate,
      channels,
      layout: channelLayout,
    })),
    edited: readClaim(info.tags) !== null,
    notes: info.warnings.map((warning) => warning.message),
  };
}
