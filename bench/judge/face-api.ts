import { loadFaceApi, type RawFace } from './tfjs-face-api.ts';

/** The seven classes of face-api's expression network, in its order. */
export const judgeClasses = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'] as const;
/** One class of the judge. */
export type JudgeClass = (typeof judgeClasses)[number];

/** An axis-aligned box in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the judge says of one face. Plain data, so that it can be cached as JSON. */
export interface JudgedFace {
  readonly box: Box;
  readonly score: number;
  readonly detector: 'ssd' | 'tiny';
  /** 68 points, interleaved x, y in pixels of the picture. */
  readonly landmarks: readonly number[];
  /** Probabilities in the order of `judgeClasses`; they sum to one. */
  readonly expression: readonly number[];
  /** 128 numbers; the Euclidean distance of one person's faces is under 0.6. */
  readonly descriptor: readonly number[];
}

/** Changes with anything that changes a verdict, so that caches of older verdicts are not read. */
export const judgeVersion = 'face-api-1.7.15/1';

/** The judge: face-api's networks, run in the order its own manual uses them (landmarks align the other crops). */
export interface Judge {
  /**
   * @param rgb interleaved 8-bit RGB, `width * height * 3` bytes
   * @returns every face, largest first; empty when neither detector finds one
   */
  faces(rgb: Uint8Array, width: number, height: number): Promise<JudgedFace[]>;
  /** The face in a square of a picture, without any detection; beyond the picture its rim goes on. */
  faceIn(rgb: Uint8Array, width: number, height: number, square: Square): Promise<FaceInSquare>;
}

/** A square of whole pixels. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** What the judge says of a face in a square. */
export type FaceInSquare = Pick<JudgedFace, 'landmarks' | 'descriptor'>;

const minimumScore = 0.4;
const mostFaces = 4;

/** Opens the judge. @throws Error when face-api or its models cannot be loaded. */
export async function openJudge(): Promise<Judge> {
  const { faceApi, tf } = await loadFaceApi();
  const ssd = new faceApi.SsdMobilenetv1Options({ minConfidence: minimumScore, maxResults: mostFaces });
  const tiny = new faceApi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: minimumScore });
  return {
    async faces(rgb, width, height) {
      const factor = Math.max(1, Math.floor(Math.max(width, height) / 960));
      const small = shrink(rgb, width, height, factor);
      const image = tf.tensor3d(small.values, [small.height, small.width, 3], 'int32');
      try {
        for (const [detector, options] of [
          ['ssd', ssd],
          ['tiny', tiny],
        ] as const) {
          const found = await faceApi
            .detectAllFaces(image, options)
            .withFaceLandmarks()
            .withFaceExpressions()
            .withFaceDescriptors();
          if (found.length > 0) return found.map((face) => plain(face, detector, factor)).sort(bySize);
        }
        return [];
      } finally {
        image.dispose();
      }
    },
    async faceIn(rgb, width, height, { left, top, side }) {
      const values = new Int32Array(side * side * 3);
      for (let y = 0, to = 0; y < side; y++)
        for (let x = 0; x < side; x++)
          for (let channel = 0; channel < 3; channel++, to++) {
            const row = Math.max(0, Math.min(height - 1, top + y));
            values[to] = rgb[3 * (row * width + Math.max(0, Math.min(width - 1, left + x))) + channel]!;
          }
      const image = tf.tensor3d(values, [side, side, 3], 'int32');
      try {
        const { positions } = await faceApi.detectFaceLandmarks(image);
        const descriptor = Array.from(await faceApi.computeFaceDescriptor(image));
        return { landmarks: positions.flatMap(({ x, y }) => [left + x, top + y]), descriptor };
      } finally {
        image.dispose();
      }
    },
  };
}

const bySize = (a: JudgedFace, b: JudgedFace): number => b.box.width * b.box.height - a.box.width * a.box.height;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * Means over squares of `factor` pixels. The networks look at 512 pixels of the picture and 150 of a face, so pixels
 * of large pictures only cost time.
 */
function shrink(rgb: Uint8Array, width: number, height: number, factor: number): Shrunk {
  const w = Math.floor(width / factor);
  const h = Math.floor(height / factor);
  const values = new Int32Array(w * h * 3);
  const area = factor * factor;
  for (let y = 0, o = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let channel = 0; channel < 3; channel++, o++) {
        let sum = 0;
        for (let v = 0; v < factor; v++) {
          const row = 3 * ((y * factor + v) * width + x * factor) + channel;
          for (let u = 0; u < factor; u++) sum += rgb[row + 3 * u]!;
        }
        values[o] = Math.round(sum / area);
      }
    }
  }
  return { width: w, height: h, values };
}

interface Shrunk {
  readonly width: number;
  readonly height: number;
  readonly values: Int32Array;
}

function plain(face: RawFace, detector: 'ssd' | 'tiny', factor: number): JudgedFace {
  const { box, score } = face.detection;
  const pixels = (value: number): number => round(value * factor, 2);
  return {
    box: { x: pixels(box.x), y: pixels(box.y), width: pixels(box.width), height: pixels(box.height) },
    score: round(score, 4),
    detector,
    landmarks: face.landmarks.positions.flatMap((point) => [round(point.x * factor, 3), round(point.y * factor, 3)]),
    expression: judgeClasses.map((name) => round(face.expressions[name]!, 6)),
    descriptor: Array.from(face.descriptor, (value) => round(value, 6)),
  };
}

/** The class with the highest probability. */
export function topClass(face: JudgedFace): JudgeClass {
  let best = 0;
  for (let i = 1; i < judgeClasses.length; i++) if (face.expression[i]! > face.expression[best]!) best = i;
  return judgeClasses[best]!;
}

/** Euclidean distance of two descriptors. */
export function descriptorDistance(a: Pick<JudgedFace, 'descriptor'>, b: Pick<JudgedFace, 'descriptor'>): number {
  let sum = 0;
  for (let i = 0; i < a.descriptor.length; i++) sum += (a.descriptor[i]! - b.descriptor[i]!) ** 2;
  return Math.sqrt(sum);
}

/** Inner-lip gap and mouth width over the distance of the eyes' centres, from the judge's own points. */
export function lips(face: JudgedFace): { gap: number; width: number } {
  const at = (i: number): [number, number] => [face.landmarks[2 * i]!, face.landmarks[2 * i + 1]!];
  const centre = (from: number, until: number): [number, number] => {
    let x = 0;
    let y = 0;
    for (let i = from; i < until; i++) {
      x += at(i)[0] / (until - from);
      y += at(i)[1] / (until - from);
    }
    return [x, y];
  };
  const distance = (a: [number, number], b: [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const eyes = Math.max(1e-6, distance(centre(36, 42), centre(42, 48)));
  const gap = (distance(at(61), at(67)) + distance(at(62), at(66)) + distance(at(63), at(65))) / 3;
  return { gap: gap / eyes, width: distance(at(60), at(64)) / eyes };
}

/** Overlap of two boxes: intersection over union. */
export function overlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (a.width * a.height + b.width * b.height - w * h);
}
