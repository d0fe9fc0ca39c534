import { symmetricEigen } from './jacobi-eigen.ts';

/** target = scale * R(rotation) * source + translation. */
export interface Similarity {
  /** Unit quaternion x, y, z, w; w >= 0. */
  readonly rotation: readonly [number, number, number, number];
  readonly scale: number;
  readonly translation: readonly [number, number, number];
  /** Root of the weighted mean squared distance left, in the target's unit. */
  readonly residual: number;
}

/**
 * Weighted least-squares similarity between two point sets [n, 3], in closed form (a reflection is never returned).
 * Source: Horn, Closed-form solution of absolute orientation using unit quaternions (1987).
 * @param weights [n], >= 0, at least three positive on points that are not on one line.
 */
export function fitSimilarity(
  source: Float32Array | Float64Array,
  target: Float32Array | Float64Array,
  weights: ArrayLike<number>,
): Similarity {
  const n = source.length / 3;
  let total = 0;
  let [sx, sy, sz, tx, ty, tz] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const w = weights[i]!;
    total += w;
    sx += w * source[i * 3]!;
    sy += w * source[i * 3 + 1]!;
    sz += w * source[i * 3 + 2]!;
    tx += w * target[i * 3]!;
    ty += w * target[i * 3 + 1]!;
    tz += w * target[i * 3 + 2]!;
  }
  if (!(total > 0)) throw new RangeError('A similarity fit needs points with positive weight.');
  sx /= total;
  sy /= total;
  sz /= total;
  tx /= total;
  ty /= total;
  tz /= total;
  let [xx, xy, xz, yx, yy, yz, zx, zy, zz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let sourceSpread = 0;
  let targetSpread = 0;
  for (let i = 0; i < n; i++) {
    const w = weights[i]!;
    const ax = source[i * 3]! - sx;
    const ay = source[i * 3 + 1]! - sy;
    const az = source[i * 3 + 2]! - sz;
    const bx = target[i * 3]! - tx;
    const by = target[i * 3 + 1]! - ty;
    const bz = target[i * 3 + 2]! - tz;
    xx += w * ax * bx;
    xy += w * ax * by;
    xz += w * ax * bz;
    yx += w * ay * bx;
    yy += w * ay * by;
    yz += w * ay * bz;
    zx += w * az * bx;
    zy += w * az * by;
    zz += w * az * bz;
    sourceSpread += w * (ax * ax + ay * ay + az * az);
    targetSpread += w * (bx * bx + by * by + bz * bz);
  }
  if (!(sourceSpread > 0)) throw new RangeError('A similarity fit needs points that differ.');
  // Horn's N in the order w, x, y, z: its largest eigenvalue is sum(w * target . R source).
  const form = [
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ];
  const { values, vectors } = symmetricEigen(form, 4);
  const sign = vectors[12]! < 0 ? -1 : 1;
  const rotation = [sign * vectors[13]!, sign * vectors[14]!, sign * vectors[15]!, sign * vectors[12]!] as const;
  const scale = values[3]! / sourceSpread;
  const turned = rotateVector(rotation, sx, sy, sz);
  const left = targetSpread - scale * values[3]!;
  return {
    rotation,
    scale,
    translation: [tx - scale * turned[0], ty - scale * turned[1], tz - scale * turned[2]],
    residual: Math.sqrt(Math.max(0, left) / total),
  };
}

/** A vector turned by a unit quaternion x, y, z, w. */
export function rotateVector(
  q: readonly [number, number, number, number],
  x: number,
  y: number,
  z: number,
): [number, number, number] {
  const [qx, qy, qz, qw] = q;
  const ux = 2 * (qy * z - qz * y);
  const uy = 2 * (qz * x - qx * z);
  const uz = 2 * (qx * y - qy * x);
  return [x + qw * ux + qy * uz - qz * uy, y + qw * uy + qz * ux - qx * uz, z + qw * uz + qx * uy - qy * ux];
}

/** out[i] = scale * R * points[i] + translation, for points [n, 3]; `out` may be `points`. */
export function applySimilarity(similarity: Similarity, points: Float32Array, out: Float32Array): void {
  const m = rotationMatrix(similarity.rotation);
  const s = similarity.scale;
  const [tx, ty, tz] = similarity.translation;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    const z = points[i + 2]!;
    out[i] = s * (m[0]! * x + m[1]! * y + m[2]! * z) + tx;
    out[i + 1] = s * (m[3]! * x + m[4]! * y + m[5]! * z) + ty;
    out[i + 2] = s * (m[6]! * x + m[7]! * y + m[8]! * z) + tz;
  }
}

/** Row-major 3x3 matrix of a unit quaternion x, y, z, w. */
export function rotationMatrix(q: readonly [number, number, number, number]): Float64Array {
  const [x, y, z, w] = q;
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}
