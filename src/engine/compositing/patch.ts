import type { Rect, Samples } from '../../core/picture.ts';
import type { WarpField } from './warp-field.ts';

/** Samples around what is looked at that a resampling kernel reads besides, and one for rounding. */
export const PATCH_MARGIN = 3;

/** A part of a plane in the field's memory, where kernels find it. */
export interface Patch {
  readonly address: number;
  readonly rowBytes: number;
  readonly sampleBytes: 1 | 2;
  /** Copies the patch, which must have no border, back into its plane. */
  writeBack(): void;
}

/**
 * Copies the samples of `rect`, which lies inside the plane, and of a border around it into the field's memory. Beyond
 * the edges of the plane its outermost samples are repeated.
 */
export function patchOf(
  field: WarpField,
  purpose: string,
  plane: Samples,
  size: { readonly width: number; readonly height: number },
  rect: Rect,
  [borderX, borderY]: readonly [number, number],
): Patch {
  const sampleBytes = plane.BYTES_PER_ELEMENT === 1 ? 1 : 2;
  const width = rect.width + 2 * borderX;
  const height = rect.height + 2 * borderY;
  const address = field.piece(purpose, width * height * sampleBytes);
  const view = (): Samples => {
    const { buffer } = field.arena.memory;
    return sampleBytes === 1
      ? new Uint8Array(buffer, address, width * height)
      : new Uint16Array(buffer, address, width * height);
  };
  const samples = view();
  const first = Math.max(0, borderX - rect.x);
  const until = Math.min(width, size.width - rect.x + borderX);
  for (let y = 0; y < height; y++) {
    const row = Math.max(0, Math.min(size.height - 1, rect.y - borderY + y)) * size.width;
    const from = row + rect.x - borderX;
    samples.set(plane.subarray(from + first, from + until), y * width + first);
    if (first > 0) samples.fill(plane[row]!, y * width, y * width + first);
    if (until < width) samples.fill(plane[row + size.width - 1]!, y * width + until, (y + 1) * width);
  }
  return {
    address,
    rowBytes: width * sampleBytes,
    sampleBytes,
    writeBack: () => {
      // Another patch may have made the memory grow since.
      const samples = view();
      for (let y = 0; y < rect.height; y++)
        plane.set(samples.subarray(y * width, (y + 1) * width), (rect.y + y) * size.width + rect.x);
    },
  };
}
