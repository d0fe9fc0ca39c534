import { describe, expect, it } from 'vitest';
import type { Pose } from './pose.ts';
import { steadyScale } from './steady-scale.ts';

/** A head that turns to the side by `turn(f)` radians, `scale(f)` large, for 100 frames. */
function steadied(scale: (f: number) => number, turn: (f: number) => number = () => 0): number[] {
  const poses = Array.from(
    { length: 100 },
    (_, f): Pose => ({ rotation: [0, Math.sin(turn(f) / 2), 0, Math.cos(turn(f) / 2)], tx: 0, ty: 0, scale: scale(f) }),
  );
  steadyScale(poses);
  return poses.map((pose) => pose.scale);
}
const spread = (values: readonly number[]): number => Math.log(Math.max(...values) / Math.min(...values));
const nod = (f: number): number => 0.2 * Math.sin(f / 9);

describe('steadyScale', () => {
  it('takes out what follows the turn of the head', () => {
    const scales = steadied((f) => 20 * Math.exp(0.1 * nod(f)), nod);
    expect(spread(scales)).toBeLessThan(0.006);
  });

  it('takes out noise under a percent', () => {
    expect(spread(steadied((f) => 20 * (1 + 0.003 * Math.sin(f))))).toBeLessThan(0.001);
  });

  it('leaves an actor who comes closer as large as he gets, also while he turns', () => {
    const walk = (f: number): number => 20 * 1.01 ** f;
    steadied(walk, nod).forEach((scale, f) => {
      expect(Math.abs(Math.log(scale / walk(f)))).toBeLessThan(0.036);
    });
    steadied(walk).forEach((scale, f) => {
      expect(Math.abs(Math.log(scale / walk(f)))).toBeLessThan(0.006);
    });
  });

  it('skips frames without a face', () => {
    const poses = [undefined, undefined];
    steadyScale(poses);
    expect(poses).toEqual([undefined, undefined]);
  });
});
