import type { Rect } from '../../core/picture.ts';
import { clampRect } from '../../core/picture.ts';
import { rotationOf } from '../compositing/control-motion.ts';
import { smoothStep } from './noise.ts';

/** Side of a cell of the grid, cm of the face. */
const CELL_CM = 0.42;
/** Where a head turns on its neck, and the ellipsoid that stands for skull and hair, in face space (cm). */
const PIVOT = [0, -5, -4.6] as const;
const SKULL = { x: 0, y: 1.5, z: -4.6, acrossCm: 9.4, heightCm: 12.6, depthCm: 9.2 } as const;
/** Between these radii of the skull's outline the turn fades out into the background. */
const INSIDE = 1.02;
const OUTSIDE = 1.6;
/** The same above the ears, where hair stands out. */
const HAIR_INSIDE = 1.28;
const HAIR_OUTSIDE = 1.85;
/** The neck twists between its foot and the jaw; beside it the turn fades out. */
const NECK_TOP = -7;
const NECK_FOOT = -22;
const NECK_HALF = 7.5;
const NECK_BESIDE = 15;
/** The face's true depth spreads this far (cm) into the skull around it. */
const SPREAD_CM = 4.5;
const SMOOTHING = 3;
/** A movement fades out over this many cm at the edge of the picture. */
const BORDER_CM = 1.6;

/** What a turning head does to a portrait, per node of a coarse grid; made once per portrait. */
export interface HeadField {
  /** Part of the picture that can move. */
  readonly rect: Rect;
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  /** Per node: place relative to the pivot in camera axes (x right, y up, z to the viewer), cm. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  /** 0..1: how far the node takes part in a turn of the head. */
  readonly share: Float32Array;
  readonly pxPerCm: number;
}

/** A face lying still, as a row of a FaceTrack. */
export interface StillFace {
  /** [478, 3]. */
  readonly landmarks: Float32Array;
  /** [7]. */
  readonly pose: Float32Array;
}

/** Depth (cm, camera axes, from the face's origin) of the face mesh at each node; NaN beside the face. */
function faceDepth(
  face: StillFace,
  triangles: ArrayLike<number>,
  rect: Rect,
  cell: number,
  columns: number,
  rows: number,
): Float32Array {
  const depth = new Float32Array(columns * rows).fill(Number.NaN);
  const { landmarks, pose } = face;
  const scale = pose[6]!;
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3] as const;
    const [ax, bx, cx] = corners.map((v) => (landmarks[v]! - rect.x) / cell) as [number, number, number];
    const [ay, by, cy] = corners.map((v) => (landmarks[v + 1]! - rect.y) / cell) as [number, number, number];
    const [az, bz, cz] = corners.map((v) => landmarks[v + 2]! / scale) as [number, number, number];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (Math.abs(area) < 1e-9) continue;
    for (let j = Math.max(0, Math.ceil(Math.min(ay, by, cy))); j <= Math.min(rows - 1, Math.max(ay, by, cy)); j++)
      for (
        let i = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
        i <= Math.min(columns - 1, Math.max(ax, bx, cx));
        i++
      ) {
        const wb = ((i - ax) * (cy - ay) - (cx - ax) * (j - ay)) / area;
        const wc = ((bx - ax) * (j - ay) - (i - ax) * (by - ay)) / area;
        if (wb < -1e-6 || wc < -1e-6 || wb + wc > 1 + 1e-6) continue;
        const z = az + wb * (bz - az) + wc * (cz - az);
        const at = j * columns + i;
        if (Number.isNaN(depth[at]!) || depth[at]! < z) depth[at] = z;
      }
  }
  return depth;
}

/** Chamfer distance in cells from the nodes that have a depth, and which of them is nearest. */
function nearestFace(depth: Float32Array, columns: number, rows: number): { distance: Float32Array; from: Int32Array } {
  const distance = new Float32Array(depth.length).fill(1e9);
  const from = new Int32Array(depth.length).fill(-1);
  for (let at = 0; at < depth.length; at++)
    if (!Number.isNaN(depth[at]!)) {
      distance[at] = 0;
      from[at] = at;
    }
  const pass = (start: number, end: number, step: number): void => {
    for (let at = start; at !== end; at += step) {
      const i = at % columns;
      for (const [dx, dy] of [
        [-step, 0],
        [0, -step],
        [-step, -step],
        [step, -step],
      ] as const) {
        const other = at + dx + dy * columns;
        if (i + dx < 0 || i + dx >= columns || other < 0 || other >= depth.length || from[other]! < 0) continue;
        const origin = from[other]!;
        const d = Math.hypot((origin % columns) - i, Math.floor(origin / columns) - Math.floor(at / columns));
        if (d >= distance[at]!) continue;
        distance[at] = d;
        from[at] = origin;
      }
    }
  };
  pass(0, columns * rows, 1);
  pass(columns * rows - 1, -1, -1);
  pass(0, columns * rows, 1);
  return { distance, from };
}

