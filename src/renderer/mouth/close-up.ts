import { INNER_LIPS, OUTER_LIPS } from '../../contract/lip-fit.ts';
import type { PlateRect } from '../viewport/face-scene.ts';

/** Colours of the three mouths, in pictures and curves alike. */
export const MOUTH_COLOURS = { plate: '#6fa8dc', mesh: '#e6e6e2', edit: '#e0a458' } as const;

/** The part of the plate that a mouth fills well: square, steady in size while the lips move. */
export function mouthRect(lips: Float32Array, pixelsPerCm: number): PlateRect {
  let [x, y] = [0, 0];
  for (const v of OUTER_LIPS) {
    x += lips[v * 2]! / OUTER_LIPS.length;
    y += lips[v * 2 + 1]! / OUTER_LIPS.length;
  }
  const side = 8.5 * pixelsPerCm;
  return { x: x - side / 2, y: y - side / 2, width: side, height: side };
}

/** Landmarks [.., 3] as places [.., 2]. */
export function flat(landmarks: Float32Array): Float32Array {
  const count = landmarks.length / 3;
  const out = new Float32Array(count * 2);
  for (let v = 0; v < count; v++) {
    out[v * 2] = landmarks[v * 3]!;
    out[v * 2 + 1] = landmarks[v * 3 + 1]!;
  }
  return out;
}

/** How much of `rect` a canvas shows: all of it, in the middle. */
function scaleOf(canvas: HTMLCanvasElement, rect: PlateRect): { scale: number; x: number; y: number } {
  const scale = Math.min(canvas.width / rect.width, canvas.height / rect.height);
  return {
    scale,
    x: canvas.width / 2 - (rect.x + rect.width / 2) * scale,
    y: canvas.height / 2 - (rect.y + rect.height / 2) * scale,
  };
}

/** Draws a part of a picture; `picture` shows the media as `fit` says. */
export function drawPlate(
  canvas: HTMLCanvasElement,
  picture: ImageBitmap | null,
  fit: { readonly scale: number; readonly x: number; readonly y: number },
  rect: PlateRect,
): void {
  const context = canvas.getContext('2d')!;
  const to = scaleOf(canvas, rect);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#0e0f10';
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (!picture) return;
  context.imageSmoothingQuality = 'high';
  // The media's place in the picture, undone, then the part on the canvas.
  const scale = to.scale / fit.scale;
  context.drawImage(picture, to.x - fit.x * scale, to.y - fit.y * scale, picture.width * scale, picture.height * scale);
}

/** Draws both contours of a mouth. */
export function drawLips(canvas: HTMLCanvasElement, lips: Float32Array, rect: PlateRect, colour: string): void {
  const context = canvas.getContext('2d')!;
  const { scale, x, y } = scaleOf(canvas, rect);
  context.strokeStyle = colour;
  context.lineWidth = 1.5 * devicePixelRatio;
  for (const loop of [OUTER_LIPS, INNER_LIPS]) {
    context.beginPath();
    for (const v of loop) context.lineTo(lips[v * 2]! * scale + x, lips[v * 2 + 1]! * scale + y);
    context.closePath();
    context.stroke();
  }
}
