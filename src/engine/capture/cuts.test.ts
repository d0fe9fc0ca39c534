import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { findShots, frameSignature, SIGNATURE_SIZE } from './cuts.ts';

/** A scene of coloured blobs; `shift` pans it, `light` brightens it. */
function scene(seed: number, shift: number, light: number): Picture {
  const [width, height] = [128, 72];
  const picture = allocatePicture(
    width,
    height,
    { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false },
    { range: 'limited', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  const wave = (x: number, y: number, k: number): number =>
    Math.sin((x + shift) * (0.05 + 0.02 * ((seed * 7 + k) % 5)) + seed * k) * Math.cos(y * (0.06 + 0.01 * seed) + k);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      picture.planes[0]![y * width + x] = Math.min(235, 110 + (seed % 3) * 20 + 45 * wave(x, y, 1) + light);
  for (let y = 0; y < height / 2; y++)
    for (let x = 0; x < width / 2; x++) {
      picture.planes[1]![(y * width) / 2 + x] = 128 + 30 * wave(2 * x, 2 * y, 2);
      picture.planes[2]![(y * width) / 2 + x] = 128 + 30 * wave(2 * x, 2 * y, 3);
    }
  return picture;
}

function shotsOf(frames: readonly Picture[]): number[] {
  const all = new Uint8Array(frames.length * SIGNATURE_SIZE);
  frames.forEach((picture, n) => {
    frameSignature(picture, all.subarray(n * SIGNATURE_SIZE, (n + 1) * SIGNATURE_SIZE));
  });
  return findShots(all, frames.length);
}

describe('findShots', () => {
  it('finds cuts, also close ones and at a pan', () => {
    const frames = Array.from({ length: 60 }, (_, n) => scene(n < 20 ? 1 : n < 26 ? 4 : 2, n * 2, 0));
    expect(shotsOf(frames)).toEqual([0, 20, 26]);
  });

  it('takes fast pans and a brightening light for no cut', () => {
    expect(shotsOf(Array.from({ length: 40 }, (_, n) => scene(1, n * 9, 0)))).toEqual([0]);
    expect(shotsOf(Array.from({ length: 40 }, (_, n) => scene(2, n, Math.min(60, n * 4))))).toEqual([0]);
  });

  it('takes flashes of one or two frames for no cut', () => {
    const flash = (lit: readonly number[]): Picture[] =>
      Array.from({ length: 30 }, (_, n) => scene(1, n, lit.includes(n) ? 110 : 0));
    expect(shotsOf(flash([12]))).toEqual([0]);
    expect(shotsOf(flash([12, 13]))).toEqual([0]);
  });

  it('answers for a single frame', () => {
    expect(shotsOf([scene(1, 0, 0)])).toEqual([0]);
  });
});
