import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMOTION_LABELS } from '../../contract/emotion.ts';
import {
  type FaceTrack,
  LANDMARK_COUNT,
  type Performance,
  SHAPE_COUNT,
  SHAPE_NAMES,
  shapeIndex,
} from '../../core/performance.ts';
import { rational } from '../../core/rational.ts';
import type { TrackEdit } from '../compositing/edit-plan.ts';
import { INNER_LIP_CORNERS, INNER_LIP_PAIRS } from '../compositing/face-loops.ts';
import { emotionEnvelope, minimumJerk } from './envelope.ts';
import { raisedLid } from './lids.ts';
import { LIP_WIDTH_CM } from './lips.ts';
import { measureManner, planEmotionEdit } from './plan.ts';
import { emotionPrototype } from './prototypes.ts';

const RATE = rational(25);

/** Gives a track the inner lips that its jaw would show: they touch where it is 0, and are 100 pixels wide. */
function filmLips(track: FaceTrack): FaceTrack {
  for (let f = 0; f < track.frameCount; f++) {
    const at = (v: number): number => (f * LANDMARK_COUNT + v) * 3;
    INNER_LIP_CORNERS.forEach((v, side) => {
      track.landmarks[at(v)] = side === 0 ? -50 : 50;
    });
    for (const [, lower] of INNER_LIP_PAIRS)
      track.landmarks[at(lower) + 1] = 200 * track.coefficients[f * SHAPE_COUNT + shapeIndex('jawOpen')]!;
  }
  return track;
}

/** A talking face: jaw at syllable rate with real closures, a constant smile, one blink. */
function talking(frames = 100, smile = 0): FaceTrack {
  const coefficients = new Float32Array(frames * SHAPE_COUNT);
  for (let f = 0; f < frames; f++) {
    coefficients[f * SHAPE_COUNT + shapeIndex('jawOpen')] = Math.max(0, 0.3 * Math.sin((f / 6) * Math.PI));
    for (const name of ['mouthSmileLeft', 'mouthSmileRight'] as const)
      coefficients[f * SHAPE_COUNT + shapeIndex(name)] = smile;
    for (const name of ['eyeBlinkLeft', 'eyeBlinkRight'] as const)
      coefficients[f * SHAPE_COUNT + shapeIndex(name)] = Math.abs(f - 50) <= 2 ? 1 : 0;
  }
  return filmLips({
    actorId: 'a',
    shot: 0,
    firstFrame: 0,
    frameCount: frames,
    coefficients,
    pose: new Float32Array(frames * 7),
    gaze: new Float32Array(frames * 4),
    landmarks: new Float32Array(frames * 478 * 3),
    confidence: new Float32Array(frames).fill(1),
    reason: new Uint8Array(frames),
    neutral: new Float32Array(468 * 3),
  });
}

function performance(track: FaceTrack): Performance {
  return { width: 640, height: 360, frameCount: track.frameCount, shots: [0], actors: [], tracks: [track] };
}

const options = { rate: RATE, lipPreservation: 0.9, seed: 1 };
const value = (data: Float32Array, frame: number, name: Parameters<typeof shapeIndex>[0]): number =>
  data[frame * SHAPE_COUNT + shapeIndex(name)]!;

/** How much wider an edit makes the lips of a frame, canonical cm. */
const widened = (track: FaceTrack, after: Float32Array, frame: number): number =>
  SHAPE_NAMES.reduce(
    (sum, name) =>
      sum +
      (LIP_WIDTH_CM[name.replace(/(Left|Right)$/, '')] ?? 0) *
        (value(after, frame, name) - value(track.coefficients, frame, name)),
    0,
  );

const surprised = (track: FaceTrack): TrackEdit =>
  planEmotionEdit(performance(track), { ...options, keys: [{ frame: 0, label: 'surprised', intensity: 1 }] }).edits[0]!;

