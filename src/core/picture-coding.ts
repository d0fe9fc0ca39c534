import { RetakeError } from './errors.ts';
import type { Picture, PictureColour, PictureLayout, Rect } from './picture.ts';

/** Luma weights of red and blue (ITU-R BT.601-7, BT.709-6, BT.2020-2 table 4). Green takes the rest. */
const LUMA_WEIGHTS = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
  rgb: [0.2126, 0.0722],
} as const satisfies Record<PictureColour['matrix'], readonly [number, number]>;

/** How sample codes of a picture relate to Y in 0..1 and Cb, Cr in -0.5..0.5, and those to R, G, B. */
export interface Coding {
  readonly lumaOffset: number;
  /** Codes per unit of Y (or of R, G, B). */
  readonly lumaScale: number;
  readonly chromaOffset: number;
  readonly chromaScale: number;
  readonly maximum: number;
  readonly kr: number;
  readonly kg: number;
  readonly kb: number;
  /** R = Y + redV Cr, G = Y + greenU Cb + greenV Cr, B = Y + blueU Cb. */
  readonly redV: number;
  readonly greenU: number;
  readonly greenV: number;
  readonly blueU: number;
}

/** The coding of a picture of this layout and colour. */
export function codingOf({ bitDepth }: PictureLayout, { range, matrix }: PictureColour): Coding {
  const [kr, kb] = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const unit = 2 ** (bitDepth - 8);
  const maximum = 2 ** bitDepth - 1;
  const limited = range === 'limited';
  return {
    lumaOffset: limited ? 16 * unit : 0,
    lumaScale: limited ? 219 * unit : maximum,
    chromaOffset: 128 * unit,
    chromaScale: limited ? 224 * unit : maximum,
    maximum,
    kr,
    kg,
    kb,
    redV: 2 * (1 - kr),
    greenU: (-2 * kb * (1 - kb)) / kg,
    greenV: (-2 * kr * (1 - kr)) / kg,
    blueU: 2 * (1 - kb),
  };
}

/**
 * Throws `invalid-argument` where `rect` is not inside the picture, or an array of `length` values does not hold
 * `channels` for each of its pixels.
 */
export function checkRegion(picture: Picture, rect: Rect, name: string, length: number, channels: number): void {
  const inside =
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.width >= 0 &&
    rect.height >= 0 &&
    rect.x + rect.width <= picture.width &&
    rect.y + rect.height <= picture.height;
  if (!inside || [rect.x, rect.y, rect.width, rect.height].some((value) => !Number.isInteger(value)))
    throw new RetakeError(
      'invalid-argument',
      `The region ${rect.x},${rect.y} ${rect.width}x${rect.height} is not inside the picture of ${picture.width}x${picture.height}.`,
    );
  const needed = rect.width * rect.height * channels;
  if (length < needed)
    throw new RetakeError('invalid-argument', `${name} has ${length} values; the region needs ${needed}.`);
}
