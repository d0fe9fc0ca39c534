import type { PresetId } from '../../contract/presets.ts';
import { av } from './native.ts';
import { MEDIA_PRESETS } from './presets.ts';

/** Whether an output preset can be written here, and with which encoders. */
export interface PresetCapability {
  readonly id: PresetId;
  readonly available: boolean;
  /** FFmpeg's name of the encoder. */
  readonly encoder: string;
  /** Encoders on graphics hardware that this FFmpeg knows; whether the machine has the hardware shows on use. */
  readonly hardware: readonly string[];
}

/** What this FFmpeg can do. */
export interface MediaCapabilities {
  readonly ffmpeg: string;
  /** `GPL` or `LGPL`, after how it was built. */
  readonly licence: string;
  readonly presets: readonly PresetCapability[];
  /** Kinds of hardware that this FFmpeg can decode and encode with, by its own names. */
  readonly hardware: readonly string[];
}

const exists = (encoder: string): boolean => av.Codec.findEncoderByName(encoder as never) !== null;

/** Lists versions, presets and hardware kinds. Opens nothing; takes a moment. */
export function mediaCapabilities(): MediaCapabilities {
  const info = av.getFFmpegInfo();
  const presets = MEDIA_PRESETS.map((preset): PresetCapability => {
    const encoder = preset.kind === 'file' ? preset.encoder : preset.image;
    const hardware = preset.kind === 'file' ? preset.hardware.filter(exists) : [];
    // EXR files are written by Retake itself.
    return { id: preset.id, available: encoder === 'exr' || exists(encoder), encoder, hardware };
  });
  return {
    ffmpeg: info.version,
    licence: info.configuration.includes('--enable-gpl') ? 'GPL' : 'LGPL',
    presets,
    hardware: hardwareKinds(),
  };
}

function hardwareKinds(): string[] {
  return av.HardwareDeviceContext.iterateTypes()
    .map((type) => av.HardwareDeviceContext.getTypeName(type))
    .filter((name) => name !== null);
}
