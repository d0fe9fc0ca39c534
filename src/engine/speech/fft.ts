/** In-place complex Fourier transform of a fixed power-of-two length (radix 2, decimation in time). */
export class Fourier {
  readonly size: number;
  readonly #swap: Uint32Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(size: number) {
    this.size = size;
    const bits = Math.log2(size);
    if (!Number.isInteger(bits)) throw new Error(`${size} is no power of two`);
    this.#swap = new Uint32Array(size);
    for (let i = 0; i < size; i += 1) {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit += 1) if ((i >> bit) & 1) reversed |= 1 << (bits - 1 - bit);
      this.#swap[i] = reversed;
    }
    this.#cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.#sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  }

  /** Transforms real and imaginary parts, each `size` long. */
  transform(re: Float64Array, im: Float64Array): void {
    const { size } = this;
    for (let i = 0; i < size; i += 1) {
      const j = this.#swap[i]!;
      if (j <= i) continue;
      const r = re[i]!;
      re[i] = re[j]!;
      re[j] = r;
      const m = im[i]!;
      im[i] = im[j]!;
      im[j] = m;
    }
    for (let half = 1; half < size; half <<= 1) {
      const step = size / (2 * half);
      for (let block = 0; block < size; block += 2 * half)
        for (let k = 0; k < half; k += 1) {
          const c = this.#cos[k * step]!;
          const s = this.#sin[k * step]!;
          const a = block + k;
          const b = a + half;
          const x = re[b]! * c - im[b]! * s;
          const y = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - x;
          im[b] = im[a]! - y;
          re[a]! += x;
          im[a]! += y;
        }
    }
  }
}
