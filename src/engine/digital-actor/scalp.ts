import { mix, noise3, smoothstep } from './noise.ts';
import type { HairStyle } from './variant.ts';

/** Height above the hairline, cm, measured upwards. */
function aboveHairline(style: HairStyle, x: number, y: number, z: number): number {
  // The line falls from the forehead's middle over the temple to in front of the ear, then to the nape.
  const side = Math.abs(x);
  const crop = style.kind === 'crop';
  const temple = crop
    ? 0.55 * smoothstep(2, 4.2, side) * smoothstep(6.9, 5.2, side)
    : 0.25 * smoothstep(2, 4.5, side) * smoothstep(6.6, 5.4, side);
  const front = style.hairline + temple - 1.9 * smoothstep(5.2, 6.7, side) - 0.012 * side * side;
  const line = mix(front, crop ? -0.9 : 0.5, smoothstep(1.9, -1.6, z + 0.28 * (y - 4)));
  return y - mix(line, crop ? -4.6 : -6.4, smoothstep(-4.0, -6.2, z));
}

/** How far hair covers a point of the head: 0 bare skin, 1 scalp; soft along an irregular hairline. */
export function scalpCover(style: HairStyle, x: number, y: number, z: number): number {
  const f = aboveHairline(style, x, y, z);
  if (f > 6) return 1;
  if (f < -4) return 0;
  const e = 0.2;
  const dy = (aboveHairline(style, x, y + e, z) - f) / e;
  const dz = (aboveHairline(style, x, y, z + e) - f) / e;
  // Across the line, not upwards: where it runs steeply it is as soft as where it lies flat.
  const across = f / Math.max(1, Math.hypot(dy, dz));
  const wobble = 0.3 * noise3(x * 1.1, y * 1.1, z * 1.1) + 0.2 * noise3(x * 3.7, y * 3.7, z * 3.7);
  return smoothstep(-0.3, 0.8, across + wobble);
}
