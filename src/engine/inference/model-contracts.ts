/** What the program expects of a network that it knows by name; packs that differ are not loaded. */
export interface ModelContract {
  readonly task: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

const DETECTOR_OUTPUTS = { boxes: [1, 896, 16], scores: [1, 896, 1] } as const;

/** Inputs and outputs of the bundled networks, by model id. */
export const MODEL_CONTRACTS = {
  'face-detector-short': { task: 'face-detection', inputs: { image: [1, 128, 128, 3] }, outputs: DETECTOR_OUTPUTS },
  'face-detector-far': { task: 'face-detection', inputs: { image: [1, 256, 256, 3] }, outputs: DETECTOR_OUTPUTS },
  'face-landmarks-attention': {
    task: 'face-landmarks',
    inputs: { image: [1, 192, 192, 3] },
    outputs: {
      mesh: [1, 468, 3],
      lips: [1, 80, 2],
      leftEye: [1, 71, 2],
      rightEye: [1, 71, 2],
      leftIris: [1, 5, 2],
      rightIris: [1, 5, 2],
      presence: [1, 1],
    },
  },
  'face-landmarks': {
    task: 'face-landmarks',
    inputs: { image: [1, 192, 192, 3] },
    outputs: { mesh: [1, 468, 3], presence: [1, 1] },
  },
  'face-descriptor': {
    task: 'face-description',
    inputs: { image: [1, 224, 224, 3] },
    outputs: { descriptor: [1, 1024] },
  },
  'expression-7': {
    task: 'expression-classification',
    inputs: { image: [1, 64, 64, 1] },
    outputs: { probabilities: [1, 7] },
  },
  iris: { task: 'iris-landmarks', inputs: { image: [1, 64, 64, 3] }, outputs: { eye: [1, 76, 3] } },
  viseme: {
    task: 'viseme-estimation',
    inputs: { mel: [1, 512, 64] },
    outputs: { visemes: [1, 512, 15], curves: [1, 512, 4] },
  },
  'viseme-noise': {
    task: 'viseme-estimation',
    inputs: { mel: [1, 512, 64] },
    outputs: { visemes: [1, 512, 15], curves: [1, 512, 4] },
  },
  'face-restorer': {
    task: 'face-restore',
    inputs: { face: [1, 16, 120, 120] },
    outputs: { change: [1, 4, 120, 120] },
  },
} as const satisfies Readonly<Record<string, ModelContract>>;

/** A network that the program knows by name. */
export type ModelId = keyof typeof MODEL_CONTRACTS;

/** All {@link ModelId}s. */
export const MODEL_IDS = Object.keys(MODEL_CONTRACTS) as readonly ModelId[];

/** Classes of `expression-7`, in the order of its output. */
export const EXPRESSION_CLASSES = ['angry', 'disgusted', 'afraid', 'happy', 'sad', 'surprised', 'neutral'] as const;

/** The contract of an id, if the program has one; packs of users may have ids of their own. */
export function contractOf(id: string): ModelContract | undefined {
  return Object.hasOwn(MODEL_CONTRACTS, id) ? MODEL_CONTRACTS[id as ModelId] : undefined;
}
