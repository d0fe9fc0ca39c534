import type {
  AVChromaLocation,
  AVColorPrimaries,
  AVColorRange,
  AVColorSpace,
  AVColorTransferCharacteristic,
} from 'node-av/constants';
import type { PictureColour, PictureLayout } from '../../core/picture.ts';
import { ff } from './native.ts';

const TRANSFERS: readonly (readonly [AVColorTransferCharacteristic, string])[] = [
  [ff.AVCOL_TRC_BT709, 'bt709'],
  [ff.AVCOL_TRC_GAMMA22, 'bt470m'],
  [ff.AVCOL_TRC_GAMMA28, 'bt470bg'],
  [ff.AVCOL_TRC_SMPTE170M, 'smpte170m'],
  [ff.AVCOL_TRC_SMPTE240M, 'smpte240m'],
  [ff.AVCOL_TRC_LINEAR, 'linear'],
  [ff.AVCOL_TRC_LOG, 'log100'],
  [ff.AVCOL_TRC_LOG_SQRT, 'log316'],
  [ff.AVCOL_TRC_IEC61966_2_4, 'iec61966-2-4'],
  [ff.AVCOL_TRC_BT1361_ECG, 'bt1361e'],
  [ff.AVCOL_TRC_IEC61966_2_1, 'iec61966-2-1'],
  [ff.AVCOL_TRC_BT2020_10, 'bt2020-10'],
  [ff.AVCOL_TRC_BT2020_12, 'bt2020-12'],
  [ff.AVCOL_TRC_SMPTE2084, 'smpte2084'],
  [ff.AVCOL_TRC_SMPTE428, 'smpte428'],
  [ff.AVCOL_TRC_ARIB_STD_B67, 'arib-std-b67'],
];

const PRIMARIES: readonly (readonly [AVColorPrimaries, string])[] = [
  [ff.AVCOL_PRI_BT709, 'bt709'],
  [ff.AVCOL_PRI_BT470M, 'bt470m'],
  [ff.AVCOL_PRI_BT470BG, 'bt470bg'],
  [ff.AVCOL_PRI_SMPTE170M, 'smpte170m'],
  [ff.AVCOL_PRI_SMPTE240M, 'smpte240m'],
  [ff.AVCOL_PRI_FILM, 'film'],
  [ff.AVCOL_PRI_BT2020, 'bt2020'],
  [ff.AVCOL_PRI_SMPTE428, 'smpte428'],
  [ff.AVCOL_PRI_SMPTE431, 'smpte431'],
  [ff.AVCOL_PRI_SMPTE432, 'smpte432'],
  [ff.AVCOL_PRI_EBU3213, 'ebu3213'],
];

const CHROMA_LOCATIONS: readonly (readonly [AVChromaLocation, string])[] = [
  [ff.AVCHROMA_LOC_LEFT, 'left'],
  [ff.AVCHROMA_LOC_CENTER, 'center'],
  [ff.AVCHROMA_LOC_TOPLEFT, 'topleft'],
  [ff.AVCHROMA_LOC_TOP, 'top'],
  [ff.AVCHROMA_LOC_BOTTOMLEFT, 'bottomleft'],
  [ff.AVCHROMA_LOC_BOTTOM, 'bottom'],
];

const MATRICES: readonly (readonly [AVColorSpace, PictureColour['matrix']])[] = [
  [ff.AVCOL_SPC_RGB, 'rgb'],
  [ff.AVCOL_SPC_BT709, 'bt709'],
  [ff.AVCOL_SPC_BT470BG, 'bt601'],
  [ff.AVCOL_SPC_SMPTE170M, 'bt601'],
  [ff.AVCOL_SPC_FCC, 'bt601'], // coefficients differ from BT.601 by less than 0.003
  [ff.AVCOL_SPC_SMPTE240M, 'bt709'], // by less than 0.015
  [ff.AVCOL_SPC_BT2020_NCL, 'bt2020'],
  [ff.AVCOL_SPC_BT2020_CL, 'bt2020'],
];

