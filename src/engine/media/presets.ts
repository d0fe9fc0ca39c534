import type { FFEncoderCodec } from 'node-av/constants';
import { PRESETS, type PresetId, type PresetSummary } from '../../contract/presets.ts';
import type { PictureLayout } from '../../core/picture.ts';
import { ff } from './native.ts';

/** How a video file preset is made: container, encoder and its settings. */
export interface FilePreset {
  readonly id: PresetId;
  readonly kind: 'file';
  readonly summary: PresetSummary;
  /** FFmpeg's muxer and its options. */
  readonly muxer: 'mp4' | 'mov' | 'matroska';
  readonly muxerOptions: Readonly<Record<string, string>>;
  readonly encoder: FFEncoderCodec;
  /** Encoders on graphics hardware that may stand in for `encoder` when asked for, best first. */
  readonly hardware: readonly FFEncoderCodec[];
  /** Encoder options for pictures encoded as FFmpeg's pixel format `format`, with times of their own or at a rate. */
  readonly options: (format: string, variableRate: boolean) => Readonly<Record<string, string>>;
  /** Options to try in place of these where the encoder refuses them. */
  readonly alternatives?: readonly Readonly<Record<string, string>>[];
  /** FFmpeg codec tag, where players insist on one. */
  readonly tag?: string;
  /** FFmpeg's planar pixel format in which a layout is encoded. Another than the layout's own means a conversion. */
  readonly pixelFormat: (layout: PictureLayout, width: number, height: number) => string;
  /** Encoder of sound that cannot be copied. */
  readonly audioEncoder: 'aac' | 'pcm_s24le' | 'flac';
  /** Sound codecs that the container takes as they are. */
  readonly copiesAudio: (codec: string) => boolean;
}

/** How an image sequence preset is made: one file per frame in a folder. */
export interface SequencePreset {
  readonly id: PresetId;
  readonly kind: 'sequence';
  readonly summary: PresetSummary;
  readonly image: 'png' | 'exr';
}

/** One of the output formats. */
export type Preset = FilePreset | SequencePreset;

const depthSuffix = (depth: number): string => (depth === 8 ? '' : `${depth}le`);
const sampling = (layout: PictureLayout): '420' | '422' | '444' => {
  if (layout.chromaShiftX === 1) return layout.chromaShiftY === 1 ? '420' : '422';
  return layout.family === 'yuv' && layout.chromaShiftY === 0 ? '444' : layout.family === 'yuv' ? '444' : '420';
};

/** H.264 and H.265: the layout's own sampling and depth up to `maxDepth`; 4:2:0 for RGB and grey, 4:4:4 for odd sizes. */
function yuvFormat(layout: PictureLayout, width: number, height: number, maxDepth: 10 | 12): string {
  const depth = layout.bitDepth > maxDepth ? maxDepth : layout.bitDepth;
  const wanted = sampling(layout);
  const oddX = width % 2 !== 0 && wanted !== '444';
  const oddY = height % 2 !== 0 && wanted === '420';
  return `yuv${oddX || oddY ? '444' : wanted}p${depthSuffix(depth)}`;
}

const MP4_AUDIO = new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac', 'flac', 'opus']);
const MOV_AUDIO = new Set([
  'aac',
  'mp3',
  'ac3',
  'eac3',
  'alac',
  'pcm_s16le',
  'pcm_s16be',
  'pcm_s24le',
  'pcm_s24be',
  'pcm_s32le',
  'pcm_f32le',
]);
const MP4_OPTIONS = { movflags: '+use_metadata_tags+faststart+negative_cts_offsets' };

/**
 * What x264's quickest preset leaves out and is cheap for what it does. Against `veryfast` at the same factor, measured on
 * 1080p and 512 pixel clips: half its processor time, the same SSIM (0.997 and 0.990), files a quarter to two and a half
 * times larger, as no look ahead saves bits where the picture rests. By the system's ffmpeg, 40 frames of a calm portrait of
 * 1080x1920 at factor 16: SSIM 0.9967 against 0.9960, PSNR 50.1 against 49.3 dB, 35 against 14 kB a frame.
 */
const QUICK_H264 = 'cabac=1:deblock=0,0:bframes=3:b-adapt=0:aq-mode=1:analyse=i4x4,i8x8:8x8dct=1';

/**
 * MP4 keeps only the time from one packet to the next, in the order of decoding: where frames are of unequal length and
 * out of order, the length of the last one cannot be read back.
 */
const IN_ORDER = ':bframes=0';

