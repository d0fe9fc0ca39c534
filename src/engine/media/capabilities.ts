import type { PresetId } from '../../contract/presets.ts';
import { encoderFault } from './hardware-encoder.ts';
import { av, ff } from './native.ts';
import { MEDIA_PRESETS } from './presets.ts';

/** Whether a preset works here, and with which encoders. */
export interface PresetCapability {
  readonly id: PresetId;
  readonly available: boolean;
  /** FFmpeg's name of the software encoder. */
  readonly encoder: string;
  /** Hardware encoders that really encoded a few frames here. */
  readonly hardware: readonly string[];
  /** Why hardware encoders that FFmpeg knows do not work here. */
  readonly faults: readonly string[];
}

/** What this machine's FFmpeg can do. */
export interface MediaCapabilities {
  /** FFmpeg's version inside node-av. */
  readonly ffmpeg: string;
  readonly libraries: Readonly<Record<string, string>>;
  /** Licence that FFmpeg's configuration makes its binary fall under. */
  readonly licence: string;
  readonly configuration: string;
  readonly presets: readonly PresetCapability[];
  /** Graphics devices on which FFmpeg could open a context: `cuda`, `vaapi`, `videotoolbox`, ... */
  readonly devices: readonly string[];
  /** Decoders that FFmpeg lacks of those that clips commonly need. */
  readonly missingDecoders: readonly string[];
}

const COMMON_DECODERS = [
  'h264',
  'hevc',
  'av1',
  'vp9',
  'prores',
  'dnxhd',
  'mpeg2video',
  'mpeg4',
  'ffv1',
  'mjpeg',
  'png',
  'exr',
  'aac',
  'mp3',
  'ac3',
  'opus',
  'flac',
  'pcm_s16le',
];

function licenceOf(configuration: string): string {
  const version3 = configuration.includes('--enable-version3');
  if (configuration.includes('--enable-nonfree')) return 'not redistributable';
  if (configuration.includes('--enable-gpl')) return version3 ? 'GPL version 3 or later' : 'GPL version 2 or later';
  return version3 ? 'LGPL version 3 or later' : 'LGPL version 2.1 or later';
}

function openDevices(): string[] {
  return av.HardwareDeviceContext.iterateTypes().flatMap((type) => {
    using device = new av.HardwareDeviceContext();
    const opened = device.create(type, null, null);
    return opened >= 0 ? [String(av.HardwareDeviceContext.getTypeName(type))] : [];
  });
}

/** Finds out what FFmpeg can do here; hardware is tried out, not believed. Takes up to a few seconds. */
export async function mediaCapabilities(): Promise<MediaCapabilities> {
  const { version, configuration, libraries } = av.getFFmpegInfo();
  const presets: PresetCapability[] = [];
  for (const preset of MEDIA_PRESETS) {
    const encoder = preset.kind === 'file' ? preset.encoder : preset.image;
    const available = preset.id === 'exr-sequence' || av.Codec.findEncoderByName(encoder as never) !== null;
    const hardware: string[] = [];
    const faults: string[] = [];
    for (const name of preset.kind === 'file' ? preset.hardware : []) {
      const fault = await encoderFault(name);
      if (fault === null) hardware.push(name);
      else faults.push(fault);
    }
    presets.push({ id: preset.id, available, encoder, hardware, faults });
  }
  return {
    ffmpeg: version,
    libraries,
    licence: licenceOf(configuration),
    configuration,
    presets,
    devices: openDevices(),
    missingDecoders: COMMON_DECODERS.filter(
      (name) =>
        av.Codec.findDecoderByName(name as never) === null &&
        (name !== 'av1' || av.Codec.findDecoder(ff.AV_CODEC_ID_AV1) === null),
    ),
  };
}
