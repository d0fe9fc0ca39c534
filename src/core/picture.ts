/** How the samples of a picture are laid out: the formats that Retake carries without loss from decoder to encoder. */
export interface PictureLayout {
  readonly family: 'yuv' | 'rgb' | 'gray';
  /** Significant bits of a sample, 8 to 16. Planes are Uint8Array at 8, else Uint16Array (low-aligned). */
  readonly bitDepth: 8 | 10 | 12 | 16;
  /** log2 of the horizontal chroma subsampling: 1 for 4:2:0 and 4:2:2, else 0. */
  readonly chromaShiftX: 0 | 1;
  /** log2 of the vertical chroma subsampling: 1 for 4:2:0, else 0. */
  readonly chromaShiftY: 0 | 1;
  readonly alpha: boolean;
}

/** Colour interpretation. `matrix` and `range` are always resolved (guessed from size when untagged, as players do). */
export interface PictureColour {
  readonly range: 'limited' | 'full';
  readonly matrix: 'bt601' | 'bt709' | 'bt2020' | 'rgb';
  /** FFmpeg's name of the transfer characteristic, e.g. `bt709`, `iec61966-2-1`, `unknown`. */
  readonly transfer: string;
  /** FFmpeg's name of the primaries. */
  readonly primaries: string;
  /** FFmpeg's name of the chroma sample location: `left` (MPEG-2, H.264), `center` (MPEG-1), `topleft`, `unknown`. */
  readonly chromaLocation: string;
}

/** Samples of one plane. */
export type Samples = Uint8Array | Uint16Array;

/**
 * A frame in its native pixel format. Planes are tightly packed (stride = plane width) and in the order Y U V [A],
 * R G B [A] or Y. They may lie on a SharedArrayBuffer, so that workers touch them without a copy.
 * Chroma planes are ceil(width / 2^shift) wide.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly layout: PictureLayout;
  readonly colour: PictureColour;
  readonly planes: readonly Samples[];
}

/** A rectangle of whole pixels; right and bottom are exclusive: x + width, y + height. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width and height in samples of plane `plane` of a picture of this layout. */
export function planeSize(layout: PictureLayout, width: number, height: number, plane: number): [number, number] {
  const chroma = layout.family === 'yuv' && (plane === 1 || plane === 2);
  const ceil = (value: number, shift: number): number => (value + (1 << shift) - 1) >> shift;
  return chroma ? [ceil(width, layout.chromaShiftX), ceil(height, layout.chromaShiftY)] : [width, height];
}

/** Number of planes: 1 for gray, 3 otherwise, one more with alpha. */
export function planeCount(layout: PictureLayout): number {
  return (layout.family === 'gray' ? 1 : 3) + (layout.alpha ? 1 : 0);
}

/** A zeroed picture; with `shared` its planes lie on one SharedArrayBuffer. */
export function allocatePicture(
  width: number,
  height: number,
  layout: PictureLayout,
  colour: PictureColour,
  shared = false,
): Picture {
  const bytes = layout.bitDepth === 8 ? 1 : 2;
  const sizes = Array.from({ length: planeCount(layout) }, (_, plane) => planeSize(layout, width, height, plane));
  const total = sizes.reduce((sum, [w, h]) => sum + w * h * bytes, 0);
  const buffer = shared ? new SharedArrayBuffer(total) : new ArrayBuffer(total);
  let offset = 0;
  const planes = sizes.map(([w, h]) => {
    const samples = bytes === 1 ? new Uint8Array(buffer, offset, w * h) : new Uint16Array(buffer, offset, w * h);
    offset += w * h * bytes;
    return samples;
  });
  return { width, height, layout, colour, planes };
}

/** The part of `rect` that lies inside a picture of the given size; width or height 0 when there is none. */
export function clampRect(rect: Rect, width: number, height: number): Rect {
  const x0 = Math.min(Math.max(0, rect.x), width);
  const y0 = Math.min(Math.max(0, rect.y), height);
  const x1 = Math.max(x0, Math.min(width, rect.x + rect.width));
  const y1 = Math.max(y0, Math.min(height, rect.y + rect.height));
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}
