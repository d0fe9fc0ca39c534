/** A directional light: unit vector towards it and its colour. */
export interface DirectionalLight {
  readonly towards: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
}

/** Light that comes from everywhere plus directional lights; colours are linear, 1 = white at full exposure. */
export interface Lighting {
  readonly ambient: readonly [number, number, number];
  readonly lights: readonly DirectionalLight[];
  /** 0 = hard Lambert terminator, 0.5 = light wraps half round, as in skin. */
  readonly wrap: number;
}

/** Diffuse light on a surface with this unit normal, written to out[0..2]; allocates nothing. */
export function diffuse(
  lighting: Lighting,
  nx: number,
  ny: number,
  nz: number,
  out: Float32Array | Float64Array | number[],
): void {
  let [r, g, b] = lighting.ambient;
  for (const { towards, colour } of lighting.lights) {
    const cosine = nx * towards[0] + ny * towards[1] + nz * towards[2];
    const amount = Math.max(0, (cosine + lighting.wrap) / (1 + lighting.wrap));
    r += amount * colour[0];
    g += amount * colour[1];
    b += amount * colour[2];
  }
  out[0] = r;
  out[1] = g;
  out[2] = b;
}

/** Linear light 0..1 to an sRGB byte (IEC 61966-2-1), clipped. */
export function srgbByte(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}
