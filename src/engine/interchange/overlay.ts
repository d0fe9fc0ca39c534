import {
  type FaceTrack,
  FRAME_REASONS,
  LANDMARK_COUNT,
  type Performance,
  SHAPE_COUNT,
} from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { blendRgb } from '../../core/picture-blend.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { createCanvas, drawText, fillRect, type Rgb } from '../../core/render/canvas.ts';
import {
  type FaceModel,
  INNER_LIP_LOOP,
  OUTER_LIP_LOOP,
  personaliseShapes,
  type ShapeBasis,
  synthesise,
} from '../capture/face-model/index.ts';
import { LEFT_IRIS, poseAt, projectPoints, RIGHT_IRIS, type TrackFrames } from '../capture/index.ts';
import { drawPath } from './lines.ts';
import { drawGapCurve, LipPanels, mouthRegion, type PosedMesh } from './lip-panels.ts';

const BACKGROUND: Rgb = [18, 20, 24];
const TEXT: Rgb = [214, 218, 226];
const WIRE: Rgb = [90, 220, 255];
const FAINT_WIRE: Rgb = [255, 120, 90];
const LIPS: Rgb = [255, 90, 150];
const IRIS: Rgb = [255, 230, 90];
/** Frames of gap curve on either side of the current one. */
const CURVE_REACH = 40;

/** Draws overlay frames; made once per clip, reuses all its memory. */
export interface OverlayRenderer {
  /** Size of the pictures it makes: the plate and, to its right, the mouth close-ups. Even numbers. */
  readonly width: number;
  readonly height: number;
  /**
   * Draws clip frame `frame`, whose plate is `plate`: mesh, lips and irises of every face on the plate; beside it, of the
   * face with most confidence, the plate's lips, the mesh's lips through the same window, and both openings over time.
   * The picture (8-bit 4:2:0, bt709, limited) is valid until the next call.
   */
  render(plate: Picture, frame: number): Picture;
}

interface DrawnTrack {
  readonly track: FaceTrack;
  readonly basis: ShapeBasis;
  readonly frames: TrackFrames;
}

function edgesOf(triangles: Uint16Array): Uint16Array {
  const seen = new Set<number>();
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const [a, b] = [triangles[t + k]!, triangles[t + ((k + 1) % 3)]!];
      seen.add(Math.min(a, b) * 65536 + Math.max(a, b));
    }
  return Uint16Array.from([...seen].flatMap((key) => [Math.floor(key / 65536), key % 65536]));
}

