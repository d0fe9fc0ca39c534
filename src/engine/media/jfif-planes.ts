import type { Picture, PictureColour } from '../../core/picture.ts';

/** Weights of red and blue in luma, by matrix. */
const LUMA = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

/** Whether {@link fillJfifPlanes} can convert from pictures of this colour. */
export function isLumaMatrix(matrix: PictureColour['matrix']): matrix is keyof typeof LUMA {
  return Object.hasOwn(LUMA, matrix);
}

/**
 * Converts 8-bit 4:2:0 samples of any range and matrix into those of a JFIF file: full range, BT.601. The change of
 * matrix is linear in the samples: luma gets a share of chroma, chroma turns a little. Same size; several times as fast
 * as swscale, which goes through RGB.
 */
export function fillJfifPlanes(from: Picture, into: Picture): void {
  const { matrix, range } = from.colour;
  if (!isLumaMatrix(matrix)) throw new RangeError(`no luma in ${matrix}`);
  const [a, b] = [LUMA[matrix], LUMA.bt601];
  const green = (k: { red: number; blue: number }): number => 1 - k.red - k.blue;
  const [redOfV, blueOfU] = [2 * (1 - a.red), 2 * (1 - a.blue)];
  const greenOfU = (-a.blue * blueOfU) / green(a);
  const greenOfV = (-a.red * redOfV) / green(a);
  const chroma = range === 'limited' ? 255 / 224 : 1;
  const gain = range === 'limited' ? 255 / 219 : 1;
  const black = range === 'limited' ? 16 : 0;
  const yu = (green(b) * greenOfU + b.blue * blueOfU) * chroma;
  const yv = (b.red * redOfV + green(b) * greenOfV) * chroma;
  const uu = (blueOfU * chroma - yu) / (2 * (1 - b.blue));
  const uv = -yv / (2 * (1 - b.blue));
  const vu = -yu / (2 * (1 - b.red));
  const vv = (redOfV * chroma - yv) / (2 * (1 - b.red));
  const luma = Float32Array.from({ length: 256 }, (_, value) => (value - black) * gain);
  const [fromY, fromU, fromV] = from.planes as [Uint8Array, Uint8Array, Uint8Array];
  const [y, u, v] = into.planes.map(
    ({ buffer, byteOffset, length }) => new Uint8ClampedArray(buffer, byteOffset, length),
  ) as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray];
  const { width, height } = from;
  for (let row = 0, c = 0; row < height; row += 2)
    for (let x = 0, i = row * width; x < width; x += 2, i += 2, c++) {
      const du = fromU[c]! - 128;
      const dv = fromV[c]! - 128;
      const add = yu * du + yv * dv;
      const right = x + 1 < width;
      y[i] = luma[fromY[i]!]! + add;
      if (right) y[i + 1] = luma[fromY[i + 1]!]! + add;
      if (row + 1 < height) {
        y[i + width] = luma[fromY[i + width]!]! + add;
        if (right) y[i + width + 1] = luma[fromY[i + width + 1]!]! + add;
      }
      u[c] = 128 + uu * du + uv * dv;
      v[c] = 128 + vu * du + vv * dv;
    }
}
