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

function reflected(data: Float64Array, frames: number, frame: number): number {
  if (frame >= 0 && frame < frames) return data[frame]!;
  if (frames === 1) return data[0]!;
  // Odd reflection keeps the slope at the ends, so that a moving signal is not pulled to a stop.
  const span = frames - 1;
  if (frame < 0) return 2 * data[0]! - data[Math.min(span, -frame)]!;
  return 2 * data[span]! - data[Math.max(0, 2 * span - frame)]!;
}

function blur(data: Float64Array, frames: number, dilation: number, out: Float64Array): void {
  for (let t = 0; t < frames; t++) {
    const near = reflected(data, frames, t - dilation) + reflected(data, frames, t + dilation);
    const far = reflected(data, frames, t - 2 * dilation) + reflected(data, frames, t + 2 * dilation);
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
