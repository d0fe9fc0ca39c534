import type { AVPixelFormat } from 'node-av/constants';
import { RetakeError } from '../../core/errors.ts';
import type { PictureLayout } from '../../core/picture.ts';
import { av } from './native.ts';

/** An FFmpeg pixel format whose planes are those of a PictureLayout, in FFmpeg's order of planes. */
export interface PlanarFormat {
  readonly name: string;
  readonly id: AVPixelFormat;
  readonly layout: PictureLayout;
  /** planeOrder[p] = index in Picture.planes of FFmpeg's plane p (FFmpeg stores G B R). */
  readonly planeOrder: readonly number[];
}

const DEPTHS = [8, 10, 12, 16] as const;
const SUBSAMPLINGS = [
  ['420', 1, 1],
  ['422', 1, 0],
  ['444', 0, 0],
  ['440', 0, 1],
] as const;

function planarFormats(): PlanarFormat[] {
  const formats: PlanarFormat[] = [];
  const add = (name: string, layout: PictureLayout, planeOrder: readonly number[]): void => {
    const id = av.avGetPixFmtFromName(name);
    if (id >= 0) formats.push({ name, id, layout, planeOrder });
  };
  for (const bitDepth of DEPTHS) {
    const suffix = bitDepth === 8 ? '' : `${bitDepth}le`;
    const full = { chromaShiftX: 0, chromaShiftY: 0 } as const;
    for (const [sampling, chromaShiftX, chromaShiftY] of SUBSAMPLINGS) {
      const yuv = { family: 'yuv', bitDepth, chromaShiftX, chromaShiftY } as const;
      add(`yuv${sampling}p${suffix}`, { ...yuv, alpha: false }, [0, 1, 2]);
      add(`yuva${sampling}p${suffix}`, { ...yuv, alpha: true }, [0, 1, 2, 3]);
    }
    add(`gbrp${suffix}`, { family: 'rgb', bitDepth, ...full, alpha: false }, [1, 2, 0]);
    add(`gbrap${suffix}`, { family: 'rgb', bitDepth, ...full, alpha: true }, [1, 2, 0, 3]);
    add(bitDepth === 8 ? 'gray' : `gray${suffix}`, { family: 'gray', bitDepth, ...full, alpha: false }, [0]);
  }
  return formats;
}

const FORMATS = planarFormats();
const byName = new Map(FORMATS.map((format) => [format.name, format]));

/** Pixel formats that hold the same samples in another order or padding: source -> the planar format that carries them. */
const REPACKED: Readonly<Record<string, string>> = {
  yuvj420p: 'yuv420p',
  yuvj422p: 'yuv422p',
  yuvj444p: 'yuv444p',
  yuvj440p: 'yuv440p',
  nv12: 'yuv420p',
  nv21: 'yuv420p',
  nv16: 'yuv422p',
  nv24: 'yuv444p',
  nv42: 'yuv444p',
  p010le: 'yuv420p10le',
  p012le: 'yuv420p12le',
  p016le: 'yuv420p16le',
  p210le: 'yuv422p10le',
  p212le: 'yuv422p12le',
  p216le: 'yuv422p16le',
  p410le: 'yuv444p10le',
  p412le: 'yuv444p12le',
  p416le: 'yuv444p16le',
  yuyv422: 'yuv422p',
  uyvy422: 'yuv422p',
  yvyu422: 'yuv422p',
  y210le: 'yuv422p10le',
  y212le: 'yuv422p12le',
  xv30le: 'yuv444p10le',
  xv36le: 'yuv444p12le',
  vuyx: 'yuv444p',
  vuya: 'yuva444p',
  ayuv: 'yuva444p',
  uyva: 'yuva444p',
  ayuv64le: 'yuva444p16le',
  rgb24: 'gbrp',
  bgr24: 'gbrp',
  rgb0: 'gbrp',
  bgr0: 'gbrp',
  '0rgb': 'gbrp',
  '0bgr': 'gbrp',
  rgba: 'gbrap',
  bgra: 'gbrap',
  argb: 'gbrap',
  abgr: 'gbrap',
  pal8: 'gbrap',
  rgb48le: 'gbrp16le',
  rgb48be: 'gbrp16le',
  bgr48le: 'gbrp16le',
  rgba64le: 'gbrap16le',
  rgba64be: 'gbrap16le',
  bgra64le: 'gbrap16le',
  x2rgb10le: 'gbrp10le',
  x2bgr10le: 'gbrp10le',
  gbrp16be: 'gbrp16le',
  gbrp10be: 'gbrp10le',
  gbrp12be: 'gbrp12le',
  gray16be: 'gray16le',
  gray10be: 'gray10le',
  gray12be: 'gray12le',
  monow: 'gray',
  monob: 'gray',
  yuv420p10be: 'yuv420p10le',
  yuv422p10be: 'yuv422p10le',
  yuv444p10be: 'yuv444p10le',
  yuv422p16be: 'yuv422p16le',
  yuv444p16be: 'yuv444p16le',
  // Deeper than a Picture layout by name, widened to the next one: nothing is lost.
  yuv420p9le: 'yuv420p10le',
  yuv422p9le: 'yuv422p10le',
  yuv444p9le: 'yuv444p10le',
  yuv420p14le: 'yuv420p16le',
  yuv422p14le: 'yuv422p16le',
  yuv444p14le: 'yuv444p16le',
  yuv440p10le: 'yuv440p10le',
  gbrp9le: 'gbrp10le',
  gbrp14le: 'gbrp16le',
  gray9le: 'gray10le',
  gray14le: 'gray16le',
  rgb565le: 'gbrp',
  rgb555le: 'gbrp',
  rgb444le: 'gbrp',
  bgr565le: 'gbrp',
  bgr555le: 'gbrp',
  rgb8: 'gbrp',
  bgr8: 'gbrp',
  // Chroma coarser than any layout is interpolated.
  yuv411p: 'yuv444p',
  yuvj411p: 'yuv444p',
  uyyvyy411: 'yuv444p',
  yuv410p: 'yuv444p',
  // Floating point becomes 16 bit, held to 0..1.
  gbrpf32le: 'gbrp16le',
  gbrapf32le: 'gbrap16le',
  gbrpf16le: 'gbrp16le',
  gbrapf16le: 'gbrap16le',
  rgbf32le: 'gbrp16le',
  grayf32le: 'gray16le',
  grayf16le: 'gray16le',
};

