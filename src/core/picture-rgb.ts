import { ChromaRows } from './chroma-rows.ts';
import type { Picture, Rect, Samples } from './picture.ts';
import { type Coding, checkRegion, codingOf } from './picture-coding.ts';

// Grown to the largest region seen: these kernels run per frame and allocate nothing.
const chroma = new ChromaRows();

// The loops over a row are functions of their own: called hundreds of times a frame they are compiled soon and well,
// while one long loop is replaced on the stack over and over.

/** RGB of one row of the region: luma from sample `row` on, chroma from the work rows, triples from `out[at]` on. */
function rgbRow(
  luma: Samples,
  row: number,
  us: Float32Array,
  vs: Float32Array,
  count: number,
  coding: Coding,
  out: Float32Array,
  at: number,
): void {
  const { redV, greenU, greenV, blueU } = coding;
  const scale = 1 / coding.lumaScale;
  const bias = -coding.lumaOffset * scale;
  let to = at;
  for (let x = 0; x < count; x++, to += 3) {
    const u = us[x]!;
    const v = vs[x]!;
    const l = luma[row + x]! * scale + bias;
    out[to] = l + redV * v;
    out[to + 1] = l + greenU * u + greenV * v;
    out[to + 2] = l + blueU * u;
  }
}

function yuvToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  const { layout, colour } = picture;
  const coding = codingOf(layout, colour);
  for (let y = 0; y < rect.height; y++) {
    chroma.load(picture, coding, rect, rect.y + y);
    const row = (rect.y + y) * picture.width + rect.x;
    rgbRow(picture.planes[0]!, row, chroma.u, chroma.v, rect.width, coding, out, y * rect.width * 3);
  }
}

function planesToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  const coding = codingOf(picture.layout, picture.colour);
  const scale = 1 / coding.lumaScale;
  const bias = -coding.lumaOffset * scale;
  const gray = picture.layout.family === 'gray';
  const red = picture.planes[0]!;
  const green = gray ? red : picture.planes[1]!;
  const blue = gray ? red : picture.planes[2]!;
  let at = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const end = y * picture.width + rect.x + rect.width;
    for (let from = y * picture.width + rect.x; from < end; from++) {
      out[at] = red[from]! * scale + bias;
      out[at + 1] = green[from]! * scale + bias;
      out[at + 2] = blue[from]! * scale + bias;
      at += 3;
    }
  }
}

/**
 * Converts a region to RGB: `out` gets `rect.width * rect.height` interleaved triples, rows top to bottom. Black is 0 and
 * white 1 in the picture's own transfer curve (no linearisation); codes beyond black and white give values beyond 0..1,
 * which are kept, so that an unedited pixel comes back unchanged. Chroma is upsampled linearly from where the picture
 * says its samples lie (`colour.chromaLocation`; ITU-T H.264 figure E-1). Throws `invalid-argument` when `rect` is not
 * inside the picture or `out` is too short.
 */
export function pictureToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  checkRegion(picture, rect, 'out', out.length, 3);
  if (rect.width === 0 || rect.height === 0) return;
  if (picture.layout.family === 'yuv') yuvToRgb(picture, rect, out);
  else planesToRgb(picture, rect, out);
}
