/** One face in one frame, as the compositor needs it: where it is and what it should do instead. */
export interface FaceEdit {
  /** [478, 3] pixels, as FaceTrack.landmarks. */
  readonly landmarks: Float32Array;
  /** [7] as FaceTrack.pose. */
  readonly pose: Float32Array;
  /** [52] coefficients that the actor performs. */
  readonly before: Float32Array;
  /** [52] coefficients that the actor shall perform. */
  readonly after: Float32Array;
  /** 0..1: how much of the change may show (confidence times keys); scales the movement, so nothing ghosts. */
  readonly weight: number;
  /** 0..1: how strictly closed lips stay closed. */
  readonly lipPreservation: number;
  /** 0..1: how far the lips are brought together, whatever the coefficients leave open; 0 unless given. */
  readonly seal?: number;
}

/** What is constant for an actor in a clip. */
export interface FaceIdentity {
  /** [468, 3] cm. */
  readonly neutral: Float32Array;
  /** 52 personalised shapes, [468, 3] cm each. */
  readonly shapes: readonly Float32Array[];
}
