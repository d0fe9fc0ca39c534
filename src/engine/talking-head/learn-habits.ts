import type { TalkingStyle } from '../../contract/talking-style.ts';
import { SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { featuresAt, HABIT_FEATURES, medianLevel } from './habits.ts';
import { ridge } from './statistics.ts';
import { column, type Look } from './style-looks.ts';

const RIDGE = 0.02;
const MOUTH_HABITS: readonly ShapeName[] = [
  'jawOpen',
  'mouthFunnel',
  'mouthPucker',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'mouthSmileLeft',
  'mouthSmileRight',
  'mouthStretchLeft',
  'mouthStretchRight',
];

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Regression of what the mouth does beyond the rules on features of the speech. */
export function learnHabits(
  looks: readonly Look[],
  expected: Float32Array,
  posture: Readonly<Record<string, number>>,
  gain: number,
  lag: number,
  speech: SpeechTrack,
): TalkingStyle['habits'] {
  const spoken = looks.flatMap(({ speaking }, i) => (speaking ? [i] : []));
  const n = spoken.length;
  const [k, m] = [HABIT_FEATURES.length, MOUTH_HABITS.length];
  const x = new Float64Array(n * k);
  const y = new Float64Array(n * m);
  const level = medianLevel(speech);
  const columns = MOUTH_HABITS.map((name) => column(looks, name));
  spoken.forEach((i, row) => {
    featuresAt(speech, level, looks[i]!.seconds - lag, x.subarray(row * k, (row + 1) * k));
    MOUTH_HABITS.forEach((name, c) => {
      const rule = expected[i * SHAPE_COUNT + shapeIndex(name)]! * (name === 'jawOpen' ? gain : 1);
      y[row * m + c] = columns[c]![i]! - rule - (posture[name] ?? 0);
    });
  });
  for (const [values, width] of [
    [x, k],
    [y, m],
  ] as const)
    for (let c = 0; c < width; c++) {
      let middle = 0;
      for (let row = 0; row < n; row++) middle += values[row * width + c]! / n;
      for (let row = 0; row < n; row++) values[row * width + c]! -= middle;
    }
  const weights = ridge(x, y, n, k, m, RIDGE);
  return {
    features: [...HABIT_FEATURES],
    weights: Object.fromEntries(MOUTH_HABITS.map((name, c) => [name, weights[c]!.map(round)])),
  };
}