const FILE_PRESETS: readonly FilePreset[] = [
  {
    id: 'h264',
    kind: 'file',
    summary: PRESETS.h264,
    muxer: 'mp4',
    muxerOptions: MP4_OPTIONS,
    encoder: ff.FF_ENCODER_LIBX264,
    hardware: [
      ff.FF_ENCODER_H264_NVENC,
      ff.FF_ENCODER_H264_VIDEOTOOLBOX,
      ff.FF_ENCODER_H264_QSV,
      ff.FF_ENCODER_H264_AMF,
    ],
    options: (_, variableRate) => ({
      preset: 'ultrafast',
      crf: '16',
      'x264-params': `${QUICK_H264}${variableRate ? IN_ORDER : ''}`,
    }),
    pixelFormat: (layout, width, height) => yuvFormat(layout, width, height, 10),
    audioEncoder: 'aac',
    copiesAudio: (codec) => MP4_AUDIO.has(codec),
  },
  {
    id: 'h265',
    kind: 'file',
    summary: PRESETS.h265,
    muxer: 'mp4',
    muxerOptions: MP4_OPTIONS,
    encoder: ff.FF_ENCODER_LIBX265,
    hardware: [
      ff.FF_ENCODER_HEVC_NVENC,
      ff.FF_ENCODER_HEVC_VIDEOTOOLBOX,
      ff.FF_ENCODER_HEVC_QSV,
      ff.FF_ENCODER_HEVC_AMF,
    ],
    options: (_, variableRate) => ({
      preset: 'fast',
      crf: '18',
      'x265-params': `log-level=none${variableRate ? IN_ORDER : ''}`,
    }),
    tag: 'hvc1', // Apple's players want this one
    pixelFormat: (layout, width, height) => yuvFormat(layout, width, height, 12),
    audioEncoder: 'aac',
    copiesAudio: (codec) => MP4_AUDIO.has(codec),
  },
  {
    id: 'prores422hq',
    kind: 'file',
    summary: PRESETS.prores422hq,
    muxer: 'mov',
    muxerOptions: { movflags: '+use_metadata_tags+negative_cts_offsets' },
    encoder: ff.FF_ENCODER_PRORES_KS,
    hardware: [],
    // Profile 3 is 422 HQ, 4 is 4444, which alone carries transparency.
    options: (format) => ({
      profile: format.startsWith('yuva') ? '4' : '3',
      vendor: 'apl0',
      ...(format.startsWith('yuva') ? { alpha_bits: '16' } : {}),
    }),
    pixelFormat: (layout) => (layout.alpha ? 'yuva444p10le' : 'yuv422p10le'),
    audioEncoder: 'pcm_s24le',
    copiesAudio: (codec) => MOV_AUDIO.has(codec),
  },
  {
    id: 'dnxhr',
    kind: 'file',
    summary: PRESETS.dnxhr,
    muxer: 'mov',
    muxerOptions: { movflags: '+use_metadata_tags+negative_cts_offsets' },
    encoder: ff.FF_ENCODER_DNXHD,
    hardware: [],
    options: (format) => ({ profile: format === 'yuv422p' ? 'dnxhr_hq' : 'dnxhr_hqx' }),
    pixelFormat: (layout) => (layout.bitDepth === 8 ? 'yuv422p' : 'yuv422p10le'),
    audioEncoder: 'pcm_s24le',
    copiesAudio: (codec) => MOV_AUDIO.has(codec),
  },
  {
    id: 'ffv1',
    kind: 'file',
    summary: PRESETS.ffv1,
    muxer: 'matroska',
    muxerOptions: {},
    encoder: ff.FF_ENCODER_FFV1,
    hardware: [],
    options: () => ({ level: '3', slicecrc: '1', slices: '4', g: '1' }),
    // Odd sizes with subsampled chroma allow only some numbers of slices.
    alternatives: [{ slices: '1' }, { slices: '6' }, { slices: '9' }, { slices: '12' }, { slices: '24' }],
    pixelFormat: (layout) => losslessFormat(layout),
    audioEncoder: 'flac',
    copiesAudio: () => true,
  },
];

/** The layout's own planar format, or the nearest roomier one that FFV1 codes. */
function losslessFormat(layout: PictureLayout): string {
  const { family, bitDepth, alpha } = layout;
  const suffix = depthSuffix(bitDepth);
  if (family === 'gray') return alpha ? `gbrap${suffix}` : bitDepth === 8 ? 'gray' : `gray${bitDepth}le`;
  if (family === 'rgb') return `gbr${alpha ? 'a' : ''}p${suffix}`;
  const both = layout.chromaShiftX === 0 && layout.chromaShiftY === 1 ? '440' : sampling(layout);
  return `yuv${alpha ? 'a' : ''}${both}p${suffix}`;
}

const SEQUENCE_PRESETS: readonly SequencePreset[] = [
  { id: 'png-sequence', kind: 'sequence', summary: PRESETS['png-sequence'], image: 'png' },
  { id: 'exr-sequence', kind: 'sequence', summary: PRESETS['exr-sequence'], image: 'exr' },
];

/** All presets in the order of the contract. */
export const MEDIA_PRESETS: readonly Preset[] = [...FILE_PRESETS, ...SEQUENCE_PRESETS];

/** The preset of an id. */
export function presetOf(id: PresetId): Preset {
  return MEDIA_PRESETS.find((preset) => preset.id === id)!;
}
