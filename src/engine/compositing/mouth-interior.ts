import type { Picture } from '../../core/picture.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import type { FaceWarper } from './face-warper.ts';
import { paintLipLine } from './lip-line.ts';
import {
  CAVITY_DEEP,
  CAVITY_TOP,
  depthOf,
  depthTones,
  type MouthTones,
  paintDepth,
  tongueShare,
} from './mouth-depth.ts';
import { type MouthDonor, mouthBrightness } from './mouth-donor.ts';
import { MouthRim } from './mouth-rim.ts';
import { sampleCubic, sampleLinear } from './resample.ts';
import { WarpField } from './warp-field.ts';
import { REGION_MOUTH } from './warp-mesh.ts';

/** Opening the frame's own mouth up to the first factor is invisible, as teeth keep their size; from the second on a donor shows alone. */
const STRETCH_OK = 2;
const STRETCH_BAD = 4.5;
/** Gaps (over mouth width) between which an opening is large enough to show an inside at all. */
const SLIT = 0.035;
const OPENING = 0.1;
/** A donor may be stretched this much over its own gap before darkness takes its place. */
const DONOR_REACH = 1.7;
/** Display-light ratio limit when a donor is matched to the frame. */
const MAX_MATCH = 1.6;
/** Light of teeth that the clip never shows, as a share of the skin's (first plane). */
const TEETH = 0.82;

/** Splits of a mouth whose inside is not looked at. */
const ALL_UPPER = INNER_LIP_PAIRS.map(() => 1);

interface Source {
  readonly donor: MouthDonor;
  readonly share: number;
}

/** The two donors whose gaps enclose the wanted one, with shares that change continuously with it. */
function chooseDonors(donors: readonly MouthDonor[], gap: number): Source[] {
  const above = donors.findIndex((donor) => donor.gap >= gap);
  if (above === 0) return [{ donor: donors[0]!, share: 1 }];
  if (above < 0) return donors.length > 0 ? [{ donor: donors.at(-1)!, share: 1 }] : [];
  const [low, high] = [donors[above - 1]!, donors[above]!];
  const t = smoothStep((gap - low.gap) / Math.max(1e-6, high.gap - low.gap));
  return [
    { donor: low, share: 1 - t },
    { donor: high, share: t },
  ].filter(({ share }) => share > 0.004);
}

/** What an edit needs to know to fill the mouth it opened. */
export interface MouthState {
  /** Gap over width before and after the edit. */
  readonly sourceGap: number;
  readonly targetGap: number;
  /** Frame landmarks, [478, 3] pixels. */
  readonly landmarks: Float32Array;
}

/**
 * Fills lips that an edit opened: with the actor's own open mouth from other frames, warped to the new lips and
 * matched in light; beyond what the clip shows, with a dark cavity under a row of teeth.
 */
export class MouthInterior {
  readonly #fields = [new WarpField(), new WarpField()] as const;
  readonly #rim = new MouthRim();

