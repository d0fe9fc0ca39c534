import { LANDMARK_COUNT } from '../../../core/performance.ts';
import type { Picture } from '../../../core/picture.ts';
import type { Inference, Model, TensorMap } from '../../inference/index.ts';
import { type CropRegion, warpCrop } from '../crop.ts';
import { type Detection, decodeDetections, detectorAnchors, letterboxRegion, mergeDetections } from '../detection.ts';
import { decodeAttention, LANDMARK_SIDE, regionFromLandmarks } from '../landmarks.ts';

/** Input sides of the networks. */
const FAR_SIDE = 256;
const SHORT_SIDE = 128;
const DESCRIPTOR_SIDE = 224;
/** Floats of a face descriptor. */
export const DESCRIPTOR_SIZE = 1024;

/** The models that capture runs, in the order in which their hashes are reported. */
export const CAPTURE_MODELS = [
  'face-detector-short',
  'face-detector-far',
  'face-landmarks-attention',
  'face-descriptor',
] as const;
type CaptureModel = (typeof CAPTURE_MODELS)[number];

/** Score from which a detection counts. */
const DETECTION_SCORE = 0.5;

/** Landmarks of one face in one frame; the arrays belong to {@link FaceNetworks} and hold until its next call. */
export interface FaceReading {
  /** [478, 3] picture pixels. */
  readonly landmarks: Float32Array;
  /** 0..1: the network's own belief that the crop shows a face. */
  readonly presence: number;
  /** [192, 192, 3] RGB 0..1: what the network saw. */
  readonly crop: Float32Array;
  readonly region: CropRegion;
}

/** Writes what the landmark network's pack puts out as [478, 3] picture pixels. */
export function decodeLandmarks(raw: TensorMap, region: CropRegion, out: Float32Array): void {
  decodeAttention(
    {
      mesh: raw['mesh']!,
      lips: raw['lips']!,
      // The pack names sides of the picture, this program sides of the actor.
      rightEye: raw['leftEye']!,
      leftEye: raw['rightEye']!,
      rightIris: raw['leftIris']!,
      leftIris: raw['rightIris']!,
    },
    region,
    out,
  );
}

/** The face networks with their buffers. One call at a time. */
export class FaceNetworks {
  /** The landmark network for second looks that nobody waits for; being opened while tracking starts. */
  readonly secondLook: Promise<Model>;
  readonly #models: Readonly<Record<CaptureModel, Model>>;
  /** What the networks put out, used again from run to run. */
  readonly #raw: Readonly<Record<CaptureModel, Record<string, Float32Array>>>;
  readonly #anchors = detectorAnchors();
  readonly #far = new Float32Array(FAR_SIDE * FAR_SIDE * 3);
  readonly #short = new Float32Array(SHORT_SIDE * SHORT_SIDE * 3);
  readonly #crop = new Float32Array(LANDMARK_SIDE * LANDMARK_SIDE * 3);
  readonly #face = new Float32Array(DESCRIPTOR_SIDE * DESCRIPTOR_SIDE * 3);
  readonly #landmarks = new Float32Array(LANDMARK_COUNT * 3);

  private constructor(models: Readonly<Record<CaptureModel, Model>>, secondLook: Promise<Model>) {
    this.#models = models;
    const outputs = CAPTURE_MODELS.map((id) => [id, models[id].allocateOutputs()] as const);
    this.#raw = Object.fromEntries(outputs) as Record<CaptureModel, Record<string, Float32Array>>;
    this.secondLook = secondLook;
  }

  /** Opens the networks; they stay owned by `inference`. */
  static async open(inference: Inference): Promise<FaceNetworks> {
    const entries = await Promise.all(CAPTURE_MODELS.map(async (id) => [id, await inference.open(id)] as const));
    const models = Object.fromEntries(entries) as Record<CaptureModel, Model>;
    const secondLook = inference.openAside('face-landmarks-attention');
    secondLook.catch(() => undefined); // it is reported by what looks twice
    return new FaceNetworks(models, secondLook);
  }

  #run(id: CaptureModel, image: Float32Array): Promise<Record<string, Float32Array>> {
    return this.#models[id].run({ image }, this.#raw[id]);
  }

  /** All faces of a picture by both detectors: the far one finds small faces, the short one those that fill the frame. */
  async detect(picture: Picture): Promise<Detection[]> {
    const region = letterboxRegion(0, 0, picture.width, picture.height);
    const options = { gain: 2, bias: -1, border: 'black' } as const;
    warpCrop(picture, region, FAR_SIDE, this.#far, { ...options, taps: region.size > 2 * FAR_SIDE ? 2 : 1 });
    warpCrop(picture, region, SHORT_SIDE, this.#short, { ...options, taps: region.size > 2 * SHORT_SIDE ? 2 : 1 });
    const [far, short] = await Promise.all([
      this.#run('face-detector-far', this.#far),
      this.#run('face-detector-short', this.#short),
    ]);
    const decode = (raw: Record<string, Float32Array>, side: number): Detection[] =>
      mergeDetections(decodeDetections(raw['scores']!, raw['boxes']!, this.#anchors, side, region, DETECTION_SCORE));
    return mergeDetections([...decode(far, FAR_SIDE), ...decode(short, SHORT_SIDE)]);
  }

  /** Landmarks of the face that `region` shows. */
  async read(picture: Picture, region: CropRegion): Promise<FaceReading> {
    warpCrop(picture, region, LANDMARK_SIDE, this.#crop);
    const raw = await this.#run('face-landmarks-attention', this.#crop);
    decodeLandmarks(raw, region, this.#landmarks);
    const presence = 1 / (1 + Math.exp(-raw['presence']![0]!));
    return { landmarks: this.#landmarks, presence, crop: this.#crop, region };
  }

  /** Unit descriptor [1024] of the face with these landmarks. */
  async describe(picture: Picture, landmarks: Float32Array): Promise<Float32Array> {
    const region = regionFromLandmarks(landmarks);
    warpCrop(picture, { ...region, size: (region.size / 1.5) * 1.2 }, DESCRIPTOR_SIDE, this.#face, { gain: 255 });
    const raw = await this.#run('face-descriptor', this.#face);
    const descriptor = Float32Array.from(raw['descriptor']!);
    const norm = Math.hypot(...descriptor) || 1;
    return descriptor.map((value) => value / norm);
  }
}
