import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { clampRect, type Rect } from '../../core/picture.ts';
import { ControlMotion, LID_PAIRS } from './control-motion.ts';
import type { FaceEdit, FaceIdentity } from './face-edit.ts';
import { FACE_OVAL, INNER_LIP_CORNERS, INNER_LIP_PAIRS } from './face-loops.ts';
import { tongueShare } from './mouth-depth.ts';
import { MouthOpening } from './mouth-opening.ts';
import { applyRows, type Refinement } from './refine-operator.ts';
import { type FaceFrame, SurroundField, surroundReach } from './surround-field.ts';
import { type SeenEdge, teethSplit } from './teeth-edge.ts';
import { fixedRows, openingDepth, placeInGap, remapOpening, type TeethRows } from './teeth-remap.ts';
import { drawTriangles, VERTEX_STRIDE, type WarpField } from './warp-field.ts';
import { buildWarpMesh, REGION_EYE, REGION_MOUTH, REGION_SKIN, type WarpMesh } from './warp-mesh.ts';

/** Geometry of the canonical face that the warper needs. */
export interface FaceGeometry {
  readonly neutral: Float32Array;
  readonly uv: Float32Array;
  readonly triangles: ArrayLike<number>;
}

/** A face to move. */
export interface WarpJob {
  readonly edit: FaceEdit;
  readonly identity: FaceIdentity;
  readonly light: Float32Array | null;
  /** See cuttingEdge; null when unknown. */
  readonly teethEdgeCm: number | null;
  /** What this frame's own opening shows of it. */
  readonly seenEdge: SeenEdge | null;
}

/** Faces wider than this many pixels get a second subdivision: under it one leaves triangles of some 8 pixels. */
const FINE_FACE_WIDTH = 420;
/** A movement fades out over this share of the face width when it nears the edge of the picture. */
const BORDER_FADE = 0.06;
const RECT_MARGIN = 3;
/** Share of a foreign mouth interior right at the lip edge: the frame's own edge stays sharp and lit as it is. */
const RIM_SHARE = 0.25;
/** Added to an opening's heights before they are divided: a slit has no teeth to keep. */
const SLIT_PX = 1;
/** Vertices that move less than this (pixels) and are relit less (log) do not widen the working rectangle. */
const IDLE_MOTION = 0.01;
const IDLE_LIGHT = 0.0008;
/** A lid that opens by this share of the eye's height clearly uncovers something. */
const CLEAR_OPENING = 0.2;
/** An outline point that moves less than this (pixels) leaves the background alone. */
const OUTLINE_MOTION = 0.08;

const ovalWidth = (landmarks: Float32Array): number =>
  Math.hypot(landmarks[454 * 3]! - landmarks[234 * 3]!, landmarks[454 * 3 + 1]! - landmarks[234 * 3 + 1]!);

class FineMesh {
  readonly refinement: Refinement;
  readonly position: Float32Array;
  readonly change: Float32Array;
  readonly own: Float32Array;
  readonly opening: Float32Array;
  readonly vertices: Float32Array;

  constructor(refinement: Refinement, uv: Float32Array) {
    const n = refinement.vertexCount;
    this.refinement = refinement;
    this.position = new Float32Array(n * 4);
    this.change = new Float32Array(n * 3);
    this.own = new Float32Array(n * 2);
    this.opening = new Float32Array(n * 3);
    this.vertices = new Float32Array(n * VERTEX_STRIDE);
    const fine = new Float32Array(n * 2);
    applyRows(refinement.linear, uv, 2, fine);
    for (let i = 0; i < n; i++) {
      this.vertices[i * VERTEX_STRIDE + 7] = fine[i * 2]!;
      this.vertices[i * VERTEX_STRIDE + 8] = fine[i * 2 + 1]!;
    }
  }
}

/** How much of a gap between rows of teeth shows: one of a pixel or two would be a dotted line. */
function gapShows(heightPx: number): number {
  return Math.max(0, Math.min(1, (heightPx - 1.5) / 3));
}

/** Outer and inner corner of the eye that lid pairs belong to. */
function lidCorners(pairs: (typeof LID_PAIRS)[number]): readonly [number, number] {
  return pairs.some(([upper]) => upper === 159) ? [33, 133] : [263, 362];
}

/** Marks the vertices of edges that only one triangle has. */
function rimOf({ triangles, vertexCount }: Refinement): Uint8Array {
  const uses = new Map<number, number>();
  const key = (a: number, b: number): number => Math.min(a, b) * vertexCount + Math.max(a, b);
  const each = (visit: (a: number, b: number) => void): void => {
    for (let t = 0; t < triangles.length; t += 3)
      for (let k = 0; k < 3; k++) visit(triangles[t + k]!, triangles[t + ((k + 1) % 3)]!);
  };
  each((a, b) => uses.set(key(a, b), (uses.get(key(a, b)) ?? 0) + 1));
  const rim = new Uint8Array(vertexCount);
  each((a, b) => {
    if (uses.get(key(a, b)) !== 1) return;
    rim[a] = 1;
    rim[b] = 1;
  });
  return rim;
}