describe('planEmotionEdit', () => {
  it('leaves a performance alone when nothing is asked for', () => {
    const track = talking();
    const [edit] = planEmotionEdit(performance(track), { ...options, keys: [] }).edits;
    for (let i = 0; i < edit!.after.length; i++) expect(edit!.after[i]).toBeCloseTo(track.coefficients[i]!, 5);
  });

  it('drops open with astonishment where the mouth is silent, not where it speaks, and is shut again in time', () => {
    const track = talking();
    const silent = [30, 60] as const;
    for (let f = silent[0]; f <= silent[1]; f++) track.coefficients[f * SHAPE_COUNT + shapeIndex('jawOpen')] = 0;
    const { after, lipPreservation } = surprised(filmLips(track));
    const parted = (f: number): number => value(after, f, 'jawOpen') - value(after, f, 'mouthClose');
    expect(parted(48)).toBeGreaterThan(0.25);
    expect(lipPreservation[48]).toBeLessThan(0.05);
    // What shuts the lips of the clip before and after, at syllables, and as speech begins again.
    for (const f of [9, 21, 30, 60, 69, 81, 93]) {
      expect(parted(f), `frame ${f}`).toBeLessThan(0.1);
      expect(lipPreservation[f]).toBeGreaterThan(0.8);
    }
    for (let f = silent[0] + 1; f <= silent[1]; f++)
      expect(Math.abs(parted(f) - parted(f - 1)), `frame ${f}`).toBeLessThan(0.15);
  });

  it('takes nobody who speaks with a quiet jaw for silent, nor a closure at the end of a shot', () => {
    const quiet = talking();
    const jaw = shapeIndex('jawOpen');
    for (let f = 0; f < quiet.frameCount; f++) quiet.coefficients[f * SHAPE_COUNT + jaw]! *= 0.15;
    // The shot ends in a closure, three frames after somebody spoke.
    for (let f = 0; f < 97; f++) if (f % 12 < 3) quiet.coefficients[f * SHAPE_COUNT + jaw] = 0.02;
    const { lipPreservation } = surprised(filmLips(quiet));
    expect(Math.min(...lipPreservation)).toBeGreaterThan(0.85);
  });

  it('leaves silent lips together for emotions that do not drop the jaw', () => {
    const track = talking();
    track.coefficients.fill(0);
    for (const label of ['happy', 'sad', 'disgusted', 'contempt'] as const) {
      const [edit] = planEmotionEdit(performance(track), {
        ...options,
        keys: [{ frame: 0, label, intensity: 1 }],
      }).edits;
      expect(Math.min(...edit!.lipPreservation)).toBeCloseTo(options.lipPreservation, 6);
    }
  });

  it('raises lids that hang where eyes are to be wide, and still blinks', () => {
    const track = talking();
    const blink = shapeIndex('eyeBlinkLeft');
    for (let f = 0; f < track.frameCount; f++)
      track.coefficients[f * SHAPE_COUNT + blink] = Math.max(0.4, track.coefficients[f * SHAPE_COUNT + blink]!);
    const lid = (label: 'surprised' | 'sad', f: number): number => {
      const [edit] = planEmotionEdit(performance(track), {
        ...options,
        keys: [{ frame: 0, label, intensity: 1 }],
      }).edits;
      return value(edit!.after, f, 'eyeBlinkLeft');
    };
    expect(lid('surprised', 25)).toBeLessThan(0.05);
    expect(lid('surprised', 50)).toBeCloseTo(1, 3);
    expect(lid('sad', 25)).toBeGreaterThan(0.4);
  });

  it('leaves eyes shut that are kept shut, and moves lids evenly between (property)', () => {
    expect(raisedLid(0.95, 0.95, 1)).toBeCloseTo(0.95, 6);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (blink, hanging, raised) => {
        const lid = raisedLid(blink, hanging, raised);
        expect(lid).toBeGreaterThanOrEqual(0);
        expect(lid).toBeLessThanOrEqual(blink + 1e-9);
        const step = raisedLid(Math.min(1, blink + 0.02), hanging, raised) - lid;
        expect(step).toBeGreaterThanOrEqual(-1e-9);
        expect(step).toBeLessThan(0.06);
      }),
    );
  });

  it('keeps closures shut and blinks shut under every label, at any intensity up to 1.5', () => {
    const track = talking();
    for (const label of EMOTION_LABELS)
      for (const intensity of [0.5, 1, 1.5]) {
        const [edit] = planEmotionEdit(performance(track), {
          ...options,
          lipPreservation: 1,
          keys: [{ frame: 0, label, intensity }],
        }).edits;
        for (let f = 0; f < track.frameCount; f++)
          // Lips that touch: what the jaw parts is taken back by mouthClose, which is its exact opposite at the lips.
          if (value(track.coefficients, f, 'jawOpen') === 0)
            expect(value(edit!.after, f, 'jawOpen')).toBe(value(edit!.after, f, 'mouthClose'));
        expect(value(edit!.after, 50, 'eyeBlinkLeft')).toBeGreaterThanOrEqual(1);
        expect(value(edit!.after, 50, 'eyeWideLeft')).toBe(0);
      }
  });

  it('keeps the order of openings: a wider jaw stays the wider one', () => {
    const track = talking();
    const [edit] = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'happy', intensity: 1 }],
    }).edits;
    const source = Float32Array.from({ length: 100 }, (_, f) => value(track.coefficients, f, 'jawOpen'));
    const after = Float32Array.from({ length: 100 }, (_, f) => value(edit!.after, f, 'jawOpen'));
    expect(after).toEqual(source);
  });

  it('neutral flattens a held smile and any label replaces it', () => {
    const track = talking(100, 0.7);
    const flat = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'neutral', intensity: 1 }],
    }).edits[0]!.after;
    const sad = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'sad', intensity: 1 }],
    }).edits[0]!.after;
    expect(value(flat, 40, 'mouthSmileLeft')).toBeLessThan(0.05);
    expect(value(sad, 40, 'mouthSmileLeft')).toBeLessThan(0.05);
    expect(value(sad, 40, 'mouthFrownLeft')).toBeGreaterThan(0.45);
  });

  it('keeps the spoken width of lips that an emotion opens, and lets a long face be astonished behind shut lips', () => {
    const track = talking();
    const after = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'surprised', intensity: 1 }],
    }).edits[0]!.after;
    const widths = Array.from({ length: 60 }, (_, i) => widened(track, after, 20 + i));
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(0.25);
    expect(value(after, 45, 'jawOpen')).toBeGreaterThan(value(after, 45, 'mouthClose'));
    const shut = 42;
    expect(value(track.coefficients, shut, 'jawOpen')).toBeLessThan(1e-6);
    expect(value(after, shut, 'mouthClose')).toBeGreaterThan(0.1);
  });

  it('takes a smile out of spread vowels and leaves them as wide as they were', () => {
    const track = talking();
    // A smile that comes and goes with the syllables, about twice a second.
    for (let f = 0; f < track.frameCount; f++)
      for (const name of ['mouthSmileLeft', 'mouthSmileRight'] as const)
        track.coefficients[f * SHAPE_COUNT + shapeIndex(name)] = 0.35 + 0.3 * Math.sin(f / 2);
    const after = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'sad', intensity: 1 }],
    }).edits[0]!.after;
    const frames = Array.from({ length: 60 }, (_, i) => 20 + i);
    const smiles = frames.map((f) => value(after, f, 'mouthSmileLeft'));
    expect(Math.max(...smiles)).toBeLessThan(0.2);
    const changes = frames.map((f) => widened(track, after, f));
    // The smiles went up and down by a centimetre.
    expect(Math.max(...changes) - Math.min(...changes)).toBeLessThan(0.3);
  });

  it('takes the teeth out of a laugh when another emotion replaces it, and leaves them in speech', () => {
    const bared = (smile: number): number => {
      const track = talking(100, smile);
      for (let f = 0; f < 100; f++)
        for (const name of ['mouthUpperUpLeft', 'mouthUpperUpRight'] as const)
          track.coefficients[f * SHAPE_COUNT + shapeIndex(name)] = 0.8;
      const keys = [{ frame: 0, label: 'sad', intensity: 1 }] as const;
      return value(planEmotionEdit(performance(track), { ...options, keys }).edits[0]!.after, 40, 'mouthUpperUpLeft');
    };
    expect(bared(0)).toBeCloseTo(0.8, 5);
    expect(bared(0.7)).toBeLessThan(0.4);
  });

  it('is repeatable by seed, alive over time, and different by seed', () => {
    const keys = [{ frame: 0, label: 'happy', intensity: 1 }] as const;
    const run = (seed: number): Float32Array =>
      planEmotionEdit(performance(talking()), { ...options, seed, keys }).edits[0]!.after;
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    const held = Array.from({ length: 60 }, (_, f) => value(run(3), f, 'cheekSquintLeft'));
    expect(Math.max(...held) - Math.min(...held)).toBeGreaterThan(0.02);
    expect(Math.max(...held.map((v, f) => Math.abs(v - (held[f - 1] ?? v))))).toBeLessThan(0.03);
  });

  it('lets hand-set action units win and edits only the chosen actors', () => {
    const track = talking();
    const plan = planEmotionEdit(performance(track), {
      ...options,
      keys: [{ frame: 0, label: 'sad', intensity: 1 }],
      overrides: { browInnerUp: 0.25 },
    });
    expect(value(plan.edits[0]!.after, 10, 'browInnerUp')).toBe(0.25);
    expect(planEmotionEdit(performance(track), { ...options, keys: [], actorIds: ['b'] }).edits).toEqual([]);
  });

  it('stays within 0 and 1.5 (property)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EMOTION_LABELS),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1000),
        (label, intensity, lipPreservation, seed) => {
          const { edits } = planEmotionEdit(performance(talking(30, 0.5)), {
            rate: RATE,
            seed,
            lipPreservation,
            keys: [{ frame: 0, label, intensity }],
          });
          for (const v of edits[0]!.after) expect(v >= 0 && v <= 1.5).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('measureManner', () => {
  it('takes what the face holds and leaves speech', () => {
    const manner = measureManner(performance(talking(100, 0.6)));
    expect(manner[shapeIndex('mouthSmileLeft')]).toBeCloseTo(0.6, 5);
    expect(manner[shapeIndex('jawOpen')]).toBe(0);
    expect(manner[shapeIndex('eyeBlinkLeft')]).toBe(0);
  });
});

describe('emotionEnvelope', () => {
  it('holds before the first key, moves at each key and sums to what was asked for', () => {
    const keys = [
      { frame: 0, label: 'neutral', intensity: 1 },
      { frame: 50, label: 'happy', intensity: 1 },
      { frame: 100, label: 'sad', intensity: 0.6 },
    ] as const;
    const curves = emotionEnvelope(keys, 150, RATE);
    expect(curves.get('neutral')![20]).toBeCloseTo(1, 6);
    expect(curves.get('happy')![49]).toBe(0);
    expect(curves.get('happy')![80]).toBeCloseTo(1, 6);
    expect(curves.get('sad')![149]).toBeCloseTo(0.6, 6);
    expect(curves.get('happy')![149]).toBeCloseTo(0, 6);
    for (let f = 1; f < 150; f++)
      for (const curve of curves.values()) expect(Math.abs(curve[f]! - curve[f - 1]!)).toBeLessThan(0.25);
  });

  it('eases as a hand does', () => {
    expect([minimumJerk(-1), minimumJerk(0), minimumJerk(0.5), minimumJerk(1), minimumJerk(2)]).toEqual([
      0, 0, 0.5, 1, 1,
    ]);
  });
});

describe('emotionPrototype', () => {
  it('gives every label but neutral something to do, contempt on one side only', () => {
    for (const label of EMOTION_LABELS) {
      const sum = emotionPrototype(label).reduce((s, v) => s + v, 0);
      if (label === 'neutral') expect(sum).toBe(0);
      else expect(sum).toBeGreaterThan(1);
    }
    const contempt = emotionPrototype('contempt');
    expect(contempt[shapeIndex('mouthSmileLeft')]).toBeGreaterThan(0.3);
    expect(contempt[shapeIndex('mouthSmileRight')]).toBe(0);
  });
});