/** The colour fields that an AVFrame and an AVCodecContext share. */
export interface AvColour {
  colorRange: AVColorRange;
  colorSpace: AVColorSpace;
  colorTrc: AVColorTransferCharacteristic;
  colorPrimaries: AVColorPrimaries;
  chromaLocation: AVChromaLocation;
}

function find<Key, Value>(table: readonly (readonly [Key, Value])[], key: Key): Value | undefined {
  return table.find(([entry]) => entry === key)?.[1];
}

function findKey<Key, Value>(table: readonly (readonly [Key, Value])[], value: Value, otherwise: Key): Key {
  return table.find(([, entry]) => entry === value)?.[0] ?? otherwise;
}

/**
 * Colour of a decoded frame, resolved as players do when untagged: RGB and `yuvj` are full range, other YUV limited; the
 * matrix of untagged YUV is BT.709 from 720 lines (or 1280 columns) on, else BT.601.
 */
export function colourFromAv(
  av: AvColour,
  layout: PictureLayout,
  pixelFormat: string,
  width: number,
  height: number,
): PictureColour {
  const full = av.colorRange === ff.AVCOL_RANGE_JPEG;
  const limited = av.colorRange === ff.AVCOL_RANGE_MPEG;
  const rgbLike =
    layout.family === 'rgb' ||
    pixelFormat.startsWith('yuvj') ||
    pixelFormat.startsWith('mono') ||
    pixelFormat.startsWith('gray') ||
    pixelFormat.startsWith('ya');
  const untagged = height >= 720 || width >= 1280 ? 'bt709' : 'bt601';
  const tagged = find(MATRICES, av.colorSpace);
  return {
    range: full || (!limited && rgbLike) ? 'full' : 'limited',
    matrix: layout.family === 'rgb' ? 'rgb' : tagged === undefined || tagged === 'rgb' ? untagged : tagged,
    transfer: find(TRANSFERS, av.colorTrc) ?? 'unknown',
    primaries: find(PRIMARIES, av.colorPrimaries) ?? 'unknown',
    chromaLocation: find(CHROMA_LOCATIONS, av.chromaLocation) ?? 'unknown',
  };
}

/** True when the tagged matrix is none that Retake converts with (YCgCo, ICtCp, ...). */
export function isUnusualMatrix(space: AVColorSpace): boolean {
  return space !== ff.AVCOL_SPC_UNSPECIFIED && space !== ff.AVCOL_SPC_RESERVED && find(MATRICES, space) === undefined;
}

/** Writes a picture's colour onto a frame or encoder. */
export function colourToAv(colour: PictureColour, target: AvColour): void {
  target.colorRange = colour.range === 'full' ? ff.AVCOL_RANGE_JPEG : ff.AVCOL_RANGE_MPEG;
  target.colorTrc = findKey(TRANSFERS, colour.transfer, ff.AVCOL_TRC_UNSPECIFIED);
  target.colorPrimaries = findKey(PRIMARIES, colour.primaries, ff.AVCOL_PRI_UNSPECIFIED);
  target.chromaLocation = findKey(CHROMA_LOCATIONS, colour.chromaLocation, ff.AVCHROMA_LOC_UNSPECIFIED);
  const spaces = { rgb: ff.AVCOL_SPC_RGB, bt709: ff.AVCOL_SPC_BT709, bt2020: ff.AVCOL_SPC_BT2020_NCL } as const;
  // The two BT.601 tags have the same coefficients; the primaries tell which country's was meant.
  const bt601 = colour.primaries === 'bt470bg' ? ff.AVCOL_SPC_BT470BG : ff.AVCOL_SPC_SMPTE170M;
  target.colorSpace = colour.matrix === 'bt601' ? bt601 : spaces[colour.matrix];
}