function smooth(values: Float32Array, columns: number, rows: number, passes: number): void {
  const next = new Float32Array(values.length);
  for (let pass = 0; pass < passes; pass++) {
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) {
        const at = j * columns + i;
        const l = values[i > 0 ? at - 1 : at]!;
        const r = values[i < columns - 1 ? at + 1 : at]!;
        const u = values[j > 0 ? at - columns : at]!;
        const d = values[j < rows - 1 ? at + columns : at]!;
        next[at] = 0.5 * values[at]! + 0.125 * (l + r + u + d);
      }
    values.set(next);
  }
}

/**
 * Builds the head of a portrait: the tracked face's depth, continued by an ellipsoid for skull and hair, and how far each
 * place takes part in a turn: all of the head, less and less down the neck, nothing of the background.
 */
export function buildHeadField(
  face: StillFace,
  triangles: ArrayLike<number>,
  width: number,
  height: number,
): HeadField {
  const { pose } = face;
  const pxPerCm = pose[6]!;
  const r = new Float32Array(9);
  rotationOf(pose, r);
  const place = (p: readonly [number, number, number]): [number, number, number] => [
    r[0]! * p[0] + r[1]! * p[1] + r[2]! * p[2],
    r[3]! * p[0] + r[4]! * p[1] + r[5]! * p[2],
    r[6]! * p[0] + r[7]! * p[1] + r[8]! * p[2],
  ];
  const pivot = place(PIVOT);
  const skull = place([SKULL.x, SKULL.y, SKULL.z]);
  // Down and across the face in the image, so that a tilted head keeps its own shape.
  const norm = Math.hypot(r[1]!, r[4]!) || 1;
  const [upX, upY] = [r[1]! / norm, r[4]! / norm];
  const [tx, ty] = [pose[4]!, pose[5]!];
  const reach = SKULL.heightCm * HAIR_OUTSIDE + 1;
  const toPx = (cm: number): number => Math.ceil(cm * pxPerCm);
  const rect = clampRect(
    {
      x: Math.floor(tx + skull[0] * pxPerCm) - toPx(reach),
      y: Math.floor(ty - skull[1] * pxPerCm) - toPx(reach),
      width: 2 * toPx(reach),
      height: toPx(reach) + toPx(-NECK_FOOT + SKULL.y + 3),
    },
    width,
    height,
  );
  const cell = Math.max(3, CELL_CM * pxPerCm);
  const columns = Math.ceil(rect.width / cell) + 1;
  const rows = Math.ceil(rect.height / cell) + 1;
  const count = columns * rows;
  const depth = faceDepth(face, triangles, rect, cell, columns, rows);
  const { distance, from } = nearestFace(depth, columns, rows);
  const [x, y, z, share] = [0, 1, 2, 3].map(() => new Float32Array(count)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const ellipsoid = (cx: number, cy: number): number => {
    const [dx, dy] = [cx - skull[0], cy - skull[1]];
    const across = dx * upY - dy * upX;
    const up = dx * upX + dy * upY;
    const inside = 1 - (across / SKULL.acrossCm) ** 2 - (up / SKULL.heightCm) ** 2;
    return skull[2] + SKULL.depthCm * Math.sqrt(Math.max(0, inside));
  };
  const spread = (SPREAD_CM * pxPerCm) / cell;
  for (let at = 0; at < count; at++) {
    const px = rect.x + (at % columns) * cell;
    const py = rect.y + Math.floor(at / columns) * cell;
    const cx = (px - tx) / pxPerCm;
    const cy = -(py - ty) / pxPerCm;
    let cz = depth[at]!;
    if (Number.isNaN(cz)) {
      cz = ellipsoid(cx, cy);
      const origin = from[at]!;
      if (origin >= 0) {
        const ox = (rect.x + (origin % columns) * cell - tx) / pxPerCm;
        const oy = -(rect.y + Math.floor(origin / columns) * cell - ty) / pxPerCm;
        const fade = 1 - smoothStep(0, spread, distance[at]!);
        cz += (depth[origin]! - ellipsoid(ox, oy)) * fade;
      }
    }
    x[at] = cx - pivot[0];
    y[at] = cy - pivot[1];
    z[at] = cz - pivot[2];
    const [dx, dy] = [cx - skull[0], cy - skull[1]];
    const across = dx * upY - dy * upX;
    const up = dx * upX + dy * upY;
    const radius = Math.hypot(across / SKULL.acrossCm, up / SKULL.heightCm);
    const h = up + SKULL.y;
    const hair = smoothStep(-3, 5, h);
    const inside = INSIDE + (HAIR_INSIDE - INSIDE) * hair;
    const head = 1 - smoothStep(inside, OUTSIDE + (HAIR_OUTSIDE - OUTSIDE) * hair, radius);
    const neck = smoothStep(NECK_FOOT, NECK_TOP, h) * (1 - smoothStep(NECK_HALF, NECK_BESIDE, Math.abs(across)));
    const edge = Math.min(px, py, width - px, height - py) / pxPerCm;
    // Below the jaw the neck alone decides, or shoulders would follow the skull's outline.
    const below = smoothStep(-6, -13, h);
    share[at] = (Math.max(head * (1 - below), neck) * smoothStep(0, BORDER_CM, edge)) as number;
  }
  smooth(z, columns, rows, SMOOTHING);
  smooth(share, columns, rows, 2);
  return { rect, cell, columns, rows, x, y, z, share, pxPerCm };
}
