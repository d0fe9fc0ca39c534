// Landmark numbers of the canonical face mesh: inner lip edge, upper and lower, at the middle and beside it.
const INNER_PAIRS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;
const INNER_CORNERS = [78, 308] as const;
const EYE_CORNERS = [
  [33, 133],
  [362, 263],
] as const;

/** How far the inner lips stand apart and how wide they are, as shares of the distance between the eyes. */
export interface LipShape {
  readonly gap: number;
  readonly width: number;
}

/** Lip shape from landmarks [478, 3] in pixels. Differences in x and y only: depth is the least certain. */
export function lipShape(landmarks: Float32Array): LipShape {
  const distance = (a: number, b: number): number =>
    Math.hypot(landmarks[a * 3]! - landmarks[b * 3]!, landmarks[a * 3 + 1]! - landmarks[b * 3 + 1]!);
  const [right, left] = EYE_CORNERS;
  const centre = (pair: readonly [number, number], axis: 0 | 1): number =>
    (landmarks[pair[0] * 3 + axis]! + landmarks[pair[1] * 3 + axis]!) / 2;
  const eyes = Math.hypot(centre(right, 0) - centre(left, 0), centre(right, 1) - centre(left, 1));
  let gap = 0;
  for (const [upper, lower] of INNER_PAIRS) gap += distance(upper, lower) / INNER_PAIRS.length;
  return { gap: gap / eyes, width: distance(...INNER_CORNERS) / eyes };
}