class Level {
  readonly mesh: WarpMesh;
  readonly skin: FineMesh;
  readonly eyes: FineMesh;
  readonly mouth: FineMesh;
  /** 1 for fine mouth vertices on the lip contour. */
  readonly lipRim: Uint8Array;

  constructor(geometry: FaceGeometry, levels: number) {
    this.mesh = buildWarpMesh(geometry.triangles, levels);
    this.skin = new FineMesh(this.mesh.skin, geometry.uv);
    this.eyes = new FineMesh(this.mesh.eyes, geometry.uv);
    this.mouth = new FineMesh(this.mesh.mouth, geometry.uv);
    this.lipRim = rimOf(this.mesh.mouth);
  }
}

/**
 * Turns a change of coefficients into a dense warp of the picture around one face. Holds its buffers: one instance
 * per thread, no allocation per frame once the field has grown.
 */
export class FaceWarper {
  readonly motion: ControlMotion;
  readonly #geometry: FaceGeometry;
  readonly #levels = new Map<number, Level>();
  /** [468, 4]: x y depth matte. */
  readonly #position = new Float32Array(FACE_VERTEX_COUNT * 4);
  /** [468, 3]: dx dy logGain. */
  readonly #change = new Float32Array(FACE_VERTEX_COUNT * 3);
  /** [468, 2]: landmarks of the donor that is drawn. */
  readonly #donorPoints = new Float32Array(FACE_VERTEX_COUNT * 2);
  /** [468, 3]: place in the mouth opening, its height before and after (pixels). */
  readonly #opening = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #surround = new SurroundField();
  readonly #mouthOpening = new MouthOpening();
  #level: Level | null = null;
  #donorDownX = 0;
  #donorDownY = 1;
  #donorScale = 1;

  constructor(geometry: FaceGeometry) {
    this.#geometry = geometry;
    this.motion = new ControlMotion(geometry.triangles, geometry.neutral);
  }

