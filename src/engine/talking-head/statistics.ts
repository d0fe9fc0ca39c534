/** Value below which the share `q` of a list lies; 0 for an empty one. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const position = (sorted.length - 1) * q;
  const i = Math.floor(position);
  const next = Math.min(sorted.length - 1, i + 1);
  return sorted[i]! + (sorted[next]! - sorted[i]!) * (position - i);
}

/** Arithmetic mean; 0 for an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
}

/** Standard deviation. */
export function deviation(values: ArrayLike<number>): number {
  const m = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - m) ** 2;
  return values.length > 0 ? Math.sqrt(sum / values.length) : 0;
}

/** Pearson's correlation of two lists of one length; 0 where one of them is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - ma, b[i]! - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/**
 * By how many samples `late` comes after `early`: the peak of their correlation within `reach` samples, refined by a
 * parabola. `quality` is the correlation there.
 */
export function lagOf(early: Float32Array, late: Float32Array, reach: number): { lag: number; quality: number } {
  const scores: number[] = [];
  for (let shift = -reach; shift <= reach; shift++) {
    const from = Math.max(0, -shift);
    const until = Math.min(early.length, late.length - shift);
    scores.push(
      until - from < 8 ? -1 : correlation(early.subarray(from, until), late.subarray(from + shift, until + shift)),
    );
  }
  let best = 0;
  scores.forEach((score, i) => {
    if (score > scores[best]!) best = i;
  });
  const [l, c, r] = [scores[best - 1], scores[best]!, scores[best + 1]];
  const bend = l === undefined || r === undefined ? 0 : l - 2 * c + r;
  const fine = bend < 0 ? (0.5 * (l! - r!)) / bend : 0;
  return { lag: best - reach + fine, quality: c };
}

/** Ridge regression of each column of `y` [n, m] on `x` [n, k] (k small): weights [m][k]. Columns should be centred. */
export function ridge(x: Float64Array, y: Float64Array, n: number, k: number, m: number, strength: number): number[][] {
  const a = Array.from({ length: k }, () => new Float64Array(k + m));
  for (let i = 0; i < n; i++)
    for (let r = 0; r < k; r++) {
      const v = x[i * k + r]!;
      for (let c = 0; c < k; c++) a[r]![c]! += v * x[i * k + c]!;
      for (let c = 0; c < m; c++) a[r]![k + c]! += v * y[i * m + c]!;
    }
  for (let r = 0; r < k; r++) a[r]![r]! += strength * n + 1e-9;
  for (let p = 0; p < k; p++) {
    let pivot = p;
    for (let r = p + 1; r < k; r++) if (Math.abs(a[r]![p]!) > Math.abs(a[pivot]![p]!)) pivot = r;
    [a[p], a[pivot]] = [a[pivot]!, a[p]!];
    for (let r = 0; r < k; r++) {
      if (r === p) continue;
      const f = a[r]![p]! / a[p]![p]!;
      for (let c = p; c < k + m; c++) a[r]![c]! -= f * a[p]![c]!;
    }
  }
  return Array.from({ length: m }, (_, c) => Array.from({ length: k }, (__, r) => a[r]![k + c]! / a[r]![r]!));
}
