import type { Picture } from '../../src/core/picture.ts';
import { allocatePicture, clampRect } from '../../src/core/picture.ts';
import { blendRgb } from '../../src/core/picture-blend.ts';
import { SharedArena } from '../../src/core/wasm/index.ts';
import { BlurOperator } from '../../src/engine/deblur/blur-operator.ts';
import { drawFaceMatte, faceOutline, outlineBox } from '../../src/engine/deblur/face-matte.ts';
import { readFace, recode } from '../../src/engine/deblur/face-planes.ts';
import { type Kernel, KernelGrid, motionKernel } from '../../src/engine/deblur/kernel.ts';
import { BLOCK } from '../../src/engine/deblur/kernels/index.ts';
import { lightCurve } from '../../src/engine/deblur/linear-light.ts';

/** Restores a plane of linear light that one kernel blurred; `strength` is its regularisation. */
export type Restorer = (
  plane: Float32Array,
  width: number,
  height: number,
  kernel: Kernel,
  strength: number,
) => Float32Array;

/** In-place radix-2 transform of interleaved complex rows and columns of a square. */
function transform2(data: Float64Array, side: number, inverse: boolean): void {
  const line = new Float64Array(side * 2);
  const cos = Float64Array.from({ length: side }, (_, k) => Math.cos((2 * Math.PI * k) / side));
  const sin = Float64Array.from({ length: side }, (_, k) => Math.sin((2 * Math.PI * k) / side) * (inverse ? 1 : -1));
  const run = (start: number, step: number): void => {
    for (let i = 0; i < side; i++) {
      line[2 * i] = data[2 * (start + i * step)]!;
      line[2 * i + 1] = data[2 * (start + i * step) + 1]!;
    }
    for (let i = 1, j = 0; i < side; i++) {
      let bit = side >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i >= j) continue;
      for (const k of [0, 1]) [line[2 * i + k], line[2 * j + k]] = [line[2 * j + k]!, line[2 * i + k]!];
    }
    for (let size = 2; size <= side; size <<= 1) {
      const stride = side / size;
      for (let k = 0; k < size / 2; k++) {
        const [c, s] = [cos[k * stride]!, sin[k * stride]!];
        for (let from = k; from < side; from += size) {
          const [a, b] = [2 * from, 2 * (from + size / 2)];
          const re = line[b]! * c - line[b + 1]! * s;
          const im = line[b + 1]! * c + line[b]! * s;
          line[b] = line[a]! - re;
          line[b + 1] = line[a + 1]! - im;
          line[a]! += re;
          line[a + 1]! += im;
        }
      }
    }
    const unit = inverse ? 1 / side : 1;
    for (let i = 0; i < side; i++) {
      data[2 * (start + i * step)] = line[2 * i]! * unit;
      data[2 * (start + i * step) + 1] = line[2 * i + 1]! * unit;
    }
  };
  for (let y = 0; y < side; y++) run(y * side, 1);
  for (let x = 0; x < side; x++) run(x, side);
}

/** Wiener filter whose prior is that differences between neighbours are small. */
export const wiener: Restorer = (plane, width, height, kernel, strength) => {
  let side = 1;
  while (side < Math.max(width, height) * 1.25) side <<= 1;
  const data = new Float64Array(side * side * 2);
  // The picture is mirrored into the room around it, so that its rim does not ring.
  const mirror = (i: number, n: number): number => {
    const past = side - n;
    if (i < n) return i;
    return i < n + past / 2 ? 2 * n - 1 - i : side - 1 - i;
  };
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [px, py] = [mirror(x, width), mirror(y, height)];
      data[2 * (y * side + x)] =
        plane[Math.max(0, Math.min(height - 1, py)) * width + Math.max(0, Math.min(width - 1, px))]!;
    }
  const blur = new Float64Array(side * side * 2);
  for (let i = 0; i < kernel.weight.length; i++) {
    const x = (side - kernel.dx[i]!) % side;
    const y = (side - kernel.dy[i]!) % side;
    blur[2 * (y * side + x)]! += kernel.weight[i]!;
  }
  transform2(data, side, false);
  transform2(blur, side, false);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const i = 2 * (y * side + x);
      const laplace = 4 - 2 * Math.cos((2 * Math.PI * x) / side) - 2 * Math.cos((2 * Math.PI * y) / side);
      const [hr, hi, br, bi] = [blur[i]!, blur[i + 1]!, data[i]!, data[i + 1]!];
      const whole = hr * hr + hi * hi + strength * laplace + 1e-9;
      data[i] = (hr * br + hi * bi) / whole;
      data[i + 1] = (hr * bi - hi * br) / whole;
    }
  transform2(data, side, true);
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = data[2 * (y * side + x)]!;
  return out;
};

