import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import type { Rect } from '../../core/picture.ts';
import { changedRect } from './changed-rect.ts';
import { ControlMotion } from './control-motion.ts';
import { measureLids } from './eye-opening.ts';
import type { FaceEdit, FaceIdentity } from './face-edit.ts';
import { FACE_OVAL } from './face-loops.ts';
import { type FaceGeometry, FineFace } from './fine-mesh.ts';
import { tongueShare } from './mouth-depth.ts';
import { type DownAxis, MouthOpening } from './mouth-opening.ts';
import { type FaceFrame, SurroundField } from './surround-field.ts';
import { type SeenTeeth, teethLine } from './teeth-line.ts';
import { openingDepth, placeInGap, remapOpening, type TeethRows } from './teeth-remap.ts';
import { drawTriangles, VERTEX_STRIDE, type WarpField } from './warp-field.ts';
import { REGION_EYE, REGION_MOUTH, REGION_SKIN } from './warp-mesh.ts';

/** A face to move. */
export interface WarpJob {
  readonly edit: FaceEdit;
  readonly identity: FaceIdentity;
  readonly light: Float32Array | null;
  /** See cuttingEdge; null when unknown. */
  readonly teethEdgeCm: number | null;
  /** What this frame's own opening shows of it. */
  readonly seenTeeth: SeenTeeth | null;
}

/** Faces wider than this many pixels get a second subdivision: under it one leaves triangles of some 8 pixels. */
const FINE_FACE_WIDTH = 420;
/** A movement fades out over this share of the face width when it nears the edge of the picture. */
const BORDER_FADE = 0.06;
/** Share of a foreign mouth interior right at the lip edge: the frame's own edge stays sharp and lit as it is. */
const RIM_SHARE = 0.25;
/** Added to an opening's heights before they are divided: a slit has no teeth to keep. */
const SLIT_PX = 1;

const ovalWidth = (landmarks: Float32Array): number =>
  Math.hypot(landmarks[454 * 3]! - landmarks[234 * 3]!, landmarks[454 * 3 + 1]! - landmarks[234 * 3 + 1]!);

/** Distance of the inner lip corners, pixels. */
const lipWidth = (landmarks: Float32Array): number =>
  Math.hypot(landmarks[308 * 3]! - landmarks[78 * 3]!, landmarks[308 * 3 + 1]! - landmarks[78 * 3 + 1]!) || 1;

/** Down a face as its mouth lies in the picture: across the corners, turned a quarter. */
function lipAxis(landmarks: Float32Array): DownAxis {
  const width = lipWidth(landmarks);
  return {
    downX: (landmarks[78 * 3 + 1]! - landmarks[308 * 3 + 1]!) / width,
    downY: (landmarks[308 * 3]! - landmarks[78 * 3]!) / width,
  };
}

/** How much of a gap between rows of teeth shows: one of a pixel or two would be a dotted line. */
function gapShows(heightPx: number): number {
  return Math.max(0, Math.min(1, (heightPx - 1.5) / 3));
}

/**
 * Turns a change of coefficients into a dense warp of the picture around one face. Holds its buffers: one instance
 * per thread, no allocation per frame once the field has grown.
 */
export class FaceWarper {
  readonly motion: ControlMotion;
  readonly #geometry: FaceGeometry;
  readonly #levels = new Map<number, FineFace>();
  /** [468, 4]: x y depth matte. */
  readonly #position = new Float32Array(FACE_VERTEX_COUNT * 4);
  /** [468, 3]: dx dy logGain. */
  readonly #change = new Float32Array(FACE_VERTEX_COUNT * 3);
  /** [468, 3]: how far the lids open. */
  readonly #opening = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #surround = new SurroundField();
  readonly #mouthOpening = new MouthOpening();
  #level: FineFace | null = null;
  /** Of the face last drawn. */
  #landmarks: Float32Array = new Float32Array(0);

