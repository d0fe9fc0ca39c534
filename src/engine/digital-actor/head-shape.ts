import { clamp, mix, smoothstep } from './noise.ts';

/** Proportions of the head behind the face, in centimetres of face space. */
export interface HeadProportions {
  /** Half width, half height and half depth of the cranium. */
  readonly cranium: readonly [number, number, number];
  /** Radius of the neck at its thinnest. */
  readonly neck: number;
  /** Half width of the jaw block under the ears. */
  readonly jaw: number;
  /** Height of the shoulders' top, face space (negative). */
  readonly shoulder: number;
}

const CRANIUM_CENTRE = [0, 4.9, -3.9] as const;

function ellipsoid(dx: number, dy: number, dz: number, rx: number, ry: number, rz: number): number {
  const k0 = Math.hypot(dx / rx, dy / ry, dz / rz);
  const k1 = Math.hypot(dx / (rx * rx), dy / (ry * ry), dz / (rz * rz));
  return k1 < 1e-9 ? -Math.min(rx, ry, rz) : (k0 * (k0 - 1)) / k1;
}

function smoothMin(a: number, b: number, k: number): number {
  const h = clamp(0.5 + (0.5 * (b - a)) / k, 0, 1);
  return mix(b, a, h) - k * h * (1 - h);
}

/** Signed distance (cm, negative inside) to a smooth head with jaw and neck, without the features of the face. */
export function headDistance(p: HeadProportions, x: number, y: number, z: number): number {
  const [cx, cy, cz] = CRANIUM_CENTRE;
  // The back of the skull is lower and fuller than its front, and narrower at the forehead.
  const squeeze = 1 + 0.075 * smoothstep(-2, 6, z) + 0.03 * smoothstep(6, 12, y);
  const cranium = ellipsoid((x - cx) * squeeze, y - cy, z - cz, p.cranium[0], p.cranium[1], p.cranium[2]);
  const jaw = ellipsoid(x, y + 3.6, z + 0.2, p.jaw, 6.6, 5.2);
  const along = clamp((y + 18) / 20, 0, 1);
  const nz = mix(-6.6, -4.6, along);
  const flare = 1 + 0.42 * smoothstep(-11.5, -18.5, y);
  // The neck ends inside the skull.
  const neck = Math.hypot(x / flare, (z - nz) * 1.02, Math.max(0, y + 3) * 1.6) - p.neck * (1 + 0.06 * along);
  return smoothMin(smoothMin(cranium, jaw, 2.2), neck, 2.6);
}

/** Rings of control points that carry the head on from the oval of the face to the base of the neck. */
export interface HeadRings {
  /** [rings, rim, 3] positions; ring 0 is the first beyond the oval. */
  readonly positions: Float32Array;
  readonly ringCount: number;
  /** [rings]: 0 at the oval .. 1 at the last ring. */
  readonly along: Float32Array;
}

const SWEEP_RINGS = 13;
const NECK_RINGS = 5;
const PIVOT_Y = -11.6;
const PIVOT_Z = 1.6;

/**
 * Sweeps a half-plane, hinged below the chin, from the face over the crown to the nape and then down the neck, and
 * puts each ring's points where rays from the ring's middle leave the head.
 */
