import type { Picture } from '../../../core/picture.ts';
import type { FaceModel } from '../face-model/index.ts';
import { interocularDistance, regionFromLandmarks } from '../landmarks.ts';
import type { FaceNetworks } from './face-networks.ts';

/** Second looks: turn (radians), size and shift (shares of the crop) against the tracking crop. */
const LOOKS = [
  [0.2, 1.12, 0.05, 0.04],
  [-0.2, 1.05, -0.05, -0.05],
] as const;
/** Disagreement below this (% of the eye distance) is the networks' own noise. */
const NOISE_FLOOR = 0.5;

/**
 * How unsure the landmark network is of a face, in % of the eye distance: it looks again through two turned and
 * shifted crops, and what it really sees stays put while what it made up behind a hand or a microphone moves.
 * The geometric mean over lips, nose, jaw and cheeks of the median disagreement. Only meaningful against the
 * same actor's usual value.
 */
export async function measureDoubt(
  networks: FaceNetworks,
  picture: Picture,
  landmarks: Float32Array,
  model: FaceModel,
): Promise<number> {
  const region = regionFromLandmarks(landmarks);
  const unit = interocularDistance(landmarks) / 100;
  const worst = new Float32Array(landmarks.length / 3);
  for (const [turn, size, dx, dy] of LOOKS) {
    const again = await networks.read(picture, {
      centreX: region.centreX + dx * region.size,
      centreY: region.centreY + dy * region.size,
      size: region.size * size,
      angleRad: region.angleRad + turn,
    });
    for (let v = 0; v < worst.length; v++)
      worst[v] = Math.max(
        worst[v]!,
        Math.hypot(again.landmarks[v * 3]! - landmarks[v * 3]!, again.landmarks[v * 3 + 1]! - landmarks[v * 3 + 1]!) /
          unit,
      );
  }
  const { lips, nose, jaw, cheeks } = model.regions;
  let product = 1;
  for (const region of [lips, nose, jaw, cheeks]) {
    const values = Float32Array.from(region, (v) => worst[v]!).sort();
    product *= Math.max(NOISE_FLOOR, values[values.length >> 1]!);
  }
  return product ** 0.25;
}

/** Samples on either side whose median counts: single doubtful frames are blur, a hand stays longer. */
const MEDIAN_REACH = 3;
/** Doubt (%) that any face may have: a very calm clip does not make small doubts large. */
const LEAST_USUAL = 3;
/** More than this is never usual, however long it lasts: then nobody is seen well. */
const MOST_USUAL = 8;
/** Median doubt (%) from which a face is none: measured, faces up to 13, dark profiles 17, ornaments and hair 28 and more. */
export const NO_FACE_DOUBT = 22;
/** The actor's usual doubt is this quantile of all samples. */
const USUAL = 0.1;

/**
 * Doubt of every frame relative to the actor's usual, from sparse samples (NaN where not measured): median-filtered
 * over neighbouring samples and interpolated. One array per shot; 1 = as sure as ever.
 */
export function relativeDoubt(shots: readonly Float32Array[]): Float32Array[] {
  const all = Float32Array.from(shots.flatMap((shot) => [...shot].filter((value) => !Number.isNaN(value)))).sort();
  const usual = Math.min(MOST_USUAL, Math.max(LEAST_USUAL, all[Math.floor(all.length * USUAL)] ?? 0));
  return shots.map((shot) => {
    const rows: number[] = [];
    shot.forEach((value, row) => {
      if (!Number.isNaN(value)) rows.push(row);
    });
    const calm = rows.map((_, k) => {
      const near = rows.slice(Math.max(0, k - MEDIAN_REACH), k + MEDIAN_REACH + 1).map((row) => shot[row]!);
      return near.sort((a, b) => a - b)[near.length >> 1]! / usual;
    });
    const out = new Float32Array(shot.length).fill(1);
    for (let row = 0, k = 0; row < shot.length && rows.length > 0; row++) {
      while (k + 1 < rows.length && rows[k + 1]! <= row) k++;
      const [a, b] = [rows[k]!, rows[Math.min(k + 1, rows.length - 1)]!];
      const share = b > a ? Math.min(1, Math.max(0, (row - a) / (b - a))) : 0;
      out[row] = calm[k]! + share * (calm[Math.min(k + 1, rows.length - 1)]! - calm[k]!);
    }
    return out;
  });
}
