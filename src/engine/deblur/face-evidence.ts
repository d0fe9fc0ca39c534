import type { Rect } from '../../core/picture.ts';
import type { FacePlanes } from './face-planes.ts';
import type { Loan } from './lend-detail.ts';
import type { LightCurve } from './linear-light.ts';

/** What the estimate knew beside the blurred picture, over the part that was restored: the learned restorer is told it. */
export interface FaceEvidence {
  /** What neighbours show there, as the difference from the blurred picture in coded values, 0..1. */
  readonly lent: Float32Array;
  /** 0..1: how far the most trusted neighbour is trusted. */
  readonly trust: Float32Array;
  /** Blocks of BLOCK x BLOCK pixels, and the path of each while the shutter was open, x and y in turn, pixels. */
  readonly columns: number;
  readonly rows: number;
  readonly paths: Float32Array;
}

/** Each next lender counts this much of the one before: the best comes first. */
const NEXT = 0.5;

/** What `loans` show over `part`, which lies `pad` pixels inside of `planes`. */
export function lentDetail(
  planes: FacePlanes,
  own: Float32Array,
  loans: readonly Loan[],
  curve: LightCurve,
  part: Rect,
  pad: number,
): Pick<FaceEvidence, 'lent' | 'trust'> {
  const pixels = part.width * part.height;
  const lent = new Float32Array(pixels);
  const trust = new Float32Array(pixels);
  const width = planes.rect.width;
  for (let y = 0, to = 0; y < part.height; y++)
    for (let x = 0, i = (y + pad) * width + pad; x < part.width; x++, i++, to++) {
      if (!(own[i]! > 0)) continue;
      let [sum, weight, share] = [0, 0, 1];
      for (const { luminance } of loans) {
        const trusted = luminance.weight[i]! / own[i]!;
        sum += share * trusted * luminance.plane[i]!;
        weight += share * trusted;
        trust[to] = Math.max(trust[to]!, trusted);
        share *= NEXT;
      }
      if (weight > 0) lent[to] = curve.toCode(sum / weight) - curve.toCode(planes.luminance[i]!);
    }
  return { lent, trust };
}