export function headRings(p: HeadProportions, oval: readonly (readonly [number, number, number])[]): HeadRings {
  const rim = oval.length;
  const ringCount = SWEEP_RINGS + NECK_RINGS;
  const positions = new Float32Array(ringCount * rim * 3);
  const along = new Float32Array(ringCount);
  const middleY = -0.6;
  const startZ = 4.3;
  const angle = oval.map(([x, y]) => Math.atan2(x, y - middleY));
  const edge = (origin: readonly number[], direction: readonly number[]): number => {
    let far = 20;
    let near = 0;
    for (let step = 0; step < 34; step += 1) {
      const t = (far + near) / 2;
      const d = headDistance(
        p,
        origin[0]! + direction[0]! * t,
        origin[1]! + direction[1]! * t,
        origin[2]! + direction[2]! * t,
      );
      if (d > 0) far = t;
      else near = t;
    }
    return near;
  };
  // How far each oval point lies from where the smooth head would put it: carried on, fading, so that no step shows.
  const excess = oval.map(([x, y, z], i) => {
    const direction = [Math.sin(angle[i]!), Math.cos(angle[i]!), 0];
    return Math.hypot(x, y - middleY) - edge([0, middleY, z], direction);
  });
  for (let ring = 0; ring < ringCount; ring += 1) {
    const t = Math.min(1, (ring + 1) / SWEEP_RINGS);
    const theta = (t * Math.PI) / 2;
    const down = Math.max(0, ring + 1 - SWEEP_RINGS) * 1.75;
    along[ring] = (ring + 1) / ringCount;
    // Middle of the ring: half way between the hinge and the far side of the head.
    const up = [0, Math.cos(theta), -Math.sin(theta)];
    const back = [0, -Math.sin(theta), -Math.cos(theta)];
    const reach = mix(middleY - PIVOT_Y, mix(11.4, 6.6, smoothstep(0.45, 1, t)), smoothstep(0, 0.6, t));
    const hingeZ = mix(startZ, PIVOT_Z, smoothstep(0, 0.5, t));
    const middle = [0, PIVOT_Y + up[1]! * reach - down, hingeZ + up[2]! * reach - 0.11 * down];
    for (let i = 0; i < rim; i += 1) {
      const offset = (startZ - oval[i]![2]) * (1 - t) ** 1.1;
      const a = angle[i]!;
      const direction = [Math.sin(a), up[1]! * Math.cos(a), up[2]! * Math.cos(a)];
      const origin = [0, middle[1]! + back[1]! * offset, middle[2]! + back[2]! * offset];
      const radius = edge(origin, direction) + excess[i]! * (1 - smoothstep(0, 0.55, t));
      for (let c = 0; c < 3; c += 1) positions[(ring * rim + i) * 3 + c] = origin[c]! + direction[c]! * radius;
    }
  }
  relax(p, oval, positions, ringCount, rim);
  return { positions, ringCount, along };
}

/** Evens the spacing of the rings: Laplacian smoothing with the points held on the head. */
function relax(
  p: HeadProportions,
  oval: readonly (readonly [number, number, number])[],
  positions: Float32Array,
  rings: number,
  rim: number,
): void {
  const at = (ring: number, i: number, c: number): number =>
    ring < 0 ? oval[(i + rim) % rim]![c]! : positions[(ring * rim + ((i + rim) % rim)) * 3 + c]!;
  const own = oval.map(([x, y, z]) => headDistance(p, x, y, z));
  for (let round = 0; round < 40; round += 1) {
    const next = Float32Array.from(positions);
    for (let ring = 0; ring < rings - 1; ring += 1)
      for (let i = 0; i < rim; i += 1) {
        const q = [0, 0, 0];
        for (let c = 0; c < 3; c += 1) {
          const mean = (at(ring - 1, i, c) + at(ring + 1, i, c) + at(ring, i - 1, c) + at(ring, i + 1, c)) / 4;
          q[c] = mix(at(ring, i, c), mean, 0.5);
        }
        // The face's own contour is carried on and fades; the far rings lie on the smooth head.
        const hold = smoothstep(-1, 1.5, ring);
        const target = own[i]! * (1 - smoothstep(-1, 8, ring));
        for (let k = 0; k < 2; k += 1) {
          const e = 0.01;
          const d = headDistance(p, q[0]!, q[1]!, q[2]!);
          const g = [0, 1, 2].map(
            (c) => headDistance(p, q[0]! + (c === 0 ? e : 0), q[1]! + (c === 1 ? e : 0), q[2]! + (c === 2 ? e : 0)) - d,
          );
          const length = Math.hypot(g[0]!, g[1]!, g[2]!) || 1;
          for (let c = 0; c < 3; c += 1) q[c]! -= (hold * (d - target) * g[c]!) / length;
        }
        for (let c = 0; c < 3; c += 1) next[(ring * rim + i) * 3 + c] = q[c]!;
      }
    positions.set(next);
  }
}
