/** Radial and angular bins of a {@link PatchSpectrum}; angles cover half a turn, as spectra of pictures are symmetric. */
export const RADII = 16;
export const ANGLES = 12;
export const BINS = RADII * ANGLES;

/** Radix-2 transform of `count` interleaved complex numbers from `at` on, `step` numbers apart. */
function transform(
  data: Float32Array,
  at: number,
  step: number,
  count: number,
  cos: Float32Array,
  sin: Float32Array,
): void {
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const a = 2 * (at + i * step);
      const b = 2 * (at + j * step);
      const [re, im] = [data[a]!, data[a + 1]!];
      data[a] = data[b]!;
      data[a + 1] = data[b + 1]!;
      data[b] = re;
      data[b + 1] = im;
    }
  }
  for (let size = 2; size <= count; size <<= 1) {
    const half = size >> 1;
    const stride = count / size;
    for (let start = 0; start < count; start += size)
      for (let k = 0; k < half; k++) {
        const a = 2 * (at + (start + k) * step);
        const b = 2 * (at + (start + k + half) * step);
        const [c, s] = [cos[k * stride]!, sin[k * stride]!];
        const re = data[b]! * c + data[b + 1]! * s;
        const im = data[b + 1]! * c - data[b]! * s;
        data[b] = data[a]! - re;
        data[b + 1] = data[a + 1]! - im;
        data[a]! += re;
        data[a + 1]! += im;
      }
  }
}

/**
 * Power spectra of square patches in polar bins: bin `radius * ANGLES + angle` holds the mean power of the frequencies
 * from `radius / RADII` to `(radius + 1) / RADII` of the highest one (half a cycle per pixel), whose waves run along
 * `angle / ANGLES` of half a turn from the x axis. A Hann window, its energy divided out.
 */
export class PatchSpectrum {
  readonly side: number;
  readonly #data: Float32Array;
  readonly #cos: Float32Array;
  readonly #sin: Float32Array;
  readonly #window: Float32Array;
  readonly #bin: Int16Array;
  readonly #share: Float32Array;
  readonly #energy: number;

  /** `side` is a power of two. */
  constructor(side: number) {
    this.side = side;
    this.#data = new Float32Array(side * side * 2);
    this.#cos = Float32Array.from({ length: side / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / side));
    this.#sin = Float32Array.from({ length: side / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / side));
    this.#window = Float32Array.from(
      { length: side },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side),
    );
    const line = this.#window.reduce((sum, w) => sum + w * w, 0);
    this.#energy = line * line;
    this.#bin = new Int16Array(side * side).fill(-1);
    const counts = new Float32Array(BINS);
    for (let v = 0; v < side; v++)
      for (let u = 0; u < side; u++) {
        const fx = u < side / 2 ? u : u - side;
        const fy = v < side / 2 ? v : v - side;
        const radius = Math.floor((Math.hypot(fx, fy) / (side / 2)) * RADII);
        if (radius >= RADII || (fx === 0 && fy === 0)) continue;
        const angle = Math.floor(((Math.atan2(fy, fx) / Math.PI + 2 + 0.5 / ANGLES) % 1) * ANGLES) % ANGLES;
        const bin = radius * ANGLES + angle;
        this.#bin[v * side + u] = bin;
        counts[bin]!++;
      }
    this.#share = counts.map((count) => (count > 0 ? 1 / count : 0));
  }

  /** Spectrum of `patch` [side, side] into `out` [BINS]. */
  measure(patch: Float32Array, out: Float32Array, at = 0): void {
    const { side } = this;
    const data = this.#data;
    let mean = 0;
    for (let i = 0; i < side * side; i++) mean += patch[i]!;
    mean /= side * side;
    for (let y = 0, i = 0; y < side; y++)
      for (let x = 0; x < side; x++, i++) {
        data[2 * i] = (patch[i]! - mean) * this.#window[x]! * this.#window[y]!;
        data[2 * i + 1] = 0;
      }
    for (let y = 0; y < side; y++) transform(data, y * side, 1, side, this.#cos, this.#sin);
    for (let x = 0; x < side; x++) transform(data, x, side, side, this.#cos, this.#sin);
    out.fill(0, at, at + BINS);
    for (let i = 0; i < side * side; i++) {
      const bin = this.#bin[i]!;
      if (bin >= 0) out[at + bin]! += data[2 * i]! ** 2 + data[2 * i + 1]! ** 2;
    }
    for (let bin = 0; bin < BINS; bin++) out[at + bin]! *= this.#share[bin]! / this.#energy;
  }
}

/** Centre frequency of a bin in cycles per pixel, along x and y. */
export function binFrequency(bin: number): [fx: number, fy: number] {
  const radius = ((Math.floor(bin / ANGLES) + 0.5) / RADII) * 0.5;
  const angle = (Math.PI * (bin % ANGLES)) / ANGLES;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