/** Formats whose conversion to a layout is not exact. */
const INEXACT = /^(yuvj?411p|uyyvyy411|yuv410p|.*f(16|32)le)$/;
/** Same planes as the target; only the name says full range. */
const SAME_PLANES = /^yuvj(420|422|444|440)p$/;

/** How a decoder's pixel format is carried: the planar format, and whether samples are copied or converted into it. */
export interface CarriedFormat {
  readonly planar: PlanarFormat;
  readonly conversion: 'none' | 'repack' | 'inexact';
}

/** FFmpeg's name of a pixel format. */
export function pixelFormatName(id: AVPixelFormat): string {
  return av.avGetPixFmtName(id) ?? `unknown-${id}`;
}

/** How frames of FFmpeg's pixel format `name` become Pictures. Throws `media-unsupported` for one that cannot. */
export function carriedFormat(name: string, path: string): CarriedFormat {
  const direct = byName.get(name);
  if (direct) return { planar: direct, conversion: 'none' };
  const target = REPACKED[name];
  const planar = target === undefined ? undefined : byName.get(target);
  if (!planar)
    throw new RetakeError(
      'media-unsupported',
      `${path} has pixels of the kind "${name}", which Retake cannot carry. Convert it to ProRes or FFV1 first.`,
      { path, pixelFormat: name },
    );
  return { planar, conversion: SAME_PLANES.test(name) ? 'none' : INEXACT.test(name) ? 'inexact' : 'repack' };
}

/** The planar FFmpeg format of a layout, if FFmpeg has one (it lacks gray with alpha and 4:2:0 12-bit with alpha). */
export function planarFormatOf(layout: PictureLayout): PlanarFormat | undefined {
  return FORMATS.find(
    ({ layout: own }) =>
      own.family === layout.family &&
      own.bitDepth === layout.bitDepth &&
      own.alpha === layout.alpha &&
      (own.family !== 'yuv' || (own.chromaShiftX === layout.chromaShiftX && own.chromaShiftY === layout.chromaShiftY)),
  );
}

/** The planar FFmpeg format of a name, e.g. `yuv422p10le`. */
export function planarFormatNamed(name: string): PlanarFormat {
  const format = byName.get(name);
  if (!format) throw new RetakeError('internal', `This FFmpeg does not know the pixel format ${name}.`);
  return format;
}

/** All layouts with a planar FFmpeg format. */
export function allLayouts(): readonly PictureLayout[] {
  return FORMATS.map((format) => format.layout);
}
