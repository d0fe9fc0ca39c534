import { allocatePicture, type Picture } from '../../core/picture.ts';
import type { FaceIdentity } from '../compositing/face-edit.ts';
import { copyPicture, type FaceMeshModel, FrameCompositor } from '../compositing/frame-compositor.ts';
import type { TrackPreparation } from '../compositing/prepare.ts';
import { EyeTurner } from './eye-turner.ts';
import { buildHeadField, type StillFace } from './head-field.ts';
import { HeadTurner } from './head-turner.ts';
import { MouthPainter } from './mouth-painter.ts';
import { smoothStep } from './noise.ts';

/** A portrait ready to be moved: its picture and what was found in it. Goes to threads as it is. */
export interface PortraitSetup {
  /** On shared memory. */
  readonly picture: Picture;
  readonly face: StillFace;
  /** [52] what the portrait itself does. */
  readonly coefficients: Float32Array;
  readonly identity: FaceIdentity;
  readonly preparation: TrackPreparation;
  readonly model: FaceMeshModel;
}

/** What the portrait shall do in one frame. */
export interface PortraitPose {
  /** [52]. */
  readonly coefficients: Float32Array;
  /** Radians: yaw to the image right, pitch up, roll clockwise. */
  readonly head: readonly [yaw: number, pitch: number, roll: number];
  /** Turn of the eyes in the head, radians to the image right and up. */
  readonly eyes: readonly [yaw: number, pitch: number];
  readonly shut: number;
  readonly tongue: number;
}

/** Gaps (over mouth width) between which a photographed mouth is open enough to show its own inside. */
const SHUT_GAP = 0.09;
const OPEN_GAP = 0.2;

/** Draws a portrait in any pose; holds its buffers, one per thread. Each frame depends on its pose only. */
export class PortraitComposer {
  readonly #setup: PortraitSetup;
  readonly #compositor: FrameCompositor;
  readonly #turner: HeadTurner;
  readonly #eyes: EyeTurner;
  readonly #mouth: MouthPainter;
  /** 0..1: how much of an opening mouth is painted, because no photograph shows its inside. */
  readonly #painted: number;
  readonly #eyed: Picture;
  readonly #still: Picture;

  constructor(setup: PortraitSetup) {
    const { picture, face, model } = setup;
    this.#setup = setup;
    this.#compositor = new FrameCompositor(model);
    this.#turner = new HeadTurner(buildHeadField(face, model.triangles, picture.width, picture.height));
    this.#eyes = new EyeTurner(face.landmarks, face.pose[6]!);
    this.#mouth = new MouthPainter(picture, face, setup.identity, setup.coefficients);
    const widest = setup.preparation.donors.at(-1)?.gap ?? 0;
    this.#painted = this.#mouth.showsTeeth ? 1 : 1 - smoothStep(SHUT_GAP, OPEN_GAP, widest);
    this.#eyed = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
    this.#still = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
  }

  /** Fills `target` with the portrait in a pose. What lies outside the head is the portrait's own, sample for sample. */
  compose(pose: PortraitPose, target: Picture): void {
    const { picture, face, coefficients, identity, preparation } = this.#setup;
    copyPicture(picture, this.#eyed);
    this.#eyes.turn(picture, this.#eyed, pose.eyes[0], pose.eyes[1]);
    copyPicture(this.#eyed, this.#still);
    const { light, donors, teethEdgeCm } = preparation;
    const edit = {
      landmarks: face.landmarks,
      pose: face.pose,
      before: coefficients,
      after: pose.coefficients,
      weight: 1,
      lipPreservation: pose.shut,
      seal: pose.shut,
    };
    const job = { edit, identity, light, donors, teethEdgeCm };
    if (this.#compositor.composeFace(this.#eyed, this.#still, job))
      this.#mouth.paint(
        this.#still,
        this.#compositor.field,
        { after: pose.coefficients, tongue: pose.tongue },
        this.#painted,
      );
    copyPicture(this.#still, target);
    this.#turner.turn(this.#still, target, ...pose.head);
  }
}