/** Richardson-Lucy; `strength` is the number of its steps. */
export const richardsonLucy: Restorer = (plane, width, height, kernel, strength) => {
  const reach = Math.max(...kernel.dx.map(Math.abs), ...kernel.dy.map(Math.abs), 1);
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const arena = new SharedArena();
  const operator = new BlurOperator(
    arena,
    columns,
    rows,
    reach,
    Array.from({ length: columns * rows }, () => kernel),
  );
  const [w, h] = [operator.width, operator.height];
  const fresh = (value = 0): Float32Array => arena.floats(w * h).fill(value);
  const seen = fresh();
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = Math.max(0, Math.min(height - 1, y - reach)) * width + Math.max(0, Math.min(width - 1, x - reach));
      seen[y * w + x] = Math.max(1e-4, plane[at]!);
    }
  const [x, blurred, back, weight] = [fresh(), fresh(), fresh(), fresh()];
  x.set(seen);
  operator.adjoint(fresh(1), weight);
  for (let step = 0; step < strength; step++) {
    operator.forward(x, blurred);
    for (let i = 0; i < blurred.length; i++) blurred[i] = blurred[i]! > 1e-6 ? seen[i]! / blurred[i]! : 0;
    operator.adjoint(blurred, back);
    for (let i = 0; i < x.length; i++) if (weight[i]! > 1e-3) x[i]! *= back[i]! / weight[i]!;
  }
  const out = new Float32Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) out[row * width + column] = x[(row + reach) * w + column + reach]!;
  return out;
};

/** A copy of a picture whose face was restored in linear light with one kernel for all of it: the tracked path. */
export function restoreGlobally(
  picture: Picture,
  landmarks: Float32Array,
  path: readonly [number, number],
  restore: Restorer,
  strength: number,
): Picture {
  const outline = faceOutline(landmarks);
  const margin = Math.ceil(Math.hypot(...path)) + 8;
  const wanted = clampRect(outlineBox(outline, margin), picture.width, picture.height);
  // Even places, with room around them for what is made of differences of colour.
  const part = { ...wanted, width: wanted.width & ~1, height: wanted.height & ~1 };
  const rect = { x: part.x - 4, y: part.y - 4, width: ((part.width + 3) & ~3) + 8, height: part.height + 8 };
  const arena = new SharedArena();
  const curve = lightCurve(picture.colour.transfer);
  const planes = readFace(arena, picture, rect, curve);
  const kernel = motionKernel({ bx: path[0], by: path[1], cx: 0, cy: 0 }, 0.3, new KernelGrid());
  const half = motionKernel({ bx: path[0] / 2, by: path[1] / 2, cx: 0, cy: 0 }, 0.15, new KernelGrid());
  const change = (plane: Float32Array, width: number, height: number, by: Kernel, offset: number): Float32Array => {
    const lifted = Float32Array.from(plane, (value) => value + offset);
    const made = arena.floats(plane.length);
    made.set(restore(lifted, width, height, by, strength).map((value, i) => value - lifted[i]!));
    return made;
  };
  const changes = {
    luminance: change(planes.luminance, rect.width, rect.height, kernel, 0),
    // Differences of colour have signs; Richardson-Lucy wants light.
    red: change(planes.red, rect.width / 2, rect.height / 2, half, 1),
    blue: change(planes.blue, rect.width / 2, rect.height / 2, half, 1),
  };
  const out = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
  picture.planes.forEach((plane, p) => {
    out.planes[p]!.set(plane as never);
  });
  const matte = new Float32Array(part.width * part.height);
  drawFaceMatte(outline, part, matte);
  blendRgb(out, part, recode(arena, planes, part, curve, changes), matte);
  return out;
}
