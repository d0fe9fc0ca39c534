import { type Pose, poseAngles } from './pose.ts';

/** Most that turning to the side is taken to change the scale (log). */
const MOST_BY_TURN = 0.03;
/** Turns (radians) under which their course says little about it. */
const LITTLE_TURN = 0.02;
/** Changes of scale (log) this small are noise: nobody comes a centimetre closer and goes back all the time. */
const NOISE = 0.01;

/** Least squares of `values` on the turn to the side, both off their mean, 0 for a head that hardly turns. */
function slopeByTurn(turns: readonly number[], values: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [turn, value] = [mean(turns), mean(values)];
  let [together, own] = [0, turns.length * LITTLE_TURN ** 2];
  turns.forEach((t, i) => {
    together += (t - turn) * (values[i]! - value);
    own += (t - turn) ** 2;
  });
  return together / own;
}

/**
 * Steadies the scale of a shot's poses in place. The relief of a fitted head is a little off on one side, so that its
 * scale follows the turn to that side (by 0.1 per radian on the digital actor), and brows and jaw would take that up. What
 * goes with the turn is taken out, up to {@link MOST_BY_TURN}, and what is under {@link NOISE}; an actor who comes closer stays as
 * large as he gets.
 */
export function steadyScale(poses: readonly (Pose | undefined)[]): void {
  const found = poses.filter((pose) => pose !== undefined);
  if (found.length === 0) return;
  const logs = found.map((pose) => Math.log(pose.scale));
  const turns = found.map((pose) => poseAngles(pose).yawRad);
  const slope = slopeByTurn(turns, logs);
  const middle = turns.toSorted((a, b) => a - b)[turns.length >> 1]!;
  const steady = logs.map(
    (value, i) => value - MOST_BY_TURN * Math.tanh((slope * (turns[i]! - middle)) / MOST_BY_TURN),
  );
  const usual = steady.toSorted((a, b) => a - b)[steady.length >> 1]!;
  found.forEach((pose, i) => {
    const off = steady[i]! - usual;
    pose.scale = Math.exp(usual + off ** 3 / (off ** 2 + NOISE ** 2));
  });
}
