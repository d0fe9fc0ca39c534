import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture, type Rect } from '../../core/picture.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { SharedArena } from '../../core/wasm/index.ts';
import { followLight, readFace, recode } from './face-planes.ts';
import { lightCurve } from './linear-light.ts';

const [WIDTH, HEIGHT] = [40, 30] as const;
const SHARES = [0.2126, 0.7152, 0.0722] as const;

/** A picture of many colours, some of them clipped. */
function colourful(): Picture {
  const layout = { family: 'rgb', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
  const picture = allocatePicture(
    ...[WIDTH, HEIGHT, layout],
    { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'unknown' },
    false,
  );
  picture.planes.forEach((plane, p) => {
    for (let i = 0; i < plane.length; i++) plane[i] = Math.min(255, ((i * (7 + 2 * p)) % 280) + (i % 3));
  });
  return picture;
}

/** Inverse of the BT.709 camera curve. */
const lightOf = (code: number): number => (code < 0.081 ? code / 4.5 : ((code + 0.099) / 1.099) ** (1 / 0.45));

const inside: Rect = { x: 6, y: 4, width: 28, height: 22 };
const beyond: Rect = { x: -6, y: 14, width: 32, height: 24 };

describe('planes of a face', () => {
  const picture = colourful();
  const curve = lightCurve('bt709');
  for (const rect of [inside, beyond])
    it(`hold light, its slope and where it is known (${rect.x < 0 ? 'beyond the rim' : 'inside'})`, () => {
      const planes = readFace(new SharedArena(), picture, rect, curve);
      const rgb = new Float32Array(WIDTH * HEIGHT * 3);
      pictureToRgb(picture, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, rgb);
      const [red, blue] = [new Float64Array(planes.red.length), new Float64Array(planes.red.length)];
      for (let y = 0, at = 0; y < rect.height; y++)
        for (let x = 0; x < rect.width; x++, at++) {
          const px = Math.max(0, Math.min(WIDTH - 1, rect.x + x));
          const py = Math.max(0, Math.min(HEIGHT - 1, rect.y + y));
          const code = [0, 1, 2].map((k) => rgb[(py * WIDTH + px) * 3 + k]!);
          const light = code.map(lightOf);
          const mixed = (values: readonly number[]): number =>
            values.reduce((sum, value, k) => sum + SHARES[k]! * value, 0);
          expect(planes.luminance[at]!).toBeCloseTo(mixed(light), 5);
          expect(planes.known[at]).toBe(code.every((value) => value < 0.985) ? 1 : 0);
          const seen = Math.max(0.02, Math.min(1, mixed(code)));
          const slope = 0.02 / (lightOf(seen + 0.01) - lightOf(seen - 0.01));
          expect(Math.abs(planes.scale[at]! / slope - 1)).toBeLessThan(2e-3);
          const half = (y >> 1) * (rect.width / 2) + (x >> 1);
          red[half]! += (light[0]! - mixed(light)) / 4;
          blue[half]! += (light[2]! - mixed(light)) / 4;
        }
      planes.red.forEach((value, i) => {
        expect(value).toBeCloseTo(red[i]!, 5);
      });
      planes.blue.forEach((value, i) => {
        expect(value).toBeCloseTo(blue[i]!, 5);
      });
    });

  it('are coded again with what was added to their light', () => {
    const arena = new SharedArena();
    const planes = readFace(arena, picture, inside, curve);
    const part = { x: 10, y: 6, width: 19, height: 15 };
    const luminance = arena.floats(planes.luminance.length).fill(0.03);
    const [red, blue] = [arena.floats(planes.red.length), arena.floats(planes.red.length)];
    // Changes that are linear over the picture stay so between samples of half size.
    for (let i = 0; i < red.length; i++) {
      const [x, y] = [2 * (i % (inside.width / 2)) + 0.5, 2 * Math.floor(i / (inside.width / 2)) + 0.5];
      red[i] = 0.001 * x - 0.0005 * y;
      blue[i] = -0.0008 * x + 0.0002 * y;
    }
    const out = recode(arena, planes, part, curve, { luminance, red, blue });
    for (let y = 0; y < part.height; y++)
      for (let x = 0; x < part.width; x++) {
        const [px, py] = [part.x - inside.x + x, part.y - inside.y + y];
        const [r, b] = [0.001 * px - 0.0005 * py, -0.0008 * px + 0.0002 * py];
        const changes = [r, -(SHARES[0] * r + SHARES[2] * b) / SHARES[1], b];
        changes.forEach((change, k) => {
          const before = lightOf(planes.rgb[(py * inside.width + px) * 3 + k]!);
          const after = Math.max(-0.5, before + 0.03 + change);
          const found = out[(y * part.width + x) * 3 + k]!;
          expect(lightOf(Math.abs(found)) * Math.sign(found)).toBeCloseTo(Math.min(curve.brightest, after), 4);
        });
      }
  });

  it('keep their colours when light is taken or added', () => {
    const arena = new SharedArena();
    const planes = readFace(arena, picture, inside, curve);
    const change = arena.floats(planes.luminance.length);
    for (const [share, kept] of [
      [-0.3, 0.7],
      [0.4, 1.4],
      // Not darker than half and not lighter than twice.
      [-0.9, 0.5],
      [3, 2],
    ] as const) {
      planes.luminance.forEach((light, i) => {
        change[i] = share * light;
      });
      for (const channel of ['red', 'blue'] as const) {
        const out = arena.floats(planes[channel].length);
        followLight(planes, channel, change, out);
        out.forEach((value, i) => {
          expect(value).toBeCloseTo(kept * planes[channel][i]!, 5);
        });
      }
    }
  });

  it('come back as they were when nothing was added', () => {
    const arena = new SharedArena();
    const planes = readFace(arena, picture, beyond, curve);
    const part = { x: 0, y: 16, width: 20, height: 14 };
    const nothing = (plane: Float32Array): Float32Array => arena.floats(plane.length).fill(0);
    const change = { luminance: nothing(planes.luminance), red: nothing(planes.red), blue: nothing(planes.blue) };
    const out = recode(arena, planes, part, curve, change);
    const rgb = new Float32Array(part.width * part.height * 3);
    pictureToRgb(picture, part, rgb);
    out.forEach((value, i) => {
      expect(Math.abs(value - rgb[i]!)).toBeLessThan(1e-4);
    });
  });
});