/** A renderer for a performance; `trackFrames` as captured, for the gap curves. `plate` is any picture of the clip. */
export function createOverlayRenderer(
  performance: Performance,
  trackFrames: readonly TrackFrames[],
  model: FaceModel,
  plateSize: { readonly width: number; readonly height: number },
): OverlayRenderer {
  const bases = new Map(performance.actors.map((actor) => [actor.id, personaliseShapes(model, actor.neutral)]));
  const tracks: DrawnTrack[] = performance.tracks.map((track, k) => ({
    track,
    basis: bases.get(track.actorId)!,
    frames: trackFrames[k]!,
  }));
  const edges = edgesOf(model.skinTriangles);
  const even = (value: number): number => Math.max(2, value + (value % 2));
  // Small plates are doubled until lines and panels have room.
  let zoom = 1;
  while (plateSize.height * zoom < 480 && zoom < 4) zoom++;
  const plateWidth = plateSize.width * zoom;
  const plateHeight = plateSize.height * zoom;
  const height = even(plateHeight);
  const panel = Math.max(160, Math.round(Math.min(height * 0.4, plateWidth)));
  const width = even(plateWidth + panel);
  const canvas = createCanvas(width, height, BACKGROUND);
  const plateRgb = new Float32Array(plateSize.width * plateSize.height * 3);
  const rgb = new Float32Array(width * height * 3);
  const matte = new Float32Array(width * height).fill(1);
  const layout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false } as const;
  const colour = {
    range: 'limited',
    matrix: 'bt709',
    transfer: 'bt709',
    primaries: 'bt709',
    chromaLocation: 'left',
  } as const;
  const out = allocatePicture(width, height, layout, colour);
  const panels = new LipPanels(model);
  const points = new Float32Array(model.neutral.length);
  const drawn = new Float32Array(LANDMARK_COUNT * 3);
  const label = Math.max(11, Math.round(panel / 16));

  const pose = ({ track, basis }: DrawnTrack, row: number): PosedMesh => {
    const { rotation, scale, tx, ty } = poseAt(track.pose, row);
    synthesise(basis, track.neutral, track.coefficients, points, row * SHAPE_COUNT);
    const projected = new Float32Array(points.length);
    projectPoints({ rotation, scale, tx, ty }, points, projected);
    return { points: Float32Array.from(points), projected, rotation, scale };
  };

  const drawFace = (mesh: PosedMesh, { track }: DrawnTrack, row: number): void => {
    const sure = track.confidence[row]!;
    const [wire, opacity] = sure > 0.5 ? [WIRE, 0.45] : [FAINT_WIRE, 0.3];
    const p = drawn;
    for (let i = 0; i < mesh.projected.length; i++) p[i] = mesh.projected[i]! * zoom;
    for (let e = 0; e < edges.length; e += 2) drawPath(canvas, p, [edges[e]!, edges[e + 1]!], false, 1, wire, opacity);
    const stroke = Math.max(1, zoom * mesh.scale * 0.06);
    drawPath(canvas, p, OUTER_LIP_LOOP, true, stroke, LIPS, 0.9);
    drawPath(canvas, p, INNER_LIP_LOOP, true, stroke, LIPS, 0.9);
    const landmarks = track.landmarks.subarray(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
    for (let i = RIGHT_IRIS * 3; i < LANDMARK_COUNT * 3; i++) p[i] = landmarks[i]! * zoom;
    for (const first of [RIGHT_IRIS, LEFT_IRIS])
      drawPath(canvas, p, [first + 1, first + 2, first + 3, first + 4], true, stroke, IRIS, 0.9);
  };

  const drawSide = (mesh: PosedMesh, { track, frames }: DrawnTrack, row: number, plate: Picture): void => {
    const x = plateWidth;
    const line = label + 6;
    const room = Math.floor((height - 3 * line) * 0.4);
    const size = Math.min(panel, room);
    const left = x + Math.floor((panel - size) / 2);
    const region = mouthRegion(mesh);
    drawText(canvas, 'PLATE', left + 4, 4, label, TEXT);
    panels.drawPlate(canvas, left, line, size, plate, region);
    drawText(canvas, 'MESH', left + 4, line + size + 4, label, TEXT);
    panels.drawMesh(canvas, left, 2 * line + size, size, mesh, region);
    const top = 2 * line + 2 * size + 2;
    const reason = FRAME_REASONS[track.reason[row]!]!;
    const words = `GAP CM  ${track.actorId.toUpperCase()}  ${reason === 'ok' ? '' : reason.toUpperCase()}`;
    drawText(canvas, words, left + 4, top + 2, label * 0.8, TEXT);
    const curve = { x, y: top + line, width: panel, height: Math.max(8, height - top - line) };
    drawGapCurve(
      canvas,
      curve,
      { plate: frames.lipGap, mesh: frames.meshGap, closed: frames.closed },
      row,
      CURVE_REACH,
    );
  };

  return {
    width,
    height,
    render(plate, frame) {
      fillRect(canvas, 0, 0, width, height, BACKGROUND);
      pictureToRgb(plate, { x: 0, y: 0, ...plateSize }, plateRgb);
      for (let y = 0; y < plateHeight; y++)
        for (let px = 0; px < plateWidth; px++) {
          const from = (Math.floor(y / zoom) * plateSize.width + Math.floor(px / zoom)) * 3;
          const to = (y * width + px) * 3;
          for (let c = 0; c < 3; c++)
            canvas.rgb[to + c] = Math.min(255, Math.max(0, Math.round(plateRgb[from + c]! * 255)));
        }
      let best: { item: DrawnTrack; row: number; mesh: PosedMesh; value: number } | undefined;
      for (const item of tracks) {
        const row = frame - item.track.firstFrame;
        if (row < 0 || row >= item.track.frameCount) continue;
        if (FRAME_REASONS[item.track.reason[row]!] === 'no-face') continue;
        const mesh = pose(item, row);
        drawFace(mesh, item, row);
        const value = item.track.confidence[row]! * mesh.scale;
        if (best === undefined || value > best.value) best = { item, row, mesh, value };
      }
      // Wires may reach over the plate's edge.
      fillRect(canvas, plateWidth, 0, width - plateWidth, height, BACKGROUND);
      if (best !== undefined) drawSide(best.mesh, best.item, best.row, plate);
      for (let i = 0; i < rgb.length; i++) rgb[i] = canvas.rgb[i]! / 255;
      blendRgb(out, { x: 0, y: 0, width, height }, rgb, matte);
      return out;
    },
  };
}
