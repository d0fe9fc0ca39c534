import { clampRect, type Picture, type Rect } from '../../src/core/picture.ts';
import { drawFaceMatte, faceOutline, outlineBox } from '../../src/engine/deblur/face-matte.ts';
import { lumaOf } from './measures.ts';

/** The part of a picture in which methods are compared: the face, by its outline. */
export interface Region {
  readonly rect: Rect;
  readonly matte: Float32Array;
  luma(picture: Picture): Float32Array;
}

/** The face of `landmarks` in pictures of the size of `picture`. */
export function restoredRegion(picture: Picture, landmarks: Float32Array): Region {
  const outline = faceOutline(landmarks);
  const rect = clampRect(outlineBox(outline, 0), picture.width, picture.height);
  const matte = new Float32Array(rect.width * rect.height);
  drawFaceMatte(outline, rect, matte);
  return { rect, matte, luma: (one) => lumaOf(one, rect) };
}
