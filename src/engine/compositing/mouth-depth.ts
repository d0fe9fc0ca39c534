import type { Picture } from '../../core/picture.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { lipColour, type MouthDonor } from './mouth-donor.ts';
import type { WarpField } from './warp-field.ts';
import { REGION_MOUTH } from './warp-mesh.ts';

/** Light in the depth of a mouth that the clip never shows open, as a share of the skin's (first plane). */
export const CAVITY_TOP = 0.3;
export const CAVITY_DEEP = 0.13;
/** Share of the lips' colour (chroma) that is left in the dark, and on the tongue. */
const DARK_COLOUR = 0.55;
const TONGUE_COLOUR = 0.85;
/** Light on a tongue as a share of the skin's: at least, and over the depth behind it. */
const TONGUE_LIGHT = 0.36;
const TONGUE_OVER_DEPTH = 1.7;

/** What the inside of a mouth looks like where an edit opens it, per plane. */
export interface MouthTones {
  readonly dark: readonly number[];
  readonly tongue: readonly number[];
}

/** How dark the depth of this actor's mouth is in this footage, as a share of the skin: what the clip shows of it. */
export function depthOf(donors: readonly MouthDonor[]): number {
  const darkest = donors.reduce((least, { depth }) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return Number.isFinite(darkest) ? Math.max(CAVITY_DEEP * 0.7, Math.min(CAVITY_TOP, darkest)) : CAVITY_DEEP;
}

/** Dark by the skin's light, tinted as the lips are in this footage; the tongue is the same flesh, nearer to the light. */
export function depthTones(source: Picture, landmarks: Float32Array, skin: number, depth: number): MouthTones {
  const { layout, colour } = source;
  const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
  const neutral = 2 ** (layout.bitDepth - 1);
  const planes = Array.from({ length: layout.family === 'gray' ? 1 : 3 }, (_, p) => p);
  const tone = (light: number, share: number): number[] =>
    planes.map((p) => {
      if (layout.family === 'yuv' && p > 0) return neutral + share * (lipColour(source, landmarks, p) - neutral);
      const flesh =
        layout.family === 'rgb' ? lipColour(source, landmarks, p) / Math.max(1, lipColour(source, landmarks, 0)) : 1;
      return low + (skin - low) * light * Math.min(1.3, flesh);
    });
  return {
    dark: tone(depth, DARK_COLOUR),
    tongue: tone(Math.max(TONGUE_LIGHT, depth * TONGUE_OVER_DEPTH), TONGUE_COLOUR),
  };
}

/**
 * How much of the tongue a point of the dark shows, 0..1: it lies on the floor of the mouth, rises out of the shadow of
 * the upper teeth and falls off again behind the lower lip. A slit shows none.
 *
 * @param place 0 at the upper end of the dark to 1 at the lower
 * @param tall height of the dark here over the width of the mouth
 */
export function tongueShare(place: number, tall: number): number {
  const rise = smoothStep((place - 0.3) / 0.55);
  const behindLip = 1 - 0.5 * smoothStep((place - 0.86) / 0.14);
  return rise * behindLip * smoothStep((tall - 0.05) / 0.2);
}

/**
 * Fills the dark between rows of teeth that an edit parted: stretched enamel would show as streaks. Reads how deep a
 * pixel lies from `u` and how much of the tongue it shows from `v`.
 */
export function paintDepth(target: Picture, { rect, region, u, v, matte, bounds }: WarpField, tones: MouthTones): void {
  const { layout } = target;
  const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
  const mouth = REGION_MOUTH + 1;
  for (let p = 0; p < (layout.family === 'gray' ? 1 : 3); p++) {
    const chroma = layout.family === 'yuv' && p > 0;
    const shiftX = chroma ? layout.chromaShiftX : 0;
    const shiftY = chroma ? layout.chromaShiftY : 0;
    const width = (target.width + (1 << shiftX) - 1) >> shiftX;
    const plane = target.planes[p]!;
    const dark = tones.dark[p]!;
    const lit = tones.tongue[p]! - dark;
    for (let y = firstY!; y <= lastY!; y++) {
      if (((rect.y + y) & ((1 << shiftY) - 1)) !== 0) continue;
      for (let x = firstX!; x <= lastX!; x++) {
        const at = y * rect.width + x;
        const deep = u[at]!;
        if (region[at] !== mouth || deep === 0 || ((rect.x + x) & ((1 << shiftX) - 1)) !== 0) continue;
        const to = ((rect.y + y) >> shiftY) * width + ((rect.x + x) >> shiftX);
        plane[to] = plane[to]! + matte[at]! * deep * (dark + v[at]! * lit - plane[to]!) + 0.5;
      }
    }
  }
}
