/**
 * Standard deviation of unit white noise in each detail band of the one-dimensional a trous transform with the
 * B3 spline kernel (Starck & Murtagh, Astronomical Image and Data Analysis, table 1-D).
 */
const BAND_NOISE: readonly number[] = [0.723, 0.285, 0.178, 0.122, 0.086];

/** Gaussian sigma over median absolute deviation. */
const MAD_TO_SIGMA = 1.4826;

/** How {@link smoothSignals} treats a group of signals. */
export interface SmoothOptions {
  /** Detail bands removed where nothing happens: about 2^levels frames of averaging. 1..5. */
  readonly levels: number;
  /** How far above the noise a band must rise to pass: 1 keeps most, 3 smooths hard. */
  readonly strength: number;
  /** Noise (standard deviation) of each signal; estimated from the signals when absent. */
  readonly sigma?: ArrayLike<number>;
}

/** Least-squares slope of the `count` samples from `from`. */
function slopeOf(data: Float64Array, from: number, count: number): number {
  const middle = (count - 1) / 2;
  let up = 0;
  let down = 0;
  for (let k = 0; k < count; k++) {
    up += (k - middle) * data[from + k]!;
    down += (k - middle) ** 2;
  }
  return down > 0 ? up / down : 0;
}

/**
 * One smoothing step with gaps of `dilation`. Beyond its ends a signal goes on mirrored and tilted by its slope there:
 * motion is not pulled to a stop, and no single end sample is trusted.
 */
function blur(data: Float64Array, frames: number, dilation: number, out: Float64Array): void {
  const span = frames - 1;
  const count = Math.min(frames, 4 * dilation + 4);
  const first = slopeOf(data, 0, count);
  const last = slopeOf(data, frames - count, count);
  const at = (frame: number): number => {
    if (frame < 0) return data[Math.min(span, -frame)]! + 2 * frame * first;
    if (frame > span) return data[Math.max(0, 2 * span - frame)]! + 2 * (frame - span) * last;
    return data[frame]!;
  };
  for (let t = 0; t < frames; t++) {
    const near = at(t - dilation) + at(t + dilation);
    const far = at(t - 2 * dilation) + at(t + 2 * dilation);
    out[t] = (6 * data[t]! + 4 * near + far) / 16;
  }
}

/** Noise of one signal (standard deviation): median absolute value of its finest detail band. Robust to motion in under half of the frames. */
export function noiseLevel(signal: Float64Array): number {
  const frames = signal.length;
  if (frames < 3) return 0;
  const soft = new Float64Array(frames);
  blur(signal, frames, 1, soft);
  const detail = soft.map((value, t) => Math.abs(signal[t]! - value)).sort();
  return (MAD_TO_SIGMA * detail[frames >> 1]!) / BAND_NOISE[0]!;
}

/**
 * Zero-phase adaptive smoothing of a group of signals that move together, in place: `signals[c]` has one value per
 * frame. Each signal is split into detail bands (a trous wavelet, so nothing is delayed); a band passes by
 * 1 - strength^2 * noise / energy, where energy is its local mean square over the whole group. So a still head is
 * averaged over many frames while a fast motion or a lip closure passes unchanged.
 * Source: Starck & Murtagh, multiresolution Wiener filtering.
 */
export function smoothSignals(signals: readonly Float64Array[], options: SmoothOptions): void {
  const frames = signals[0]?.length ?? 0;
  if (frames < 3) return;
  const sigma = Float64Array.from(signals, (signal, c) => options.sigma?.[c] ?? noiseLevel(signal));
  const usable = signals.map((_, c) => c).filter((c) => sigma[c]! > 1e-12);
  if (usable.length === 0) return;
  const soft = usable.map(() => new Float64Array(frames));
  const rest = usable.map((c) => Float64Array.from(signals[c]!));
  for (const c of usable) signals[c]!.fill(0);
  const energy = new Float64Array(frames);
  const gain = new Float64Array(frames);
  for (let level = 0; level < options.levels; level++) {
    const dilation = 1 << level;
    energy.fill(0);
    usable.forEach((c, k) => {
      blur(rest[k]!, frames, dilation, soft[k]!);
      const unit = 1 / (sigma[c]! * BAND_NOISE[level]!);
      for (let t = 0; t < frames; t++) {
        const detail = (rest[k]![t]! - soft[k]![t]!) * unit;
        energy[t]! += (detail * detail) / usable.length;
      }
    });
    const reach = dilation + 1;
    for (let t = 0; t < frames; t++) {
      let sum = 0;
      let weights = 0;
      for (let d = -reach; d <= reach; d++) {
        if (t + d < 0 || t + d >= frames) continue;
        const w = 1 - Math.abs(d) / (reach + 1);
        sum += w * energy[t + d]!;
        weights += w;
      }
      const mean = sum / weights;
      gain[t] = mean > 0 ? Math.max(0, 1 - options.strength ** 2 / mean) : 0;
    }
    usable.forEach((c, k) => {
      const out = signals[c]!;
      for (let t = 0; t < frames; t++) out[t]! += gain[t]! * (rest[k]![t]! - soft[k]![t]!);
      rest[k]!.set(soft[k]!);
    });
  }
  usable.forEach((c, k) => {
    for (let t = 0; t < frames; t++) signals[c]![t]! += rest[k]![t]!;
  });
}

/** Mean length of the second difference of 2-D tracks, the measure of jitter: `points` [frames, stride] with x, y at `columns`. */
export function jitter(points: Float32Array, stride: number, frames: number, columns: readonly number[]): number {
  if (frames < 3 || columns.length === 0) return 0;
  let sum = 0;
  for (let t = 1; t + 1 < frames; t++)
    for (const column of columns) {
      const bend = (d: number): number =>
        points[(t - 1) * stride + column + d]! -
        2 * points[t * stride + column + d]! +
        points[(t + 1) * stride + column + d]!;
      sum += Math.hypot(bend(0), bend(1));
    }
  return sum / ((frames - 2) * columns.length);
}
