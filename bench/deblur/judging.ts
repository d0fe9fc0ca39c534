import type { Picture } from '../../src/core/picture.ts';
import { pictureToRgb } from '../../src/core/picture-rgb.ts';
import type { FaceInSquare, Judge, JudgedFace } from '../judge/face-api.ts';

/** A picture as the judge takes it: interleaved 8-bit RGB. */
export function rgbOf(picture: Picture): Uint8Array {
  const { width, height } = picture;
  const plain = new Float32Array(width * height * 3);
  pictureToRgb(picture, { x: 0, y: 0, width, height }, plain);
  return Uint8Array.from(plain, (value) => Math.max(0, Math.min(255, Math.round(value * 255))));
}

/** The largest face of a picture; undefined where the judge finds none. */
export async function judged(judge: Judge, picture: Picture): Promise<JudgedFace | undefined> {
  return (await judge.faces(rgbOf(picture), picture.width, picture.height))[0];
}

/** Mean distance of 68 points to those of `truth`, in distances of its eyes. */
export function landmarkError(face: Pick<FaceInSquare, 'landmarks'>, truth: Pick<FaceInSquare, 'landmarks'>): number {
  const centre = (from: number, axis: number): number =>
    [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + truth.landmarks[2 * (from + k) + axis]! / 6, 0);
  const eyes = Math.hypot(centre(36, 0) - centre(42, 0), centre(36, 1) - centre(42, 1));
  let sum = 0;
  for (let k = 0; k < 68; k++)
    sum += Math.hypot(
      face.landmarks[2 * k]! - truth.landmarks[2 * k]!,
      face.landmarks[2 * k + 1]! - truth.landmarks[2 * k + 1]!,
    );
  return sum / 68 / eyes;
}
