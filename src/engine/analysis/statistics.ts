/** Numbers of a series; `null` marks a frame without a measurement. */
export type Series = readonly (number | null)[];

/** The measured values of a series. */
export function present(series: Series): number[] {
  return series.filter((value): value is number => value !== null);
}

/** Middle value (mean of the two middle ones of an even count), or null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Arithmetic mean, or null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const FEWEST_PAIRS = 8;

/**
 * Pearson correlation over the frames where both series have a value. Null with fewer than 8 such frames, or when one of
 * them does not vary by more than `floor` (standard deviation): then there is no motion to compare.
 */
export function correlation(a: Series, b: Series, floor = 1e-6): number | null {
  const pairs: [number, number][] = [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x != null && y != null) pairs.push([x, y]);
  }
  if (pairs.length < FEWEST_PAIRS) return null;
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length;
  let [xx, yy, xy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  if (Math.sqrt(xx / pairs.length) <= floor || Math.sqrt(yy / pairs.length) <= floor) return null;
  return xy / Math.sqrt(xx * yy);
}

/**
 * What is left of a series after its running median over `window` frames (odd, centred) is taken away: the fast part,
 * which on lips is speech, without the slow part, which is the manner.
 */
export function withoutSlowPart(series: Series, window: number): (number | null)[] {
  const half = window >> 1;
  return series.map((value, index) => {
    if (value === null) return null;
    const around = present(series.slice(Math.max(0, index - half), index + half + 1));
    return value - median(around)!;
  });
}
