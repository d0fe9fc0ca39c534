const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** IEEE 754 binary16 bits of a number, rounded to nearest even; overflow gives infinity. */
export function floatToHalf(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more, infinity
  if (magnitude < 0x33000000) return sign; // below half of the smallest subnormal
  const exponent = magnitude >>> 23;
  // Normal halves drop 13 mantissa bits; each step below 2^-14 drops one more and uncovers the implicit bit.
  const subnormal = exponent < 113;
  const shift = subnormal ? 126 - exponent : 13;
  const mantissa = subnormal ? (magnitude & 0x7fffff) | 0x800000 : magnitude - 0x38000000;
  const kept = mantissa >>> shift;
  const remainder = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  const roundUp = remainder > middle || (remainder === middle && (kept & 1) === 1);
  // A carry out of the mantissa runs into the exponent, which is exactly the next representable number.
  return sign | (kept + (roundUp ? 1 : 0));
}

/** The number that IEEE 754 binary16 bits stand for. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** All of `values` as binary16, or null if even one of them would change. */
export function toExactHalves(values: Float32Array): Uint16Array | null {
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const half = floatToHalf(values[index]!);
    if (!Object.is(halfToFloat(half), values[index])) return null;
    halves[index] = half;
  }
  return halves;
}