  /**
   * Paints into `target`, inside the mouth of the face that `warper` drew last. `donors` are in rising order of gap.
   * Returns the share (0..1) of the mouth that is not the frame's own.
   */
  fill(
    source: Picture,
    target: Picture,
    base: WarpField,
    warper: FaceWarper,
    state: MouthState,
    donors: readonly MouthDonor[],
  ): number {
    const stretch = state.targetGap / Math.max(0.012, state.sourceGap);
    const share =
      smoothStep((stretch - STRETCH_OK) / (STRETCH_BAD - STRETCH_OK)) *
      smoothStep((state.targetGap - SLIT) / (OPENING - SLIT));
    const skin = mouthBrightness(source, state.landmarks);
    const tones = depthTones(source, state.landmarks, skin, depthOf(donors));
    paintDepth(target, base, tones);
    paintLipLine(source, target, base, state);
    if (share < 0.004) {
      this.#rim.soften(source, target, base, state);
      return 0;
    }
    const widest = donors.at(-1)?.gap ?? 0;
    const reach = widest > 0 ? 1 - smoothStep(state.targetGap / (widest * DONOR_REACH) - 1) : 0;
    if (reach < 1) {
      warper.drawMouthFrom(state.landmarks, ALL_UPPER, base.rect, this.#fields[0]);
      this.#paintCavity(target, skin, tones, share, widest === 0);
    }
    if (reach > 0) {
      const sources = chooseDonors(donors, state.targetGap);
      sources.forEach(({ donor }, i) => {
        warper.drawMouthFrom(donor.landmarks, donor.splits, base.rect, this.#fields[i]!);
      });
      this.#paintDonors(target, skin, tones, share * reach, sources);
    }
    this.#rim.soften(source, target, base, state);
    return share;
  }

  #paintDonors(target: Picture, skin: number, tones: MouthTones, share: number, sources: readonly Source[]): void {
    const { rect, matte, region, bounds } = this.#fields[0];
    const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
    const { layout } = target;
    const maximum = 2 ** layout.bitDepth - 1;
    const neutral = 2 ** (layout.bitDepth - 1);
    const low = target.colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
    const colours = layout.family === 'gray' ? 1 : 3;
    for (let p = 0; p < colours; p++) {
      const chroma = layout.family === 'yuv' && p > 0;
      const shiftX = chroma ? layout.chromaShiftX : 0;
      const shiftY = chroma ? layout.chromaShiftY : 0;
      const pivot = chroma ? neutral : low;
      const width = (target.width + (1 << shiftX) - 1) >> shiftX;
      const out = target.planes[p]!;
      const sample = chroma ? sampleLinear : sampleCubic;
      const dark = tones.dark[p]!;
      const lit = tones.tongue[p]! - dark;
      for (let y = firstY!; y <= lastY!; y++) {
        if (((rect.y + y) & ((1 << shiftY) - 1)) !== 0) continue;
        for (let x = firstX!; x <= lastX!; x++) {
          const at = y * rect.width + x;
          if (region[at] === 0 || ((rect.x + x) & ((1 << shiftX) - 1)) !== 0) continue;
          let value = 0;
          for (let i = 0; i < sources.length; i++) {
            const { donor, share: part } = sources[i]!;
            const { dx, dy, u, v } = this.#fields[i]!;
            const { crop } = donor;
            const match = Math.max(1 / MAX_MATCH, Math.min(MAX_MATCH, skin / Math.max(1, donor.brightness)));
            const cropWidth = (crop.width + (1 << shiftX) - 1) >> shiftX;
            const cropHeight = (crop.height + (1 << shiftY) - 1) >> shiftY;
            const sx = (dx[at]! - 0.5) / (1 << shiftX);
            const sy = (dy[at]! - 0.5) / (1 << shiftY);
            const shown = pivot + match * (sample(crop.planes[p]!, cropWidth, cropHeight, sx, sy) - pivot);
            value += part * (shown + u[at]! * (dark + v[at]! * lit - shown));
          }
          const to = ((rect.y + y) >> shiftY) * width + ((rect.x + x) >> shiftX);
          const before = out[to]!;
          const mixed = before + matte[at]! * share * (value - before) + 0.5;
          out[to] = mixed <= 0 ? 0 : Math.min(maximum, mixed);
        }
      }
    }
  }

  /** Darkness that deepens down to the tongue; with `teeth`, the lower edge of an upper row in it. */
  #paintCavity(target: Picture, skin: number, tones: MouthTones, share: number, teeth: boolean): void {
    const { rect, matte, region } = this.#fields[0];
    const { layout, colour } = target;
    const maximum = 2 ** layout.bitDepth - 1;
    const neutral = 2 ** (layout.bitDepth - 1);
    const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
    let [x0, x1] = [rect.width, -1];
    for (let at = 0; at < rect.width * rect.height; at++) {
      if (region[at] === 0) continue;
      x0 = Math.min(x0, at % rect.width);
      x1 = Math.max(x1, at % rect.width);
    }
    const colours = layout.family === 'gray' ? 1 : 3;
    // A little warmth: flesh in the dark is red, not grey.
    const tint = layout.family === 'yuv' ? [0, -0.012, 0.035] : [0.01, -0.006, -0.006];
    for (let x = x0; x <= x1; x++) {
      let top = -1;
      let bottom = -1;
      for (let y = 0; y < rect.height; y++)
        if (region[y * rect.width + x] !== 0) {
          if (top < 0) top = y;
          bottom = y;
        }
      if (top < 0) continue;
      const across = ((x - x0) / Math.max(1, x1 - x0)) * 2 - 1;
      const row = Math.max(0, 1 - across * across * 1.25);
      const toothEdge = 0.32 + 0.05 * Math.cos(across * 9);
      for (let y = top; y <= bottom; y++) {
        const at = y * rect.width + x;
        const depth = (y - top) / Math.max(1, bottom - top);
        const dark = CAVITY_TOP + (CAVITY_DEEP - CAVITY_TOP) * smoothStep(depth / 0.5);
        const tooth = teeth
          ? TEETH * row * (1 - smoothStep((depth - toothEdge) / 0.1)) * (0.65 + (0.35 * depth) / toothEdge)
          : 0;
        const light = Math.max(dark, tooth);
        const tongue = tooth > dark ? 0 : tongueShare(depth, (bottom - top) / Math.max(1, x1 - x0));
        const m = matte[at]! * share;
        for (let p = 0; p < colours; p++) {
          const chroma = layout.family === 'yuv' && p > 0;
          const shiftX = chroma ? layout.chromaShiftX : 0;
          const shiftY = chroma ? layout.chromaShiftY : 0;
          const [px, py] = [rect.x + x, rect.y + y];
          if ((px & ((1 << shiftX) - 1)) !== 0 || (py & ((1 << shiftY) - 1)) !== 0) continue;
          const inside = chroma
            ? neutral + tint[p]! * maximum
            : low + (skin - low) * light + (layout.family === 'rgb' ? tint[p]! * maximum : 0);
          const value = inside + tongue * (tones.tongue[p]! - inside);
          const width = (target.width + (1 << shiftX) - 1) >> shiftX;
          const to = (py >> shiftY) * width + (px >> shiftX);
          const before = target.planes[p]![to]!;
          target.planes[p]![to] = Math.max(0, Math.min(maximum, before + m * (value - before) + 0.5));
        }
      }
    }
  }
}
