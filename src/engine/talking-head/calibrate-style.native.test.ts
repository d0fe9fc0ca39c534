import { describe, expect, it } from 'vitest';
import { SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { builtInStyle } from './built-in-styles.ts';
import { calibrateStyle } from './calibrate-style.ts';
import { MouthShape } from './mouth-shape.ts';
import { HEAD_SIZE, performSpeech } from './perform.ts';
import { spokenLine } from './spoken-line.test-support.ts';
import { deviation, mean } from './statistics.ts';
import type { Look } from './style-looks.ts';

const RATE = { num: 25, den: 1 };
const FRAMES = 300;

describe('calibrateStyle', () => {
  it('finds how far a known speaker opens, smiles and moves the brows, from what is seen of them', async () => {
    const speech = spokenLine(12);
    const neutral = builtInStyle('neutral');
    const speaker = {
      ...neutral,
      mouth: { ...neutral.mouth, gain: 1.6 },
      posture: { mouthSmileLeft: 0.3, mouthSmileRight: 0.3 },
      brows: { ...neutral.brows, wander: 0.2 },
    };
    const model = await loadFaceModel();
    const { coefficients, head } = performSpeech(speech, { style: speaker, rate: RATE, frames: FRAMES, seed: 9 });
    const looks = Array.from({ length: FRAMES }, (_, row): Look => {
      const seconds = (row + 0.5) / 25;
      const speaking = (speech.voice[Math.round(seconds * speech.rateHz)] ?? 0) > 0.5;
      return { track: { coefficients } as Look['track'], row, seconds, speaking };
    });
    const angle = (k: number): Float32Array => Float32Array.from(looks, (_, f) => head[f * HEAD_SIZE + k]!);
    const filmed = {
      looks,
      head: { yaw: angle(0), pitch: angle(1), roll: angle(2) },
      speech,
      rate: RATE,
      lips: new MouthShape({ neutral: model.neutral, shapes: model.shapes }),
    };
    const style = calibrateStyle(neutral, filmed, ['mouthSmileLeft', 'mouthSmileRight', 'browInnerUp'], true);
    expect(style.mouth.gain).toBeGreaterThan(1.35);
    expect(style.mouth.gain).toBeLessThan(1.85);
    expect(style.posture['mouthSmileLeft']).toBeGreaterThan(0.22);
    const spoken = performSpeech(speech, { style, rate: RATE, frames: FRAMES, seed: 5 }).coefficients;
    const read = (values: Float32Array, name: 'browInnerUp' | 'mouthSmileLeft'): Float32Array =>
      Float32Array.from(looks, (_, f) => values[f * SHAPE_COUNT + shapeIndex(name)]!);
    const brows = deviation(read(coefficients, 'browInnerUp'));
    expect(Math.abs(deviation(read(spoken, 'browInnerUp')) / brows - 1)).toBeLessThan(0.3);
    expect(mean(read(spoken, 'mouthSmileLeft'))).toBeCloseTo(mean(read(coefficients, 'mouthSmileLeft')), 1);
  });
});
