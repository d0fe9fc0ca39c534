import type { Picture } from '../../core/picture.ts';
import { type CropRegion, warpCrop } from '../capture/crop.ts';
import { regionFromLandmarks } from '../capture/landmarks.ts';
import { EXPRESSION_CLASSES, type Inference, type Model } from '../inference/index.ts';

const EXPRESSION_SIDE = 64;
const DESCRIPTOR_SIDE = 224;
/**
 * Of the tracker's region (1.5 x the face), how much the networks see, and how far up the crop is moved: as tight as the
 * classifier was trained on. Chosen on one actor's six acted emotions; looser crops take a closed mouth for a smile.
 */
const EXPRESSION_SHARE = 0.65;
const EXPRESSION_RISE = 0.05;
const DESCRIPTOR_SHARE = 0.85;

/** Probabilities by class name; they sum to 1. */
export type Depicted = Readonly<Record<(typeof EXPRESSION_CLASSES)[number], number>>;

/** Reads faces with the report's networks. Buffers are reused, so one reading at a time per reader. */
export class FaceReader {
  readonly #expression: Model;
  readonly #descriptor: Model;
  readonly #rgb = new Float32Array((2 * EXPRESSION_SIDE) ** 2 * 3);
  readonly #grey = new Float32Array(EXPRESSION_SIDE ** 2);
  readonly #face = new Float32Array(DESCRIPTOR_SIDE ** 2 * 3);

  private constructor(expression: Model, descriptor: Model) {
    this.#expression = expression;
    this.#descriptor = descriptor;
  }

  /** Opens the networks. Throws what `inference.open` throws. */
  static async open(inference: Inference): Promise<FaceReader> {
    return new FaceReader(await inference.open('expression-7'), await inference.open('face-descriptor'));
  }

  /** Depicted expression of the face that `landmarks` [478, 3] (pixels) mark. It describes the picture, not the person. */
  async depicted(picture: Picture, landmarks: Float32Array): Promise<Depicted> {
    const side = 2 * EXPRESSION_SIDE;
    warpCrop(picture, scaled(regionFromLandmarks(landmarks), EXPRESSION_SHARE, EXPRESSION_RISE), side, this.#rgb, {
      taps: 2,
    });
    for (let y = 0; y < EXPRESSION_SIDE; y++)
      for (let x = 0; x < EXPRESSION_SIDE; x++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) {
          const at = ((2 * y + (k >> 1)) * side + 2 * x + (k & 1)) * 3;
          sum += 0.299 * this.#rgb[at]! + 0.587 * this.#rgb[at + 1]! + 0.114 * this.#rgb[at + 2]!;
        }
        this.#grey[y * EXPRESSION_SIDE + x] = sum / 2 - 1;
      }
    const [input, output] = [this.#expression.inputs[0]!.name, this.#expression.outputs[0]!.name];
    const { [output]: classes } = await this.#expression.run({ [input]: this.#grey });
    return Object.fromEntries(EXPRESSION_CLASSES.map((name, index) => [name, classes![index]!])) as Depicted;
  }

  /** Face descriptor [1024] of unit length. */
  async descriptor(picture: Picture, landmarks: Float32Array): Promise<Float32Array> {
    const region = scaled(regionFromLandmarks(landmarks), DESCRIPTOR_SHARE);
    warpCrop(picture, region, DESCRIPTOR_SIDE, this.#face, { gain: 255 });
    const [input, output] = [this.#descriptor.inputs[0]!.name, this.#descriptor.outputs[0]!.name];
    const { [output]: values } = await this.#descriptor.run({ [input]: this.#face });
    const length = Math.hypot(...values!) || 1;
    return values!.map((value) => value / length);
  }
}

function scaled(region: CropRegion, share: number, rise = 0): CropRegion {
  return {
    ...region,
    centreX: region.centreX + rise * region.size * Math.sin(region.angleRad),
    centreY: region.centreY - rise * region.size * Math.cos(region.angleRad),
    size: region.size * share,
  };
}

/** Cosine similarity of two unit vectors: 1 = the same direction. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