  constructor(geometry: FaceGeometry) {
    this.#geometry = geometry;
    this.motion = new ControlMotion(geometry.triangles, geometry.neutral);
  }

  /**
   * Draws the warp of one face into `field` (which is reset to the rectangle it needs). Returns false, and leaves the
   * field alone, when nothing would change.
   */
  draw(
    { edit, identity, light, teethEdgeCm, seenTeeth }: WarpJob,
    width: number,
    height: number,
    field: WarpField,
  ): boolean {
    const faceWidth = ovalWidth(edit.landmarks);
    const levels = faceWidth > FINE_FACE_WIDTH ? 2 : 1;
    let level = this.#levels.get(levels);
    if (!level) {
      level = new FineFace(this.#geometry, levels);
      this.#levels.set(levels, level);
    }
    this.#level = level;
    this.motion.solve(edit, identity, light);
    this.#landmarks = edit.landmarks;
    const splits = teethLine(edit.landmarks, this.motion, teethEdgeCm, seenTeeth);
    this.#placeControls(edit, width, height, faceWidth);
    const frame = this.frameOf(edit.landmarks);
    level.skin.place(this.#position, this.#change);
    const rect = changedRect(level.skin, this.#position, this.#change, frame, width, height);
    if (rect.width === 0 || rect.height === 0) return false;
    field.reset(rect);
    drawTriangles(field, level.skin.vertices, level.skin.refinement.triangles, REGION_SKIN);
    level.eyes.placeBehind(this.#position, this.#change);
    measureLids(level.eyes, edit.landmarks, this.#change, this.motion, this.#opening);
    drawTriangles(field, level.eyes.vertices, level.eyes.refinement.triangles, REGION_EYE);
    level.mouth.placeBehind(this.#position, this.#change);
    drawTriangles(field, level.mouth.vertices, level.mouth.refinement.triangles, REGION_MOUTH);
    this.#keepTeeth(
      field,
      this.#mouthOpening.measure({ landmarks: edit.landmarks, axis: this.motion, splits }, this.#change),
    );
    this.#surround.fill(field, frame);
    return true;
  }

  /**
   * Draws the mouth opening of the face last drawn into `field` (reset to `rect`), with the coordinates of another
   * frame's mouth as attributes: `dx`, `dy` are absolute pixel coordinates in that frame, `u` is the depth and `v` the tongue (0..1).
   *
   * @param landmarks the other frame's landmarks, [>= 468, 3]
   * @param splits where its rows of teeth part (teethLine)
   */
  drawMouthFrom(landmarks: Float32Array, splits: ArrayLike<number>, rect: Rect, field: WarpField): void {
    const mouth = this.#level!.mouth;
    for (let i = 0; i < mouth.refinement.vertexCount; i++)
      mouth.vertices[i * VERTEX_STRIDE + 6] = this.#level!.lipRim[i] === 1 ? RIM_SHARE : 1;
    field.reset(rect);
    drawTriangles(field, mouth.vertices, mouth.refinement.triangles, REGION_MOUTH);
    const axis = lipAxis(landmarks);
    const { downX, downY } = axis;
    const scale = lipWidth(this.#landmarks) / lipWidth(landmarks);
    const opening = this.#mouthOpening.measureOther(
      { landmarks, axis, splits },
      this.#landmarks,
      this.#change,
      this.motion,
    );
    const { point, rows } = opening;
    const { region, dx, dy, logGain, u, v, bounds } = field;
    const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
    for (let y = firstY!; y <= lastY!; y++)
      for (let x = firstX!; x <= lastX!; x++) {
        const at = y * rect.width + x;
        if (region[at] === 0) continue;
        opening.look(rect.x + x + 0.5, rect.y + y + 0.5);
        const { t, oldAcross, before, after } = point;
        const stretch = (after + SLIT_PX) / (before * scale + SLIT_PX);
        const down = point.oldTop + remapOpening(t, stretch, rows) * before;
        dx[at] = oldAcross * downY + down * downX;
        dy[at] = down * downY - oldAcross * downX;
        logGain[at] = 0;
        u[at] = openingDepth(t, stretch, rows) * gapShows(after - before * scale);
        v[at] = u[at] === 0 ? 0 : this.#tongueAt(t, stretch, rows, after);
      }
  }

  /**
   * Turns the linear stretch of the mouth's inside into one that leaves teeth their size; leaves in `u` how deep in the
   * dark between the rows a pixel lies, and in `v` how much of the tongue it shows, 0..1.
   */
  #keepTeeth(field: WarpField, opening: MouthOpening): void {
    const { rect, region, dx, dy, logGain, u, v, bounds } = field;
    const { downX, downY } = this.motion;
    const { point, rows } = opening;
    const mark = REGION_MOUTH + 1;
    const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
    for (let y = firstY!; y <= lastY!; y++)
      for (let x = firstX!; x <= lastX!; x++) {
        const at = y * rect.width + x;
        if (region[at] !== mark) continue;
        opening.look(rect.x + x + 0.5, rect.y + y + 0.5);
        const { t, before, after } = point;
        const stretch = (after + SLIT_PX) / (before + SLIT_PX);
        // Down the face the pixel comes from its place in the old opening, across it from where the lips say.
        const moved = point.down - (point.oldTop + remapOpening(t, stretch, rows) * before);
        const shift = moved - (dx[at]! * downX + dy[at]! * downY);
        dx[at]! += shift * downX;
        dy[at]! += shift * downY;
        logGain[at] = 0;
        u[at] = openingDepth(t, stretch, rows) * gapShows(after - before);
        v[at] = u[at] === 0 ? 0 : this.#tongueAt(t, stretch, rows, after);
      }
  }

  /** Share of the tongue that a point of the opening shows (see tongueShare). */
  #tongueAt(t: number, stretch: number, rows: TeethRows, heightPx: number): number {
    const { place, height } = placeInGap(t, stretch, rows);
    return tongueShare(place, (height * heightPx) / this.motion.lipWidthPx);
  }

  /** How the face lies in the picture. */
  frameOf(landmarks: Float32Array): FaceFrame {
    let centreX = 0;
    let centreY = 0;
    for (const v of FACE_OVAL) {
      centreX += landmarks[v * 3]! / FACE_OVAL.length;
      centreY += landmarks[v * 3 + 1]! / FACE_OVAL.length;
    }
    const { downX, downY } = this.motion;
    let halfHeight = 1;
    for (const v of FACE_OVAL)
      halfHeight = Math.max(
        halfHeight,
        (landmarks[v * 3]! - centreX) * downX + (landmarks[v * 3 + 1]! - centreY) * downY,
      );
    return { centreX, centreY, downX, downY, halfHeight };
  }

  #placeControls(edit: FaceEdit, width: number, height: number, faceWidth: number): void {
    const position = this.#position;
    const change = this.#change;
    const { landmarks } = edit;
    const { motion, logGain } = this.motion;
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      position[v * 4] = landmarks[v * 3]!;
      position[v * 4 + 1] = landmarks[v * 3 + 1]!;
      position[v * 4 + 2] = landmarks[v * 3 + 2]!;
      position[v * 4 + 3] = 1;
      change[v * 3] = motion[v * 2]!;
      change[v * 3 + 1] = motion[v * 2 + 1]!;
      change[v * 3 + 2] = logGain[v]!;
    }
    const fade = BORDER_FADE * faceWidth;
    for (let at = 0; at < FACE_VERTEX_COUNT; at++) {
      const x = position[at * 4]!;
      const y = position[at * 4 + 1]!;
      const t = Math.max(0, Math.min(1, Math.min(x, y, width - x, height - y) / fade));
      if (t < 1) {
        const share = t * t * (3 - 2 * t);
        change[at * 3]! *= share;
        change[at * 3 + 1]! *= share;
      }
    }
  }
}
