import type { Picture } from '../../core/picture.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../capture/index.ts';
import { rotationOf } from './control-motion.ts';
import { CreaseMap, frontalCoordinates } from './creases.ts';
import { irisOf, paintReveal, settleIris } from './eye-reveal.ts';
import type { FaceEdit, FaceIdentity } from './face-edit.ts';
import { FaceWarper } from './face-warper.ts';
import type { MouthDonor } from './mouth-donor.ts';
import { MouthInterior } from './mouth-interior.ts';
import { settleMatte, warpPicture } from './resample.ts';
import { seenTeeth } from './teeth-line.ts';
import { WarpField } from './warp-field.ts';
import { REGION_EYE, REGION_SKIN } from './warp-mesh.ts';

/** Topology and rest shape of the face model. */
export interface FaceMeshModel {
  readonly neutral: Float32Array;
  readonly triangles: ArrayLike<number>;
}

/** A face to change in a frame. */
export interface FaceJob {
  readonly edit: FaceEdit;
  readonly identity: FaceIdentity;
  /** Spherical-harmonic light of the shot, or null when unknown. */
  readonly light: Float32Array | null;
  /** Open mouths of this actor in this light, in rising order of gap. */
  readonly donors: readonly MouthDonor[];
  /** See cuttingEdge; null when unknown. */
  readonly teethEdgeCm: number | null;
}

/** Middle of the lower lids' edges. */
const [RIGHT_LOWER_LID, LEFT_LOWER_LID] = [145, 374] as const;

/** Copies every sample of one picture into another of the same format. */
export function copyPicture(source: Picture, target: Picture): void {
  source.planes.forEach((plane, p) => {
    target.planes[p]!.set(plane);
  });
}

/**
 * Composes edited frames one after another: moves the actor's own pixels, relights them, draws folds. Holds all
 * buffers; one instance per thread.
 */
export class FrameCompositor {
  readonly field = new WarpField();
  readonly #warper: FaceWarper;
  readonly #creases = new CreaseMap();
  readonly #mouth = new MouthInterior();
  /** Per pixel of the field, in eyes: 0..1, how clearly the lid beside it opens. */
  #opened = new Float32Array(0);
  readonly #rotation = new Float32Array(9);

  constructor(model: FaceMeshModel) {
    this.#warper = new FaceWarper({
      neutral: model.neutral,
      uv: frontalCoordinates(model.neutral),
      triangles: model.triangles,
    });
  }

  /**
   * Changes one face: `target` must already hold a copy of `source` and gets the edit where the matte is over 0.
   * After it, `field` holds the warp, light change and matte that were used. Returns false when nothing changed.
   */
  composeFace(source: Picture, target: Picture, job: FaceJob): boolean {
    const { field } = this;
    const seen = seenTeeth(source, job.edit.landmarks);
    if (!this.#warper.draw({ ...job, seenTeeth: seen }, source.width, source.height, field)) return false;
    this.#addCreases(job);
    this.#clearEyeLight();
    settleMatte(field);
    warpPicture(source, target, field);
    const frame = this.#warper.frameOf(job.edit.landmarks);
    const lid = (v: number): { x: number; y: number } => ({
      x: job.edit.landmarks[v * 3]!,
      y: job.edit.landmarks[v * 3 + 1]!,
    });
    const irises = [
      settleIris(source, irisOf(job.edit.landmarks, RIGHT_IRIS), lid(RIGHT_LOWER_LID), frame),
      settleIris(source, irisOf(job.edit.landmarks, LEFT_IRIS), lid(LEFT_LOWER_LID), frame),
    ];
    paintReveal(source, target, field, this.#opened, irises, frame);
    const { sourceGap, targetGap } = this.#warper.motion;
    const { landmarks } = job.edit;
    this.#mouth.fill(source, target, field, this.#warper, { sourceGap, targetGap, landmarks }, job.donors);
    return true;
  }

  /** Lifts the lids' opening out of the light channel, where the raster carried it, and frees the eyeball to change. */
  #clearEyeLight(): void {
    const { rect, region, logGain, matte, bounds } = this.field;
    const size = rect.width * rect.height;
    const [firstX, lastX, firstY, lastY] = bounds[REGION_EYE];
    if (this.#opened.length < size) this.#opened = new Float32Array(Math.ceil(size * 1.25));
    const eye = REGION_EYE + 1;
    for (let y = firstY!; y <= lastY!; y++)
      for (let at = y * rect.width + firstX!; at <= y * rect.width + lastX!; at++) {
        if (region[at] !== eye) continue;
        this.#opened[at] = matte[at]! * Math.min(1, logGain[at]!);
        logGain[at] = 0;
      }
  }

  #addCreases({ edit, light }: FaceJob): void {
    const r = this.#rotation;
    rotationOf(edit.pose, r);
    const scale = light ? 1 / Math.max(0.2, light[0]!) : 0;
    // Light from above is what a face without a known light is taken to have.
    const [x, y] = light ? [light[3]! * scale, light[1]! * scale] : [0, 0.4];
    const lightX = r[0]! * x + r[3]! * y;
    const lightY = r[1]! * x + r[4]! * y;
    if (!this.#creases.compose(edit.before, edit.after, edit.weight, lightX, lightY)) return;
    this.#creases.addTo(this.field, REGION_SKIN);
  }
}
