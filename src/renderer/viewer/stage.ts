import type { ViewerMode } from '../state/studio.ts';

/** How the picture is looked at: zoom 0 fits, 1 is a picture pixel per screen pixel; pan in picture pixels. */
export interface View {
  readonly zoom: number;
  readonly panX: number;
  readonly panY: number;
}

/** Where pictures lie on the canvas, in its pixels. */
export interface Stage {
  /** Left edges of the pictures: one, or source and edit side by side. */
  readonly lefts: readonly number[];
  readonly top: number;
  /** Canvas pixels per picture pixel. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** Pictures that are there to be shown. */
export interface Shown {
  readonly edited: ImageBitmap | null;
  readonly source: ImageBitmap | null;
}

/** Puts a picture in the place of another, which gives its memory back. */
export function replacePicture(shown: { current: Shown }, side: keyof Shown, picture: ImageBitmap): void {
  const old = shown.current[side];
  shown.current = { ...shown.current, [side]: picture };
  old?.close();
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 40;

/** Lays pictures of a size out on a canvas. Panning never loses the picture: some of it stays in sight. */
export function layStage(canvas: Size, picture: Size, columns: 1 | 2, { zoom, panX, panY }: View): Stage {
  const place = canvas.width / columns;
  const fit = Math.min(place / picture.width, canvas.height / picture.height);
  const scale = zoom === 0 ? fit : zoom;
  const [width, height] = [picture.width * scale, picture.height * scale];
  const held = (pan: number, room: number, size: number): number =>
    zoom === 0 ? 0 : Math.max(-(size + room) / 2 + MARGIN, Math.min((size + room) / 2 - MARGIN, pan * scale));
  const x = held(panX, place, width);
  const y = held(panY, canvas.height, height);
  const lefts = columns === 1 ? [0] : zoom === 0 ? [place - width, place] : [0, place];
  const centred = columns === 2 && zoom === 0 ? 0 : (place - width) / 2;
  return {
    lefts: lefts.map((left) => left + centred + x),
    top: (canvas.height - height) / 2 + y,
    scale,
    width,
    height,
  };
}

/** The view in which the point under the pointer stays where it is while the zoom changes. */
export function zoomAt(
  canvas: Size,
  picture: Size,
  columns: 1 | 2,
  view: View,
  zoom: number,
  pointer: { readonly x: number; readonly y: number },
): View {
  const before = layStage(canvas, picture, columns, view);
  const place = canvas.width / columns;
  const column = columns === 2 && pointer.x >= place ? 1 : 0;
  const [x, y] = [(pointer.x - before.lefts[column]!) / before.scale, (pointer.y - before.top) / before.scale];
  const centre = place * column + place / 2;
  return {
    zoom,
    panX: (pointer.x - centre) / zoom - x + picture.width / 2,
    panY: (pointer.y - canvas.height / 2) / zoom - y + picture.height / 2,
  };
}

/** Pictures side by side. */
export const columnsOf = (mode: ViewerMode): 1 | 2 => (mode === 'split' ? 2 : 1);

/** Which pictures a mode shows. */
export const needs = (mode: ViewerMode): readonly ('edited' | 'source')[] =>
  mode === 'edited' ? ['edited'] : mode === 'source' ? ['source'] : ['edited', 'source'];

/** Draws what the mode asks for. */
export function drawStage(canvas: HTMLCanvasElement, shown: Shown, stage: Stage, mode: ViewerMode, wipe: number): void {
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return;
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#0e0f10';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const { lefts, top, width, height, scale } = stage;
  context.imageSmoothingEnabled = scale < 2;
  context.imageSmoothingQuality = 'high';
  const put = (image: ImageBitmap | null, left: number): void => {
    // On whole pixels: an edge between two would be soft, and differently so in software and hardware.
    if (image) context.drawImage(image, Math.round(left), Math.round(top), Math.round(width), Math.round(height));
  };
  const [left] = lefts as [number];
  if (mode === 'split') {
    const half = canvas.width / 2;
    for (const [index, image] of [shown.source, shown.edited ?? shown.source].entries()) {
      context.save();
      context.beginPath();
      context.rect(index * half, 0, half, canvas.height);
      context.clip();
      put(image, lefts[index]!);
      context.restore();
    }
    return;
  }
  put(mode === 'source' ? shown.source : (shown.edited ?? shown.source), left);
  if (mode === 'wipe' && shown.source) {
    context.save();
    context.beginPath();
    context.rect(left, top, width * wipe, height);
    context.clip();
    put(shown.source, left);
    context.restore();
  }
  if (mode === 'difference' && shown.source) {
    context.globalCompositeOperation = 'difference';
    put(shown.source, left);
    context.globalCompositeOperation = 'source-over';
  }
}
