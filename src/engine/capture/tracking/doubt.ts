import type { Picture } from '../../../core/picture.ts';
import type { Model } from '../../inference/index.ts';
import { type CropRegion, warpCrop } from '../crop.ts';
import type { FaceModel } from '../face-model/index.ts';
import { interocularDistance, LANDMARK_SIDE, regionFromLandmarks } from '../landmarks.ts';
import { decodeLandmarks } from './face-networks.ts';

/** Second looks: turn (radians), size and shift (shares of the crop) against the tracking crop. */
const LOOKS = [
  [0.2, 1.12, 0.05, 0.04],
  [-0.2, 1.05, -0.05, -0.05],
] as const;
/** Disagreement below this (% of the eye distance) is the networks' own noise. */
const NOISE_FLOOR = 0.5;

/** What one measurement needs; used again by later ones. */
interface Looks {
  readonly crops: readonly Float32Array[];
  raw?: Record<string, Float32Array>;
  readonly landmarks: Float32Array;
}

/**
 * Measures how unsure the landmark network is of a face, in % of the eye distance: it looks again through two turned and
 * shifted crops, and what it really sees stays put while what it made up behind a hand or a microphone moves. The
 * geometric mean over lips, nose, jaw and cheeks of the median disagreement. Only meaningful against the same actor's
 * usual value. Several measurements may be under way.
 */
export class DoubtMeter {
  readonly #network: Promise<Model>;
  readonly #regions: readonly Uint16Array[];
  readonly #idle: Looks[] = [];

  /** @param network the landmark network, best on a thread that the tracker does not wait for. */
  constructor(network: Promise<Model>, model: FaceModel) {
    this.#network = network;
    const { lips, nose, jaw, cheeks } = model.regions;
    this.#regions = [lips, nose, jaw, cheeks].map((region) => Uint16Array.from(region));
  }

  /** Takes what it needs from `picture` and `landmarks` before it returns; the doubt comes later. */
  measure(picture: Picture, landmarks: Float32Array): Promise<number> {
    const looks = this.#idle.pop() ?? {
      crops: LOOKS.map(() => new Float32Array(LANDMARK_SIDE * LANDMARK_SIDE * 3)),
      landmarks: new Float32Array(landmarks.length),
    };
    const region = regionFromLandmarks(landmarks);
    const regions = LOOKS.map(([turn, size, dx, dy]) => ({
      centreX: region.centreX + dx * region.size,
      centreY: region.centreY + dy * region.size,
      size: region.size * size,
      angleRad: region.angleRad + turn,
    }));
    regions.forEach((look, k) => {
      warpCrop(picture, look, LANDMARK_SIDE, looks.crops[k]!);
    });
    return this.#compare(looks, regions, landmarks.slice()).finally(() => this.#idle.push(looks));
  }

  async #compare(looks: Looks, regions: readonly CropRegion[], landmarks: Float32Array): Promise<number> {
    const unit = interocularDistance(landmarks) / 100;
    const worst = new Float32Array(landmarks.length / 3);
    const again = looks.landmarks;
    const network = await this.#network;
    looks.raw ??= network.allocateOutputs();
    for (const [k, region] of regions.entries()) {
      decodeLandmarks(await network.run({ image: looks.crops[k]! }, looks.raw), region, again);
      for (let v = 0; v < worst.length; v++)
        worst[v] = Math.max(
          worst[v]!,
          Math.hypot(again[v * 3]! - landmarks[v * 3]!, again[v * 3 + 1]! - landmarks[v * 3 + 1]!) / unit,
        );
    }
    let product = 1;
    for (const region of this.#regions) {
      const values = Float32Array.from(region, (v) => worst[v]!).sort();
      product *= Math.max(NOISE_FLOOR, values[values.length >> 1]!);
    }
    return product ** 0.25;
  }
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
/** Times the usual doubt that prove something before the face, and that say it is still there until it has gone. */
const PROVEN = 1.9;
const STILL_THERE = 1.5;
/** What such a stretch is raised to: enough for a head that is turned as well. */
const HELD = 2.3;

/**
 * Raises, in place, samples of a stretch that holds {@link PROVEN} doubt and nowhere falls below {@link STILL_THERE}: a
 * hand that slides to the corner of the mouth is doubted less than one across it, and is in the way all the same.
 */
function holdProven(samples: number[]): void {
  for (let from = 0; from < samples.length; ) {
    let until = from;
    while (until < samples.length && samples[until]! >= STILL_THERE) until++;
    const stretch = samples.slice(from, until);
    if (stretch.some((value) => value >= PROVEN))
      for (let k = from; k < until; k++) samples[k] = Math.max(samples[k]!, HELD);
    from = until + 1;
  }
}

/**
 * Doubt of every frame relative to the actor's usual, from sparse samples (NaN where not measured): median-filtered
 * over neighbouring samples, held where it was proven, and interpolated. One array per shot; 1 = as sure as ever.
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
    holdProven(calm);
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
