import { describe, expect, it } from 'vitest';
import { type FaceTrack, type Performance, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { builtInStyle } from './built-in-styles.ts';
import { planDub } from './dub.ts';
import { performSpeech } from './perform.ts';
import { spokenLine } from './spoken-line.test-support.ts';

const FRAMES = 100;
const ROLLED = [60, 61, 62];
const speech = performSpeech(spokenLine(4), {
  style: builtInStyle('neutral'),
  rate: { num: 25, den: 1 },
  frames: FRAMES,
  seed: 1,
});

/** A filmed face that smiles a little, its lips rolled in for a few frames. */
function filmed(): FaceTrack {
  const coefficients = new Float32Array(FRAMES * SHAPE_COUNT);
  const set = (row: number, name: ShapeName, value: number): void => {
    coefficients[row * SHAPE_COUNT + shapeIndex(name)] = value;
  };
  for (let row = 0; row < FRAMES; row++) {
    set(row, 'browInnerUp', 0.3);
    set(row, 'mouthSmileLeft', 0.2);
  }
  for (const row of ROLLED) set(row, 'mouthRollUpper', 0.6);
  const confidence = new Float32Array(FRAMES).fill(1);
  const reason = new Uint8Array(FRAMES);
  return { actorId: 'a', firstFrame: 0, frameCount: FRAMES, coefficients, confidence, reason } as FaceTrack;
}

describe('planDub', () => {
  const track = filmed();
  const { after, seal } = planDub({ tracks: [track] } as unknown as Performance, 'a', speech, 0).edits[0]!;
  const at = (values: Float32Array, row: number, name: ShapeName): number =>
    values[row * SHAPE_COUNT + shapeIndex(name)]!;

  it('opens the mouth for the new words and keeps what is above it', () => {
    let open = 0;
    for (let row = 0; row < FRAMES; row++) {
      expect(at(after, row, 'browInnerUp')).toBe(Math.fround(0.3));
      open = Math.max(open, at(after, row, 'jawOpen'));
      if (ROLLED.every((rolled) => Math.abs(rolled - row) > 1))
        expect(at(after, row, 'jawOpen')).toBeCloseTo(Math.min(1, at(speech.coefficients, row, 'jawOpen')), 5);
    }
    expect(open).toBeGreaterThan(0.15);
  });

  it('seals the lips on every p, b and m, but no lips that are rolled in', () => {
    const closures = speech.closures.flat();
    expect(closures.length).toBeGreaterThan(3);
    for (const row of closures) expect(seal[row]).toBe(ROLLED.includes(row) ? 0 : 1);
    expect(ROLLED.map((row) => seal[row])).toEqual([0, 0, 0]);
  });

  it('leaves a mouth whose lips are rolled in as it was filmed, and goes there and back over a frame', () => {
    // What is said there would open the mouth: the test looks at something.
    expect(Math.max(...ROLLED.map((row) => at(speech.coefficients, row, 'jawOpen')))).toBeGreaterThan(0.03);
    for (const row of ROLLED)
      expect(after.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT)).toEqual(
        track.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT),
      );
    for (const row of [59, 63])
      expect(at(after, row, 'jawOpen')).toBeCloseTo(at(speech.coefficients, row, 'jawOpen') / 2, 5);
  });
});
