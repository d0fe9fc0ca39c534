import type { AVPixelFormat } from 'node-av/constants';
import { RetakeError } from '../../core/errors.ts';
import { colourToAv } from './colour.ts';
import { encoderFault, hardwareOptions } from './hardware-encoder.ts';
import { av, ff } from './native.ts';
import { PictureLoader } from './picture-to-frame.ts';
import { pixelFormatName } from './pixel-formats.ts';
import type { FilePreset } from './presets.ts';
import type { VideoWriterOptions } from './writer-types.ts';

/** An encoder ready for frames, and what fills them. */
export interface OpenEncoder {
  readonly codec: av.CodecContext;
  readonly loader: PictureLoader;
  readonly name: string;
  readonly hardware: boolean;
  readonly format: AVPixelFormat;
}

/** ProRes and DNxHR carry limited range only. */
const LIMITED_ONLY = new Set(['prores422hq', 'dnxhr']);

/** FFV1 stores 8-bit RGB in packed formats. */
function codedFormat(codec: av.Codec, wanted: string): AVPixelFormat {
  const known = codec.pixelFormats;
  const packed: Readonly<Record<string, string>> = {
    gbrp: 'bgr0',
    gbrap: 'bgra',
    gray: 'yuv420p',
    yuv444p12le: 'yuv444p10le',
  };
  const id = av.avGetPixFmtFromName(wanted);
  if (!known || known.includes(id)) return id;
  const other = av.avGetPixFmtFromName(packed[wanted] ?? wanted);
  return known.includes(other) ? other : av.avcodecFindBestPixFmtOfList(known, id);
}

function timeBaseOf({ timestamps, rate }: VideoWriterOptions): { num: number; den: number } {
  return timestamps ? timestamps.timeBase : { num: rate.den, den: rate.num };
}

async function openEncoder(
  name: string,
  hardware: boolean,
  preset: FilePreset,
  options: VideoWriterOptions,
  change: Readonly<Record<string, string>>,
): Promise<OpenEncoder | string> {
  const definition = av.Codec.findEncoderByName(name as never);
  if (!definition) return `FFmpeg here has no encoder ${name}`;
  const { width, height, layout, rate } = options;
  const format = codedFormat(definition, preset.pixelFormat(layout, width, height));
  const loader = new PictureLoader(width, height, layout, options.colour, format, LIMITED_ONLY.has(preset.id));
  const codec = new av.CodecContext();
  codec.allocContext3(definition);
  codec.width = width;
  codec.height = height;
  codec.pixelFormat = format;
  const { num, den } = timeBaseOf(options);
  codec.timeBase = new av.Rational(num, den);
  codec.framerate = new av.Rational(rate.num, rate.den);
  codec.threadCount = 0; // as many as there are cores
  if (options.sampleAspect)
    codec.sampleAspectRatio = new av.Rational(options.sampleAspect.num, options.sampleAspect.den);
  colourToAv(loader.colour, codec);
  if (preset.tag) codec.codecTag = preset.tag;
  if (preset.muxer !== 'matroska' || preset.encoder !== 'ffv1') codec.setFlags(ff.AV_CODEC_FLAG_GLOBAL_HEADER);
  codec.setFlags(ff.AV_CODEC_FLAG_FRAME_DURATION); // frames of a variable rate carry their own
  const interlaced = options.fieldOrder !== undefined && options.fieldOrder !== 'progressive';
  if (interlaced) codec.setFlags(ff.AV_CODEC_FLAG_INTERLACED_DCT, ff.AV_CODEC_FLAG_INTERLACED_ME);
  using settings = av.Dictionary.fromObject(
    hardware
      ? hardwareOptions(name)
      : { ...preset.options(pixelFormatName(format), options.timestamps !== undefined), ...change },
  );
  const opened = await codec.open2(definition, settings);
  if (opened >= 0) return { codec, loader, name, hardware, format };
  codec.freeContext();
  loader[Symbol.dispose]();
  return `${name}: ${av.FFmpegError.strerror(opened)}`;
}

/** Opens the first encoder of the preset that takes such pictures, hardware first when asked for. */
export async function firstEncoder(
  preset: FilePreset,
  options: VideoWriterOptions,
): Promise<{ encoder: OpenEncoder; notes: string[] }> {
  const notes: string[] = [];
  const names = [...(options.hardware ? preset.hardware : []), preset.encoder];
  for (const name of names) {
    const hardware = name !== preset.encoder;
    const fault = hardware ? await encoderFault(name) : null;
    if (fault !== null) {
      notes.push(fault);
      continue;
    }
    let refusal = '';
    for (const change of hardware ? [{}] : [{}, ...(preset.alternatives ?? [])]) {
      const opened = await openEncoder(name, hardware, preset, options, change);
      if (typeof opened !== 'string') return { encoder: opened, notes };
      refusal ||= opened;
    }
    notes.push(refusal);
  }
  throw new RetakeError(
    'media-unsupported',
    `Pictures of ${options.width}x${options.height} cannot be written with the preset ${preset.id} (${notes.join('; ')}). Choose another preset, such as ffv1.`,
    { preset: preset.id, width: options.width, height: options.height },
  );
}
