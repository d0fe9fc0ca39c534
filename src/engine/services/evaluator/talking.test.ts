import { expect, it } from 'vitest';
import type { NumberParameter } from '../../../core/document/parameter.ts';
import { type FaceTrack, type Performance, SHAPE_COUNT } from '../../../core/performance.ts';
import { builtInStyle } from '../../talking-head/index.ts';
import { spokenLine } from '../../talking-head/spoken-line.test-support.ts';
import type { TalkEffect } from '../speech-results.ts';
import type { CapturedMedia } from './performances.ts';
import { performTalk, planTalk } from './talking.ts';

const RATE = { num: 25, den: 1 };
const FRAMES = 100;
const inputs = { speech: spokenLine(4), style: builtInStyle('lively'), styleFile: null };
const talkAt = (styleStrength: NumberParameter) => {
  const effect = { kind: 'talking-head', parameters: { styleStrength }, settings: { seed: 3 }, range: null };
  return performTalk(effect as unknown as TalkEffect, inputs, RATE, FRAMES);
};

it('follows keys of style strength, from one performance to the other without a jump', () => {
  const key = { interpolation: 'linear', out: null, in: null } as const;
  const keys = [
    { ...key, frame: 20, value: 0 },
    { ...key, frame: 80, value: 1 },
  ];
  const keyed = talkAt({ kind: 'keyed', keys });
  const [none, full] = [0, 1].map((value) => talkAt({ kind: 'constant', value })) as [typeof keyed, typeof keyed];
  const until = 21 * SHAPE_COUNT;
  const from = 80 * SHAPE_COUNT;
  expect(keyed.coefficients.subarray(0, until)).toEqual(none.coefficients.subarray(0, until));
  expect(keyed.coefficients.subarray(from)).toEqual(full.coefficients.subarray(from));
  expect(keyed.coefficients.subarray(until, from)).not.toEqual(full.coefficients.subarray(until, from));
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const [a, b] = [none.head[frame * 4]!, full.head[frame * 4]!];
    expect(keyed.head[frame * 4]).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-6);
    expect(keyed.head[frame * 4]).toBeLessThanOrEqual(Math.max(a, b) + 1e-6);
  }
});

it('seals the lips of a dub under an emotion too, and only where the dub is', () => {
  const talking = talkAt({ kind: 'constant', value: 0.5 });
  const track = (actorId: string) =>
    ({
      actorId,
      firstFrame: 0,
      frameCount: FRAMES,
      coefficients: new Float32Array(FRAMES * SHAPE_COUNT),
      confidence: new Float32Array(FRAMES).fill(1),
      reason: new Uint8Array(FRAMES),
    }) as FaceTrack;
  const performance = { frameCount: FRAMES, tracks: [track('a'), track('b')] } as unknown as Performance;
  const captured = { performance, actors: { a: 'Ada', b: 'Ben' } } as unknown as CapturedMedia;
  const range = { start: 10, duration: 70 };
  // An emotion as the other effect: it knows of no sealed lips, and shows everywhere.
  const { edits } = planTalk(captured, { actor: 'Ada', range } as unknown as TalkEffect, talking, (dubbed) => ({
    edits: dubbed.performance.tracks.map((each) => ({
      track: each,
      after: each.coefficients,
      weight: new Float32Array(FRAMES).fill(0.5),
      lipPreservation: new Float32Array(FRAMES),
    })),
  }));
  const closures = talking.closures.flat();
  const within = closures.filter((frame) => frame >= range.start && frame < range.start + range.duration);
  expect(within.length).toBeGreaterThan(3);
  expect(within.length).toBeLessThan(closures.length);
  for (const frame of closures) expect(edits[0]!.seal?.[frame]).toBe(within.includes(frame) ? 1 : 0);
  expect(edits[1]!.seal).toBeUndefined();
});
