import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../core/picture.ts';
import { toDisplay } from './light.ts';
import { clamp, createRandom, gaussian, smoothstep } from './noise.ts';

/** Layout of the clip's pictures: 8-bit 4:2:0. */
export const FILM_LAYOUT: PictureLayout = {
  family: 'yuv',
  bitDepth: 8,
  chromaShiftX: 1,
  chromaShiftY: 1,
  alpha: false,
};
/** Colour of the clip's pictures: BT.709, limited range. */
export const FILM_COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};

const STEPS = 4096;
/** Display value by the square root of linear light, up to 6. */
const curve = Float32Array.from({ length: STEPS + 1 }, (_, i) => toDisplay(6 * (i / STEPS) ** 2));

function display(linear: number): number {
  return curve[Math.min(STEPS, (Math.sqrt(Math.max(0, linear) / 6) * STEPS + 0.5) | 0)]!;
}

const GRAIN_SIZE = 256;

/** Turns linear pictures into camera pictures: lens vignette, filmic curve, sensor grain, YUV. */
export class Film {
  private readonly grain = new Float32Array(GRAIN_SIZE * GRAIN_SIZE);
  private readonly width: number;
  private readonly height: number;
  private readonly rgb: Float32Array;
  private readonly seed: number;

  constructor(width: number, height: number, seed: number) {
    this.width = width;
    this.height = height;
    this.seed = seed;
    this.rgb = new Float32Array(width * height * 3);
    const random = createRandom(seed * 7 + 77);
    const raw = Float32Array.from(this.grain, () => gaussian(random));
    // Neighbouring photosites share a little of their noise after demosaicing.
    for (let y = 0; y < GRAIN_SIZE; y += 1)
      for (let x = 0; x < GRAIN_SIZE; x += 1) {
        const at = (dx: number, dy: number): number =>
          raw[((y + dy) & (GRAIN_SIZE - 1)) * GRAIN_SIZE + ((x + dx) & (GRAIN_SIZE - 1))]!;
        this.grain[y * GRAIN_SIZE + x] = 0.8 * at(0, 0) + 0.28 * (at(1, 0) + at(0, 1) + at(-1, 0) + at(0, -1));
      }
  }

  /** Display RGB 0..1 of the last developed frame, [height, width, 3]. */
  get display(): Float32Array {
    return this.rgb;
  }

  /** Develops frame number `frame` from linear light [height, width, 3]. */
  develop(linear: Float32Array, frame: number): Picture {
    const { width, height, rgb, grain } = this;
    const random = createRandom(this.seed * 9973 + frame);
    const shiftX = Math.floor(random() * GRAIN_SIZE);
    const shiftY = Math.floor(random() * GRAIN_SIZE);
    const picture = allocatePicture(width, height, FILM_LAYOUT, FILM_COLOUR);
    const [luma, blue, red] = picture.planes as [Uint8Array, Uint8Array, Uint8Array];
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const i = (y * width + x) * 3;
        const fall = 1 - 0.24 * smoothstep(0.35, 1.05, Math.hypot((x / width - 0.5) * 1.25, y / height - 0.5) * 1.3);
        const r = display(linear[i]! * fall);
        const g = display(linear[i + 1]! * fall);
        const b = display(linear[i + 2]! * fall);
        const level = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        const noise =
          grain[((y + shiftY) & (GRAIN_SIZE - 1)) * GRAIN_SIZE + ((x + shiftX) & (GRAIN_SIZE - 1))]! *
          (0.0052 + 0.004 * (1 - level));
        rgb[i] = clamp(r + noise, 0, 1);
        rgb[i + 1] = clamp(g + noise, 0, 1);
        rgb[i + 2] = clamp(b + noise, 0, 1);
        luma[y * width + x] = 16.5 + 219 * clamp(level + noise, 0, 1);
      }
    const chromaWidth = (width + 1) >> 1;
    const chromaHeight = (height + 1) >> 1;
    for (let y = 0; y < chromaHeight; y += 1)
      for (let x = 0; x < chromaWidth; x += 1) {
        let r = 0;
        let g = 0;
        let b = 0;
        for (let k = 0; k < 4; k += 1) {
          const i = (Math.min(height - 1, y * 2 + (k >> 1)) * width + Math.min(width - 1, x * 2 + (k & 1))) * 3;
          r += rgb[i]! / 4;
          g += rgb[i + 1]! / 4;
          b += rgb[i + 2]! / 4;
        }
        const level = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        blue[y * chromaWidth + x] = 128.5 + (224 * (b - level)) / 1.8556;
        red[y * chromaWidth + x] = 128.5 + (224 * (r - level)) / 1.5748;
      }
    return picture;
  }
}
