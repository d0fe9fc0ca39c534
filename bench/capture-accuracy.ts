// Capture measured on the digital actor, whose truth is known. One JSON line per figure.
//   node bench/capture-accuracy.ts [clip.mp4 with its .truth.json]
import { applySimilarity, fitSimilarity } from '../src/core/geometry/index.ts';
import { SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../src/core/performance.ts';
import { loadFaceModel, personaliseShapes, synthesise } from '../src/engine/capture/face-model/index.ts';
import { captureClip } from '../src/engine/capture/index.ts';
import { digitalActorFixture, readGroundTruth } from '../src/engine/digital-actor/index.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { openVideo } from '../src/engine/media/index.ts';

const VERTICES = 468;
const GROUPS: Readonly<Record<string, readonly ShapeName[]>> = {
  jawOpen: ['jawOpen'],
  smile: ['mouthSmileLeft', 'mouthSmileRight'],
  browsUp: ['browInnerUp', 'browOuterUpLeft', 'browOuterUpRight'],
  browsDown: ['browDownLeft', 'browDownRight'],
  blink: ['eyeBlinkLeft', 'eyeBlinkRight'],
};
/** A group whose truth varies less than this (standard deviation) has nothing to correlate with. */
const LEAST_VARIATION = 0.02;

function print(figure: string, value: number, unit: string, extra: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ bench: 'capture-accuracy', figure, value: Number(value.toFixed(4)), unit, ...extra }));
}

function moments(a: readonly number[], b: readonly number[]): { correlation: number; spread: number } {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, k) => {
    ab += (value - ma) * (b[k]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[k]! - mb) ** 2;
  });
  return { correlation: aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0, spread: Math.sqrt(aa / a.length) };
}

const given = process.argv[2];
const { path, truth } = given
  ? { path: given, truth: await readGroundTruth(given) }
  : await digitalActorFixture({ seconds: 6, width: 640, height: 360 });
const model = await loadFaceModel();
await using inference = await createInference({ providers: ['cpu'] });
await using source = await openVideo(path);
const { performance, figures } = await captureClip(source, inference);
print('coverage', figures.coverage, 'share');
const track = performance.tracks[0];
if (track === undefined) process.exit(1);

const basis = personaliseShapes(model, track.neutral);
const trueNeutral = Float32Array.from(truth.neutral);
const mine = new Float32Array(VERTICES * 3);
const real = new Float32Array(VERTICES * 3);
const weights = new Float32Array(VERTICES).fill(1);
const faceWidth = Math.hypot(...[0, 1, 2].map((d) => trueNeutral[454 * 3 + d]! - trueNeutral[234 * 3 + d]!));
const meanDistance = (): number => {
  let sum = 0;
  for (let v = 0; v < VERTICES; v++)
    sum += Math.hypot(...[0, 1, 2].map((d) => mine[v * 3 + d]! - real[v * 3 + d]!)) / VERTICES;
  return (100 * sum) / faceWidth;
};
let [vertexError, neutralError, turnError, gazeError] = [0, 0, 0, 0];
mine.set(track.neutral);
real.set(trueNeutral);
applySimilarity(fitSimilarity(mine, real, weights), mine, mine);
neutralError = meanDistance();
const rows = Array.from({ length: track.frameCount }, (_, row) => row).filter(
  (row) => track.confidence[row]! > 0 && track.firstFrame + row < truth.frameCount,
);
for (const row of rows) {
  const frame = track.firstFrame + row;
  synthesise(basis, track.neutral, track.coefficients, mine, row * SHAPE_COUNT);
  real.set(trueNeutral);
  truth.coefficients[frame]!.forEach((c, k) => {
    if (c !== 0) for (let i = 0; i < real.length; i++) real[i]! += c * truth.shapes[k]![i]!;
  });
  // One camera cannot tell size from distance: the alignment may scale.
  applySimilarity(fitSimilarity(mine, real, weights), mine, mine);
  vertexError += meanDistance() / rows.length;
  const dot = [0, 1, 2, 3].reduce((sum, k) => sum + track.pose[row * 7 + k]! * truth.pose[frame]![k]!, 0);
  turnError += (2 * Math.acos(Math.min(1, Math.abs(dot))) * 180) / Math.PI / rows.length;
  for (let k = 0; k < 4; k++)
    gazeError += (Math.abs(track.gaze[row * 4 + k]! - truth.gaze[frame]![k]!) * 45) / Math.PI / rows.length;
}
print('vertex-error', vertexError, '% of face width', { bar: 3 });
print('neutral-error', neutralError, '% of face width');
print('head-turn-error', turnError, 'degrees');
print('gaze-error', gazeError, 'degrees');
for (const [name, shapes] of Object.entries(GROUPS)) {
  const sum = (value: (k: number, row: number) => number): number[] =>
    rows.map((row) => shapes.reduce((total, shape) => total + value(shapeIndex(shape), row), 0) / shapes.length);
  const trueCourse = sum((k, row) => truth.coefficients[track.firstFrame + row]![k]!);
  const course = sum((k, row) => track.coefficients[row * SHAPE_COUNT + k]!);
  const { correlation, spread } = moments(trueCourse, course);
  if (spread >= LEAST_VARIATION) print(`correlation-${name}`, correlation, 'r', { bar: 0.9 });
}
print('lip-closure-agreement', figures.closureAgreement, 'share', { frames: figures.closedFrames });
if (process.env['CAPTURE_DETAIL'])
  SHAPE_NAMES.forEach((name, k) => {
    const trueCourse = rows.map((row) => truth.coefficients[track.firstFrame + row]![k]!);
    const course = rows.map((row) => track.coefficients[row * SHAPE_COUNT + k]!);
    const { correlation, spread } = moments(trueCourse, course);
    const mean = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0) / list.length;
    console.error(
      name,
      correlation.toFixed(2),
      spread.toFixed(3),
      mean(trueCourse).toFixed(3),
      mean(course).toFixed(3),
    );
  });
