import { rotationMatrix } from '../geometry/index.ts';

/** Where a mesh is seen from. Face space: x right in the picture, y up, z towards the viewer. */
export interface View {
  /** Unit quaternion x, y, z, w that turns the mesh before it is seen. */
  readonly rotation: readonly [number, number, number, number];
  /** Added after turning, in mesh units. */
  readonly translation: readonly [number, number, number];
  /** Pixels per mesh unit, at distance `eyeDistance` from the eye when that is given. */
  readonly pixelsPerUnit: number;
  /** Picture position of the origin. */
  readonly centre: readonly [x: number, y: number];
  /** Distance of the eye from the origin, in mesh units: perspective. Left out: orthographic. */
  readonly eyeDistance?: number;
}

/** A turn by `yaw` about the upright axis (+ looks to the right of the picture), then `pitch` (+ looks up), in radians. */
export function turn(yaw: number, pitch: number): [number, number, number, number] {
  const [sy, cy] = [Math.sin(yaw / 2), Math.cos(yaw / 2)];
  const [sp, cp] = [Math.sin(-pitch / 2), Math.cos(-pitch / 2)];
  return [sp * cy, cp * sy, sp * sy, cp * cy];
}

/**
 * Projects points [n, 3] into the picture: `screen` [n, 3] gets x, y (pixels, y down) and nearness for
 * `rasterise`. With `eyeDistance`, `inverseW` [n] gets 1 / w; points behind the eye become NaN, which `rasterise`
 * skips. Allocates a matrix only.
 */
export function projectPoints(
  view: View,
  points: Float32Array,
  screen: Float32Array,
  inverseW: Float32Array | undefined = undefined,
): void {
  const m = rotationMatrix(view.rotation);
  const [tx, ty, tz] = view.translation;
  const { pixelsPerUnit, eyeDistance } = view;
  const [centreX, centreY] = view.centre;
  for (let i = 0; i < points.length; i += 3) {
    const px = points[i]!;
    const py = points[i + 1]!;
    const pz = points[i + 2]!;
    const x = m[0]! * px + m[1]! * py + m[2]! * pz + tx;
    const y = m[3]! * px + m[4]! * py + m[5]! * pz + ty;
    const z = m[6]! * px + m[7]! * py + m[8]! * pz + tz;
    if (eyeDistance === undefined) {
      screen[i] = centreX + pixelsPerUnit * x;
      screen[i + 1] = centreY - pixelsPerUnit * y;
      screen[i + 2] = z;
      continue;
    }
    const away = eyeDistance - z;
    const inverse = away > 1e-6 * eyeDistance ? eyeDistance / away : Number.NaN;
    screen[i] = centreX + pixelsPerUnit * x * inverse;
    screen[i + 1] = centreY - pixelsPerUnit * y * inverse;
    // 1/w is linear on the screen and grows towards the eye: nearness and perspective correction in one.
    screen[i + 2] = inverse;
    if (inverseW) inverseW[i / 3] = inverse;
  }
}
