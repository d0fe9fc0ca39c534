import type { ReportFrame } from '../../contract/results.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import type { VideoSource } from '../media/index.ts';
import { faceRegion, facesAt, sameFace } from './clip-faces.ts';
import { cosine, type Depicted, type FaceReader } from './face-readings.ts';
import { FlickerMeter } from './flicker.ts';
import { lipShape } from './lip-shape.ts';
import { comparable, outsideDifference } from './outside-difference.ts';

/** One of the two clips: its pictures, its captured faces, and the frame at which the comparison starts. */
export interface ComparedClip {
  readonly source: VideoSource;
  readonly performance: Performance;
  readonly from: number;
}

/** Options of {@link compareClips}. */
export interface CompareOptions {
  readonly before: ComparedClip;
  readonly after: ComparedClip;
  /** Frames to compare, from each clip's `from` on. */
  readonly frames: number;
  readonly reader: FaceReader;
  readonly signal?: AbortSignal | undefined;
  readonly onFrame?: (done: number) => void;
}

interface Face {
  readonly before: Float32Array;
  readonly after: Float32Array | undefined;
}

/** Lip values are compared to four digits, probabilities to three: more would be noise and fill the JSON. */
function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function roundAll(depicted: Depicted): Record<string, number> {
  return Object.fromEntries(Object.entries(depicted).map(([name, value]) => [name, round(value, 3)]));
}

/** The face that the frame is judged by: the largest before, and its counterpart after. */
function pairFaces(options: CompareOptions, index: number): { main: Face | null; all: Float32Array[] } {
  const before = facesAt(options.before.performance, options.before.from + index);
  const after = facesAt(options.after.performance, options.after.from + index);
  const [largest] = before;
  return { main: largest ? { before: largest, after: sameFace(largest, after) } : null, all: [...before, ...after] };
}

async function readFaces(
  reader: FaceReader,
  face: Face,
  before: Picture,
  after: Picture,
): Promise<Pick<ReportFrame, 'depictedBefore' | 'depictedAfter' | 'identity'>> {
  const depictedBefore = roundAll(await reader.depicted(before, face.before));
  if (!face.after) return { depictedBefore, depictedAfter: null, identity: null };
  const own = await reader.descriptor(before, face.before);
  const edited = await reader.descriptor(after, face.after);
  return {
    depictedBefore,
    depictedAfter: roundAll(await reader.depicted(after, face.after)),
    identity: round(cosine(own, edited), 4),
  };
}

/**
 * Measures two clips frame by frame; `frame` counts in the before clip. Change outside the face is 0 with `outsideComparable`
 * false when the samples cannot be compared as they are (another size, colour matrix or range).
 */
export async function compareClips(
  options: CompareOptions,
): Promise<{ frames: ReportFrame[]; outsideComparable: boolean }> {
  const { before, after, reader } = options;
  const results: ReportFrame[] = [];
  const flicker = new FlickerMeter();
  const cuts = new Set(before.performance.shots);
  let outsideComparable = true;
  const afterFrames = after.source.frames(after.from, after.from + options.frames);
  try {
    for await (const beforeFrame of before.source.frames(before.from, before.from + options.frames)) {
      throwIfCancelled(options.signal);
      const next = await afterFrames.next();
      if (next.done) break;
      const afterFrame = next.value;
      const index = results.length;
      const { main, all } = pairFaces(options, index);
      const [a, b] = [beforeFrame.picture, afterFrame.picture];
      outsideComparable &&= comparable(a, b);
      const regions = all.map((landmarks) => faceRegion(landmarks, a.width, a.height));
      const outside = outsideComparable ? outsideDifference(a, b, regions) : { mean: 0, max: 0 };
      if (cuts.has(before.from + index)) flicker.reset();
      const steady = outsideComparable ? flicker.add(a, b, main && faceRegion(main.before, a.width, a.height)) : null;
      if (steady !== null && index > 0) results[index - 1] = { ...results[index - 1]!, flicker: round(steady, 3) };
      const [lipsBefore, lipsAfter] = [main && lipShape(main.before), main?.after ? lipShape(main.after) : null];
      const readings = main
        ? await readFaces(reader, main, a, b)
        : { depictedBefore: null, depictedAfter: null, identity: null };
      results.push({
        frame: before.from + index,
        ...readings,
        lipGapBefore: lipsBefore && round(lipsBefore.gap, 4),
        lipGapAfter: lipsAfter && round(lipsAfter.gap, 4),
        lipWidthBefore: lipsBefore && round(lipsBefore.width, 4),
        lipWidthAfter: lipsAfter && round(lipsAfter.width, 4),
        outsideMean: round(outside.mean, 4),
        outsideMax: outside.max,
        flicker: null,
      });
      beforeFrame.release();
      afterFrame.release();
      options.onFrame?.(results.length);
    }
  } finally {
    await afterFrames.return?.();
  }
  return { frames: results, outsideComparable };
}
