import { SHAPE_NAMES } from '../../core/performance.ts';
import type { ActorState } from './frame-geometry.ts';
import type { ActorMood } from './motion.ts';
import type { TimedPhone } from './phones.ts';

/** What is known of a rendered clip; conventions of FaceTrack in core/performance.ts. */
export interface GroundTruth {
  readonly version: 1;
  readonly variant: string;
  readonly mood: ActorMood;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /** Frames per second as a fraction. */
  readonly rate: { readonly num: number; readonly den: number };
  readonly text: string;
  readonly phones: readonly TimedPhone[];
  readonly shapeNames: readonly string[];
  /** Neutral of the 468 vertices in face space, [468, 3] cm: they lie on the rendered skin. */
  readonly neutral: readonly number[];
  /** The 52 displacement fields of this actor, [52][468 * 3] cm, that the coefficients weigh. */
  readonly shapes: readonly (readonly number[])[];
  /** [frameCount, 52]. */
  readonly coefficients: readonly (readonly number[])[];
  /** [frameCount, 7]: quaternion x y z w, tx, ty, pixels per cm. */
  readonly pose: readonly (readonly number[])[];
  /** [frameCount, 4]: left yaw, left pitch, right yaw, right pitch, radians. */
  readonly gaze: readonly (readonly number[])[];
  /** [frameCount]: distance of the inner lips' middles, cm. */
  readonly lipGap: readonly number[];
}

const rounded = (values: ArrayLike<number>, digits: number): number[] =>
  Array.from(values, (v) => Math.round(v * 10 ** digits) / 10 ** digits);

/** What {@link describeTruth} puts together. */
export interface TruthSource {
  readonly variant: string;
  readonly mood: ActorMood;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly rate: { readonly num: number; readonly den: number };
  readonly text: string;
  readonly phones: readonly TimedPhone[];
  readonly neutral: Float32Array;
  readonly shapes: readonly Float32Array[];
  readonly states: readonly ActorState[];
}

/** Puts the ground truth of a clip into plain numbers. */
export function describeTruth(source: TruthSource): GroundTruth {
  const { states, neutral, shapes } = source;
  const face = shapes.map((shape) => shape.subarray(0, neutral.length));
  const lipGap = states.map(({ coefficients }) => {
    const at = (v: number): number => {
      let y = neutral[v * 3 + 1]!;
      for (let k = 0; k < face.length; k += 1) y += coefficients[k]! * face[k]![v * 3 + 1]!;
      return y;
    };
    return Math.max(0, at(13) - at(14));
  });
  return {
    version: 1,
    variant: source.variant,
    mood: source.mood,
    seed: source.seed,
    width: source.width,
    height: source.height,
    frameCount: states.length,
    rate: { num: source.rate.num, den: source.rate.den },
    text: source.text,
    phones: source.phones,
    shapeNames: SHAPE_NAMES,
    neutral: rounded(neutral, 5),
    shapes: face.map((shape) => rounded(shape, 5)),
    coefficients: states.map((s) => rounded(s.coefficients, 5)),
    pose: states.map((s) => rounded(s.pose, 6)),
    gaze: states.map((s) => rounded(s.gaze, 5)),
    lipGap: rounded(lipGap, 5),
  };
}
