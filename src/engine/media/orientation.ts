import { type Picture, type PictureLayout, planeSize, type Samples } from '../../core/picture.ts';

/** How a stored picture is turned upright: mirrored left to right first if told, then turned clockwise. */
export interface Orientation {
  readonly rotation: 0 | 90 | 180 | 270;
  readonly mirrored: boolean;
}

/** Stored upright already. */
export const UPRIGHT: Orientation = { rotation: 0, mirrored: false };

/**
 * Reads FFmpeg's display matrix (9 little-endian 16.16 numbers: x' = a x + c y, y' = b x + d y). Angles are rounded to
 * quarter turns; other matrices (shear, zero) count as upright.
 */
export function orientationFromMatrix(matrix: Uint8Array | null): Orientation {
  if (!matrix || matrix.byteLength < 36) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => view.getInt32(offset, true) / 65_536) as [
    number,
    number,
    number,
    number,
  ];
  const determinant = a * d - b * c;
  if (Math.abs(determinant) < 1e-6) return UPRIGHT;
  const mirrored = determinant < 0;
  // After undoing a mirror of x, the first column is (cos, sin) of the clockwise turn (y points down).
  const angle = Math.atan2(mirrored ? -b : b, mirrored ? -a : a);
  const quarter = ((Math.round(angle / (Math.PI / 2)) % 4) + 4) % 4;
  return { rotation: (quarter * 90) as Orientation['rotation'], mirrored };
}

/** Layout after a turn: 4:2:2 stands up as 4:4:0 and the other way round. */
export function orientedLayout(layout: PictureLayout, { rotation }: Orientation): PictureLayout {
  if (rotation === 0 || rotation === 180) return layout;
  return { ...layout, chromaShiftX: layout.chromaShiftY, chromaShiftY: layout.chromaShiftX };
}

const SITES = ['left', 'center', 'topleft', 'top', 'bottomleft', 'bottom'] as const;
const SITE_OFFSETS: Readonly<Record<string, readonly [number, number]>> = {
  left: [-1, 0],
  center: [0, 0],
  topleft: [-1, -1],
  top: [0, -1],
  bottomleft: [-1, 1],
  bottom: [0, 1],
};

/** Chroma siting after a turn; `unknown` where FFmpeg has no name for the result (right-hand sites). */
export function orientedChromaLocation(location: string, { rotation, mirrored }: Orientation): string {
  const offset = SITE_OFFSETS[location];
  if (!offset || (rotation === 0 && !mirrored)) return location;
  let [x, y] = [mirrored ? -offset[0] : offset[0], offset[1]];
  for (let turn = 0; turn < rotation; turn += 90) [x, y] = [-y || 0, x];
  return SITES.find((site) => SITE_OFFSETS[site]![0] === x && SITE_OFFSETS[site]![1] === y) ?? 'unknown';
}

function orientPlane(
  from: Samples,
  width: number,
  height: number,
  to: Samples,
  { rotation, mirrored }: Orientation,
): void {
  const outWidth = rotation === 90 || rotation === 270 ? height : width;
  const outHeight = rotation === 90 || rotation === 270 ? width : height;
  // Source position of output (0, 0) and its steps along output x and y.
  const steps = {
    0: [0, 0, 1, 0, 0, 1],
    90: [0, height - 1, 0, -1, 1, 0],
    180: [width - 1, height - 1, -1, 0, 0, -1],
    270: [width - 1, 0, 0, 1, -1, 0],
  } as const;
  let [x0, y0, dxx, dxy, dyx, dyy] = steps[rotation] as readonly number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (mirrored) [x0, dxx, dyx] = [width - 1 - x0, -dxx, -dyx];
  const stepX = dxy * width + dxx;
  const stepY = dyy * width + dyx;
  let row = y0 * width + x0;
  for (let y = 0, out = 0; y < outHeight; y++, row += stepY)
    for (let x = 0, at = row; x < outWidth; x++, at += stepX) to[out++] = from[at]!;
}

/** Turns `from` (as stored) into `to` (upright, of the oriented size and layout). */
export function orientPicture(from: Picture, to: Picture, orientation: Orientation): void {
  from.planes.forEach((plane, index) => {
    const [width, height] = planeSize(from.layout, from.width, from.height, index);
    orientPlane(plane, width, height, to.planes[index]!, orientation);
  });
}
