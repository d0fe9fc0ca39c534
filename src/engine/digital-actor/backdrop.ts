import { createRandom, fractal3, mix, smoothstep } from './noise.ts';
import type { ActorVariant } from './variant.ts';

/** The set behind the actor, far out of focus: two tones, a window's glow and discs of bokeh. Linear, [h, w, 3]. */
export function paintBackdrop(variant: ActorVariant, width: number, height: number, seed: number): Float32Array {
  const out = new Float32Array(width * height * 3);
  const [cool, warm] = variant.light.backdrop;
  const fromLeft = variant.light.rim.direction[0] < 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const u = (x + 0.5) / width;
      const v = (y + 0.5) / height;
      const side = fromLeft ? 1 - u : u;
      const glow = Math.exp(-(((side - 0.86) / 0.24) ** 2 + ((v - 0.34) / 0.42) ** 2));
      const drift = 0.16 * fractal3(u * 2.3, v * 1.6, seed * 0.1, 3);
      const wall = smoothstep(0.2, 0.95, side + drift);
      const fall = 0.72 + 0.4 * (1 - v);
      for (let k = 0; k < 3; k += 1)
        out[(y * width + x) * 3 + k] = (mix(cool[k]!, warm[k]!, wall * 0.75) * fall + warm[k]! * 1.5 * glow) * 0.85;
    }
  const random = createRandom(seed * 7919 + 13);
  for (let n = 0; n < 26; n += 1) {
    const side = random() ** 0.6;
    const cx = (fromLeft ? 1 - side : side) * width;
    const cy = (0.05 + 0.75 * random()) * height;
    const radius = height * mix(0.022, 0.062, random());
    const strength = mix(0.05, 0.3, random() ** 2);
    const warmth = random();
    for (let y = Math.max(0, Math.floor(cy - radius - 2)); y < Math.min(height, cy + radius + 2); y += 1)
      for (let x = Math.max(0, Math.floor(cx - radius - 2)); x < Math.min(width, cx + radius + 2); x += 1) {
        const d = Math.hypot(x + 0.5 - cx, y + 0.5 - cy) / radius;
        // A lens's disc: flat with a slightly brighter edge.
        const disc = smoothstep(1.06, 0.9, d) * (0.75 + 0.35 * smoothstep(0.6, 0.98, d));
        if (disc <= 0) continue;
        for (let k = 0; k < 3; k += 1)
          out[(y * width + x) * 3 + k]! += strength * disc * mix([0.35, 0.6, 0.75][k]!, [1, 0.62, 0.3][k]!, warmth);
      }
  }
  return out;
}