  /**
   * Draws the warp of one face into `field` (which is reset to the rectangle it needs). Returns false, and leaves the
   * field alone, when nothing would change.
   */
  draw(
    { edit, identity, light, teethEdgeCm, seenEdge }: WarpJob,
    width: number,
    height: number,
    field: WarpField,
  ): boolean {
    const faceWidth = ovalWidth(edit.landmarks);
    const levels = faceWidth > FINE_FACE_WIDTH ? 2 : 1;
    let level = this.#levels.get(levels);
    if (!level) {
      level = new Level(this.#geometry, levels);
      this.#levels.set(levels, level);
    }
    this.#level = level;
    this.motion.solve(edit, identity, light);
    const split = teethSplit(edit.landmarks, this.motion, teethEdgeCm, seenEdge);
    this.#placeControls(edit, width, height, faceWidth);
    const frame = this.frameOf(edit.landmarks);
    this.#refineSkin(level.skin);
    const rect = this.#changedRect(level.skin, frame, width, height);
    if (rect.width === 0 || rect.height === 0) return false;
    field.reset(rect);
    drawTriangles(field, level.skin.vertices, level.skin.refinement.triangles, REGION_SKIN);
    this.#refineOpening(level.eyes);
    this.#measureLids(level, edit);
    drawTriangles(field, level.eyes.vertices, level.eyes.refinement.triangles, REGION_EYE);
    this.#refineOpening(level.mouth);
    this.#measureOpening(level, edit);
    drawTriangles(field, level.mouth.vertices, level.mouth.refinement.triangles, REGION_MOUTH);
    this.#keepTeeth(field, this.#mouthOpening.measure(split, edit.landmarks, this.#change, this.motion));
    this.#surround.fill(field, frame);
    return true;
  }

  /**
   * Draws the mouth opening of the face last drawn into `field` (reset to `rect`), with the coordinates of another
   * frame's mouth as attributes: `dx`, `dy` are absolute pixel coordinates in that frame, `u` is the depth and `v` the tongue (0..1).
   *
   * @param landmarks the other frame's landmarks, [>= 468, 3]
   * @param split where its rows of teeth part (teethSplit)
   */
  drawMouthFrom(landmarks: Float32Array, split: number, rect: Rect, field: WarpField): void {
    const mouth = this.#level!.mouth;
    const n = mouth.refinement.vertexCount;
    const points = mouth.own;
    const flat = this.#donorPoints;
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      flat[v * 2] = landmarks[v * 3]!;
      flat[v * 2 + 1] = landmarks[v * 3 + 1]!;
    }
    applyRows(mouth.refinement.linear, flat, 2, points);
    this.#measureDonor(landmarks, mouth);
    for (let i = 0; i < n; i++) {
      mouth.vertices[i * VERTEX_STRIDE + 3] = points[i * 2]!;
      mouth.vertices[i * VERTEX_STRIDE + 4] = points[i * 2 + 1]!;
      mouth.vertices[i * VERTEX_STRIDE + 6] = this.#level!.lipRim[i] === 1 ? RIM_SHARE : 1;
    }
    field.reset(rect);
    drawTriangles(field, mouth.vertices, mouth.refinement.triangles, REGION_MOUTH);
    const rows = fixedRows(split);
    const { region, dx, dy, logGain, u, v, bounds } = field;
    const [, , firstY, lastY] = bounds[REGION_MOUTH];
    for (let at = firstY! * rect.width; at < (lastY! + 1) * rect.width; at++) {
      if (region[at] === 0) continue;
      const t = logGain[at]!;
      const stretch = (v[at]! + SLIT_PX) / (u[at]! * this.#donorScale + SLIT_PX);
      const shift = (remapOpening(t, stretch, rows) - t) * u[at]!;
      dx[at]! += shift * this.#donorDownX;
      dy[at]! += shift * this.#donorDownY;
      logGain[at] = 0;
      const after = v[at]!;
      u[at] = openingDepth(t, stretch, rows) * gapShows(after - u[at]! * this.#donorScale);
      v[at] = u[at] === 0 ? 0 : this.#tongueAt(t, stretch, rows, after);
    }
  }

  /** Height of the donor's opening per mouth vertex (slot 7), its down axis, and its scale to this frame. */
  #measureDonor(landmarks: Float32Array, mouth: FineMesh): void {
    // Down the donor's face: across its mouth corners, turned a quarter.
    const ax = landmarks[308 * 3]! - landmarks[78 * 3]!;
    const ay = landmarks[308 * 3 + 1]! - landmarks[78 * 3 + 1]!;
    const width = Math.hypot(ax, ay) || 1;
    this.#donorDownX = -ay / width;
    this.#donorDownY = ax / width;
    const here = this.#position;
    this.#donorScale = Math.hypot(here[308 * 4]! - here[78 * 4]!, here[308 * 4 + 1]! - here[78 * 4 + 1]!) / width || 1;
    const place = this.#opening;
    for (const [u, l] of INNER_LIP_PAIRS) {
      const gap =
        (landmarks[l * 3]! - landmarks[u * 3]!) * this.#donorDownX +
        (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * this.#donorDownY;
      place[u * 3 + 1] = Math.max(0, gap);
      place[l * 3 + 1] = Math.max(0, gap);
    }
    applyRows(mouth.refinement.linear, place, 3, mouth.opening);
    for (let i = 0; i < mouth.refinement.vertexCount; i++)
      mouth.vertices[i * VERTEX_STRIDE + 7] = mouth.opening[i * 3 + 1]!;
  }

  /** Gives mouth vertices their place in the opening (slot 5: 0 upper lip, 1 lower) and its height before and after. */
  #measureOpening(level: Level, edit: FaceEdit): void {
    const { mouth } = level;
    const { landmarks } = edit;
    const { downX, downY } = this.motion;
    const place = this.#opening;
    place.fill(0);
    for (const [u, l] of INNER_LIP_PAIRS) {
      const before =
        (landmarks[l * 3]! - landmarks[u * 3]!) * downX + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * downY;
      const after =
        before +
        (this.#change[l * 3]! - this.#change[u * 3]!) * downX +
        (this.#change[l * 3 + 1]! - this.#change[u * 3 + 1]!) * downY;
      for (const [v, t] of [
        [u, 0],
        [l, 1],
      ] as const) {
        place[v * 3] = t;
        place[v * 3 + 1] = Math.max(0, before);
        place[v * 3 + 2] = Math.max(0, after);
      }
    }
    for (const v of INNER_LIP_CORNERS) place[v * 3] = 0.5;
    applyRows(mouth.refinement.linear, place, 3, mouth.opening);
    for (let i = 0; i < mouth.refinement.vertexCount; i++) {
      const at = i * VERTEX_STRIDE;
      mouth.vertices[at + 5] = mouth.opening[i * 3]!;
      mouth.vertices[at + 7] = mouth.opening[i * 3 + 1]!;
      mouth.vertices[at + 8] = mouth.opening[i * 3 + 2]!;
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

  /**
   * Gives eye vertices their place in the filmed opening (slot 7: 0 at the upper lid, 1 at the lower, beyond them when
   * lids open further), its height (slot 8) and how much the lid there opens (slot 5, 1 = clearly). The eyeball itself
   * does not move.
   */
  #measureLids(level: Level, edit: FaceEdit): void {
    const { eyes } = level;
    const { landmarks } = edit;
    const { downX, downY } = this.motion;
    const place = this.#opening;
    for (const pairs of LID_PAIRS) {
      let mean = 0;
      for (const [u, l] of pairs) {
        const height = Math.max(
          0,
          (landmarks[l * 3]! - landmarks[u * 3]!) * downX + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * downY,
        );
        mean += height / pairs.length;
        for (const [v, t] of [
          [u, 0],
          [l, 1],
        ] as const) {
          const down = this.#change[v * 3]! * downX + this.#change[v * 3 + 1]! * downY;
          place[v * 3] = t + down / Math.max(1, height);
          place[v * 3 + 1] = height;
          place[v * 3 + 2] = Math.max(0, t === 0 ? -down : down) / Math.max(0.75, CLEAR_OPENING * height);
        }
      }
      for (const corner of lidCorners(pairs)) {
        place[corner * 3] = 0.5;
        place[corner * 3 + 1] = mean;
        place[corner * 3 + 2] = 0;
      }
    }
    applyRows(eyes.refinement.linear, place, 3, eyes.opening);
    for (let i = 0; i < eyes.refinement.vertexCount; i++) {
      const at = i * VERTEX_STRIDE;
      eyes.vertices[at + 3] = 0;
      eyes.vertices[at + 4] = 0;
      eyes.vertices[at + 5] = eyes.opening[i * 3 + 2]!;
      eyes.vertices[at + 7] = eyes.opening[i * 3]!;
      eyes.vertices[at + 8] = eyes.opening[i * 3 + 1]!;
    }
  }

  #refineSkin(mesh: FineMesh): void {
    applyRows(mesh.refinement.linear, this.#position, 4, mesh.position);
    applyRows(mesh.refinement.smooth, this.#change, 3, mesh.change);
    const { vertices, position, change } = mesh;
    for (let i = 0; i < mesh.refinement.vertexCount; i++) {
      const at = i * VERTEX_STRIDE;
      vertices[at] = position[i * 4]! + change[i * 3]!;
      vertices[at + 1] = position[i * 4 + 1]! + change[i * 3 + 1]!;
      vertices[at + 2] = position[i * 4 + 2]!;
      vertices[at + 3] = change[i * 3]!;
      vertices[at + 4] = change[i * 3 + 1]!;
      vertices[at + 5] = change[i * 3 + 2]!;
      vertices[at + 6] = position[i * 4 + 3]!;
    }
  }

  /** Vertices of an opening: like skin, a hair behind it. */
  #refineOpening(mesh: FineMesh): void {
    this.#refineSkin(mesh);
    for (let i = 0; i < mesh.refinement.vertexCount; i++) mesh.vertices[i * VERTEX_STRIDE + 2]! -= 1e-3;
  }

  /** Bounds of what moves or is relit, with the reach that a moving outline has beyond the face. */
  #changedRect(mesh: FineMesh, frame: FaceFrame, width: number, height: number): Rect {
    let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
    const { vertices } = mesh;
    for (let at = 0; at < vertices.length; at += VERTEX_STRIDE) {
      const moved = Math.abs(vertices[at + 3]!) + Math.abs(vertices[at + 4]!);
      if (moved <= IDLE_MOTION && Math.abs(vertices[at + 5]!) <= IDLE_LIGHT) continue;
      x0 = Math.min(x0, vertices[at]!);
      y0 = Math.min(y0, vertices[at + 1]!);
      x1 = Math.max(x1, vertices[at]!);
      y1 = Math.max(y1, vertices[at + 1]!);
    }
    if (x1 < 0) return { x: 0, y: 0, width: 0, height: 0 };
    for (const v of FACE_OVAL) {
      const moved = Math.abs(this.#change[v * 3]!) + Math.abs(this.#change[v * 3 + 1]!);
      if (moved <= OUTLINE_MOTION) continue;
      const x = this.#position[v * 4]!;
      const y = this.#position[v * 4 + 1]!;
      const up = -((x - frame.centreX) * frame.downX + (y - frame.centreY) * frame.downY) / frame.halfHeight;
      const reach = surroundReach(up, frame.halfHeight);
      x0 = Math.min(x0, x - reach);
      y0 = Math.min(y0, y - reach);
      x1 = Math.max(x1, x + reach);
      y1 = Math.max(y1, y + reach);
    }
    const x = Math.floor(x0) - RECT_MARGIN;
    const y = Math.floor(y0) - RECT_MARGIN;
    return clampRect(
      { x, y, width: Math.ceil(x1) + RECT_MARGIN - x, height: Math.ceil(y1) + RECT_MARGIN - y },
      width,
      height,
    );
  }
}
