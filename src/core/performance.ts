/**
 * The 52 expression coefficients by their ARKit names, in ARKit's alphabetical order
 * (Apple, ARFaceAnchor.BlendShapeLocation). `tongueOut` is carried as 0: the tongue is not captured.
 */
export const SHAPE_NAMES = [
  'browDownLeft',
  'browDownRight',
  'browInnerUp',
  'browOuterUpLeft',
  'browOuterUpRight',
  'cheekPuff',
  'cheekSquintLeft',
  'cheekSquintRight',
  'eyeBlinkLeft',
  'eyeBlinkRight',
  'eyeLookDownLeft',
  'eyeLookDownRight',
  'eyeLookInLeft',
  'eyeLookInRight',
  'eyeLookOutLeft',
  'eyeLookOutRight',
  'eyeLookUpLeft',
  'eyeLookUpRight',
  'eyeSquintLeft',
  'eyeSquintRight',
  'eyeWideLeft',
  'eyeWideRight',
  'jawForward',
  'jawLeft',
  'jawOpen',
  'jawRight',
  'mouthClose',
  'mouthDimpleLeft',
  'mouthDimpleRight',
  'mouthFrownLeft',
  'mouthFrownRight',
  'mouthFunnel',
  'mouthLeft',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthPressLeft',
  'mouthPressRight',
  'mouthPucker',
  'mouthRight',
  'mouthRollLower',
  'mouthRollUpper',
  'mouthShrugLower',
  'mouthShrugUpper',
  'mouthSmileLeft',
  'mouthSmileRight',
  'mouthStretchLeft',
  'mouthStretchRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'noseSneerLeft',
  'noseSneerRight',
  'tongueOut',
] as const;

/** One of the 52 ARKit expression shapes. Left and right are the actor's own. */
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** Number of expression coefficients per frame. */
export const SHAPE_COUNT = SHAPE_NAMES.length;

/** Landmarks per frame: 468 mesh points, then 5 of the right-image iris (468..472) and 5 of the other (473..477). */
export const LANDMARK_COUNT = 478;

/** Mesh vertices of the canonical face. */
export const FACE_VERTEX_COUNT = 468;

const indexByName = new Map<string, number>(SHAPE_NAMES.map((name, index) => [name, index]));

/** Column of a shape in the coefficient array. */
export function shapeIndex(name: ShapeName): number {
  return indexByName.get(name)!;
}

/** Whether a text is the name of one of the 52 shapes. */
export function isShapeName(text: string): text is ShapeName {
  return indexByName.has(text);
}

/** Why a frame carries no edit, or a weakened one. `ok` is a usable face. */
export type FrameReason = 'ok' | 'no-face' | 'occluded' | 'profile' | 'too-small' | 'out-of-frame' | 'uncertain';

/** All {@link FrameReason}s; a frame's reason is stored as the index into this list. */
export const FRAME_REASONS: readonly FrameReason[] = [
  'ok',
  'no-face',
  'occluded',
  'profile',
  'too-small',
  'out-of-frame',
  'uncertain',
];

/** Floats per frame in {@link FaceTrack.pose}. */
export const POSE_SIZE = 7;

/**
 * One actor in one shot, dense over consecutive frames. Typed arrays are frame-major; row r is clip frame
 * `firstFrame + r`.
 *
 * Face space is the canonical mesh: centimetres, x to the image right for a frontal face (the actor's left), y up,
 * z towards the camera. The camera is scaled orthographic: a face-space point p (actor's neutral plus shapes) lands
 * on pixel `(tx + s * (R p).x, ty - s * (R p).y)`, depth `s * (R p).z` towards the viewer; pixel centres at .5.
 */
export interface FaceTrack {
  readonly actorId: string;
  readonly shot: number;
  readonly firstFrame: number;
  readonly frameCount: number;
  /** [frameCount, 52], 0..1 (may pass 1 a little), in the order of SHAPE_NAMES; smoothed. */
  readonly coefficients: Float32Array;
  /** [frameCount, 7]: unit quaternion x y z w of R, tx, ty (pixels), s (pixels per centimetre); smoothed. */
  readonly pose: Float32Array;
  /** [frameCount, 4]: left yaw, left pitch, right yaw, right pitch in radians, in face space; + = image right / up. */
  readonly gaze: Float32Array;
  /** [frameCount, 478, 3]: pixels x, y (y down) and z in pixels (towards the viewer positive); smoothed. */
  readonly landmarks: Float32Array;
  /** [frameCount], 0..1: how far the fit can be trusted and an edit may show. */
  readonly confidence: Float32Array;
  /** [frameCount]: index into FRAME_REASONS. */
  readonly reason: Uint8Array;
  /** Actor's neutral mesh in face space, [468, 3] cm. The same array for all tracks of an actor. */
  readonly neutral: Float32Array;
}

/** A person in the clip. */
export interface Actor {
  readonly id: string;
  /** Person-readable name: `Actor 1` until somebody renames it. */
  readonly name: string;
  /** Mean face descriptor, unit length. */
  readonly descriptor: Float32Array;
  readonly neutral: Float32Array;
}

/** The captured performance of a clip. */
export interface Performance {
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /** First frame of each shot; starts with 0. */
  readonly shots: readonly number[];
  readonly actors: readonly Actor[];
  readonly tracks: readonly FaceTrack[];
}
