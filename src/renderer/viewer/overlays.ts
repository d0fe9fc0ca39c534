import { INNER_LIPS, OUTER_LIPS } from '../../contract/lip-fit.ts';
import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import type { OverlayKind } from '../state/studio.ts';
import type { Fit } from '../viewport/mesh-points.ts';
import type { Stage } from './stage.ts';

/** What can be drawn over the picture. */
export const OVERLAYS: readonly OverlayKind[] = ['mesh', 'landmarks', 'matte', 'faces', 'safe'];

/** Names on buttons. */
export const OVERLAY_NAMES: Readonly<Record<OverlayKind, string>> = {
  mesh: 'Mesh',
  landmarks: 'Landmarks',
  matte: 'Matte',
  faces: 'Faces',
  safe: 'Safe areas',
};

/** A face as overlays need it; places in pixels of the sequence. */
export interface OverlayFace {
  readonly name: string;
  readonly confidence: number;
  readonly landmarks: Float32Array;
  /** Projected meshes of source and edit; null while they are not known. */
  readonly source: Float32Array | null;
  readonly edited: Float32Array | null;
  readonly edges: Uint16Array;
}

/** Action-safe and title-safe shares of the picture (EBU R 95). */
const SAFE = [0.93, 0.9];

/** Each edge of a list of triangles once, as pairs of vertices. */
export function edgesOf(triangles: Uint16Array): Uint16Array {
  const seen = new Set<number>();
  const edges: number[] = [];
  for (let i = 0; i < triangles.length; i += 3)
    for (const [a, b] of [
      [triangles[i]!, triangles[i + 1]!],
      [triangles[i + 1]!, triangles[i + 2]!],
      [triangles[i + 2]!, triangles[i]!],
    ] as const) {
      const key = Math.min(a, b) * FACE_VERTEX_COUNT + Math.max(a, b);
      if (seen.has(key)) continue;
      seen.add(key);
      edges.push(a, b);
    }
  return Uint16Array.from(edges);
}

/** Places [.., stride] in pixels of a media item as places [.., 2] in the sequence. */
export function inSequence(places: Float32Array, stride: 2 | 3, fit: Fit): Float32Array {
  const out = new Float32Array((places.length / stride) * 2);
  for (let v = 0; v < out.length / 2; v++) {
    out[v * 2] = places[v * stride]! * fit.scale + fit.x;
    out[v * 2 + 1] = places[v * stride + 1]! * fit.scale + fit.y;
  }
  return out;
}

function drawSafe(context: CanvasRenderingContext2D, left: number, { top, width, height }: Stage): void {
  context.strokeStyle = 'rgba(240, 240, 236, 0.55)';
  for (const share of SAFE)
    context.strokeRect(
      left + (width * (1 - share)) / 2,
      top + (height * (1 - share)) / 2,
      width * share,
      height * share,
    );
  const [x, y, arm] = [left + width / 2, top + height / 2, height * 0.025];
  context.beginPath();
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  context.moveTo(x, y - arm);
  context.lineTo(x, y + arm);
  context.stroke();
}

function drawFace(
  context: CanvasRenderingContext2D,
  face: OverlayFace,
  on: ReadonlySet<OverlayKind>,
  edited: boolean,
  left: number,
  { top, scale }: Stage,
): void {
  const xOf = (places: Float32Array, v: number): number => left + places[v * 2]! * scale;
  const yOf = (places: Float32Array, v: number): number => top + places[v * 2 + 1]! * scale;
  const mesh = edited ? face.edited : face.source;
  if (on.has('mesh') && mesh) {
    context.strokeStyle = edited ? 'rgba(240, 180, 96, 0.6)' : 'rgba(125, 190, 245, 0.6)';
    context.beginPath();
    for (let i = 0; i < face.edges.length; i += 2) {
      context.moveTo(xOf(mesh, face.edges[i]!), yOf(mesh, face.edges[i]!));
      context.lineTo(xOf(mesh, face.edges[i + 1]!), yOf(mesh, face.edges[i + 1]!));
    }
    context.stroke();
  }
  if (on.has('landmarks')) {
    const size = Math.max(1.5, Math.min(4, scale * 1.5));
    context.fillStyle = '#7fe3c4';
    for (let v = 0; v < face.landmarks.length / 2; v++)
      context.fillRect(xOf(face.landmarks, v) - size / 2, yOf(face.landmarks, v) - size / 2, size, size);
    context.strokeStyle = '#7fe3c4';
    for (const loop of [OUTER_LIPS, INNER_LIPS]) {
      context.beginPath();
      for (const v of loop) context.lineTo(xOf(face.landmarks, v), yOf(face.landmarks, v));
      context.closePath();
      context.stroke();
    }
  }
  if (on.has('faces')) {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      x0 = Math.min(x0, xOf(face.landmarks, v));
      x1 = Math.max(x1, xOf(face.landmarks, v));
      y0 = Math.min(y0, yOf(face.landmarks, v));
      y1 = Math.max(y1, yOf(face.landmarks, v));
    }
    context.strokeStyle = '#e0a458';
    context.lineWidth = 1.5 * devicePixelRatio;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    const words = `${face.name}  ${Math.round(face.confidence * 100)} %`;
    context.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    context.textBaseline = 'bottom';
    const wide = context.measureText(words).width + 10 * devicePixelRatio;
    context.fillStyle = 'rgba(20, 21, 22, 0.8)';
    context.fillRect(x0, y0 - 18 * devicePixelRatio, wide, 18 * devicePixelRatio);
    context.fillStyle = '#f3d5a6';
    context.fillText(words, x0 + 5 * devicePixelRatio, y0 - 2 * devicePixelRatio);
    context.lineWidth = devicePixelRatio;
  }
}

/** Draws what is switched on over each picture; the left one of two is the source. */
export function drawOverlays(
  canvas: HTMLCanvasElement,
  stage: Stage,
  on: ReadonlySet<OverlayKind>,
  faces: readonly OverlayFace[],
  matte: ImageBitmap | null,
  edited: boolean,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineWidth = devicePixelRatio;
  stage.lefts.forEach((left, column) => {
    const isEdit = stage.lefts.length === 2 ? column === 1 : edited;
    context.save();
    if (stage.lefts.length === 2) {
      context.beginPath();
      context.rect((canvas.width / 2) * column, 0, canvas.width / 2, canvas.height);
      context.clip();
    }
    if (on.has('matte') && matte && isEdit) context.drawImage(matte, left, stage.top, stage.width, stage.height);
    for (const face of faces) drawFace(context, face, on, isEdit, left, stage);
    if (on.has('safe')) drawSafe(context, left, stage);
    context.restore();
  });
}
