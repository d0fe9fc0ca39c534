export { type AudioSamples, type ReadAudioOptions, readAudio } from './audio-read.ts';
export { type MediaCapabilities, mediaCapabilities, type PresetCapability } from './capabilities.ts';
export { type ExrChannel, type ExrImage, encodeExr, readExr, writeExr } from './exr.ts';
export { fingerprintMedia } from './fingerprint.ts';
export { type JoinOptions, type JoinReport, joinSegments } from './join-segments.ts';
export { JpegEncoder } from './jpeg.ts';
export { PartialOutput } from './partial-output.ts';
export { blackPicture, type PictureKind, PictureScaler, sameKind } from './picture-scaler.ts';
export { MEDIA_PRESETS, type Preset, presetOf } from './presets.ts';
export { type ProbeOptions, probeMedia } from './probe.ts';
export { encodePng, readImage, writeImage } from './still-image.ts';
export type {
  AudioInfo,
  FieldOrder,
  FrameTimestamps,
  MediaInfo,
  MediaWarning,
  VideoFrame,
  VideoInfo,
  VideoMediaInfo,
  VideoSource,
} from './types.ts';
export { type OpenVideoOptions, openVideo } from './video-source.ts';
export { createVideoWriter } from './video-writer.ts';
export type { AudioReport, AudioRequest, VideoWriter, VideoWriterOptions, WriteReport } from './writer-types.ts';
