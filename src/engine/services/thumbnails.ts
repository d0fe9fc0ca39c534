import { PNG } from 'pngjs';
import type { Picture } from '../../core/picture.ts';
import { type Canvas, createCanvas } from '../../core/render/canvas.ts';
import { type CropRegion, warpCrop } from '../capture/index.ts';
import type { VideoSource } from '../media/index.ts';

const THUMBNAIL_WIDTH = 400;

/** A picture as 8-bit RGB, `width` pixels wide in its own proportions. */
export function toCanvas(picture: Picture, width: number): Canvas {
  // One square crop around the whole picture, reduced with anti-aliasing; the margins are cut off again.
  const long = Math.max(picture.width, picture.height);
  const side = Math.max(1, Math.round((width * long) / picture.width));
  const height = Math.max(1, Math.round((width * picture.height) / picture.width));
  const values = new Float32Array(side * side * 3);
  const region = { centreX: picture.width / 2, centreY: picture.height / 2, size: long, angleRad: 0 };
  warpCrop(picture, region, side, values, { gain: 255, taps: 2 });
  const canvas = createCanvas(width, height, [0, 0, 0]);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width * 3; x++)
      canvas.rgb[y * width * 3 + x] = Math.round(values[((y + top) * side + left) * 3 + x]!);
  return canvas;
}

/** A canvas as the bytes of a PNG file. */
export function canvasPng(canvas: Canvas): Buffer {
  const png = new PNG({
    width: canvas.width,
    height: canvas.height,
    colorType: 2,
    inputColorType: 2,
    inputHasAlpha: false,
  });
  png.data = Buffer.from(canvas.rgb);
  return PNG.sync.write(png, { colorType: 2, inputColorType: 2, inputHasAlpha: false });
}

/** A frame of a clip as a canvas of a given width. */
export async function frameCanvas(source: VideoSource, frame: number, width: number): Promise<Canvas> {
  const decoded = await source.frameAt(frame);
  try {
    return toCanvas(decoded.picture, width);
  } finally {
    decoded.release();
  }
}

/** A frame of a clip as a small PNG in a data URL. */
export async function thumbnailUrl(source: VideoSource, frame: number): Promise<string> {
  const canvas = await frameCanvas(source, frame, THUMBNAIL_WIDTH);
  return `data:image/png;base64,${canvasPng(canvas).toString('base64')}`;
}

/** A square part of a frame as a canvas of `side` pixels. */
export async function cropCanvas(
  source: VideoSource,
  frame: number,
  region: CropRegion,
  side: number,
): Promise<Canvas> {
  const decoded = await source.frameAt(frame);
  try {
    const values = new Float32Array(side * side * 3);
    warpCrop(decoded.picture, region, side, values, { gain: 255, taps: 2 });
    return { width: side, height: side, rgb: Uint8Array.from(values, Math.round) };
  } finally {
    decoded.release();
  }
}
