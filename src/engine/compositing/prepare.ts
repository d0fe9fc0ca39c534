import { throwIfCancelled } from '../../core/errors.ts';
import { FACE_VERTEX_COUNT, type FaceTrack, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { faceNormals, rotationOf } from './control-motion.ts';
import type { FaceIdentity } from './face-edit.ts';
import { EYE_IMAGE_LEFT, EYE_IMAGE_RIGHT, FACE_OVAL, OUTER_LIPS } from './face-loops.ts';
import type { FaceMeshModel } from './frame-compositor.ts';
import { estimateLight } from './light.ts';
import { relativeGap } from './lip-gap.ts';
import { cutMouthDonor, type MouthDonor } from './mouth-donor.ts';
import { cuttingEdge, type FaceScale } from './teeth-edge.ts';
import { type SeenTeeth, seenTeeth, teethLine } from './teeth-line.ts';

/** What a track's frames were searched for before the first one is composed. */
export interface TrackPreparation {
  readonly light: Float32Array | null;
  /** In rising order of gap. */
  readonly donors: readonly MouthDonor[];
  /** Distance from the base of the nose to the cutting edge of the upper teeth, cm; null when no frame shows it. */
  readonly teethEdgeCm: number | null;
}

/** Reads single frames of the clip; the media engine's VideoSource is one. */
export interface FrameAccess {
  frameAt(frame: number): Promise<{ readonly picture: Picture; release(): void }>;
}

/** Frames per track from which the light is estimated. */
const LIGHT_FRAMES = 5;
/** Donors per track, as shares of its widest gap. */
const DONOR_SHARES = [1, 0.72, 0.48] as const;
/** Trust below which a frame is neither light sample nor donor. */
const MIN_WEIGHT = 0.75;
/** A mouth open less than this (gap over width) shows no inside worth taking. */
const MIN_DONOR_GAP = 0.06;
const FACING = 0.25;
const DISPLAY_GAMMA = 2.2;

const NOT_SKIN: ReadonlySet<number> = new Set([...FACE_OVAL, ...OUTER_LIPS, ...EYE_IMAGE_LEFT, ...EYE_IMAGE_RIGHT]);

function lightFrames(track: FaceTrack, weight: Float32Array): number[] {
  const rows: number[] = [];
  for (let i = 0; i < LIGHT_FRAMES; i++) {
    const from = Math.floor((i * track.frameCount) / LIGHT_FRAMES);
    const until = Math.max(from + 1, Math.floor(((i + 1) * track.frameCount) / LIGHT_FRAMES));
    let best = -1;
    for (let row = from; row < until && row < track.frameCount; row++)
      if (weight[row]! >= MIN_WEIGHT && (best < 0 || weight[row]! > weight[best]!)) best = row;
    if (best >= 0) rows.push(best);
  }
  return rows;
}

/** For each share of the widest gap, the trusted row whose gap is nearest to it; rows differ. */
function donorRows(track: FaceTrack, weight: Float32Array): { row: number; gap: number }[] {
  const gaps = Float32Array.from({ length: track.frameCount }, (_, row) =>
    weight[row]! >= MIN_WEIGHT ? relativeGap(track.landmarks, track.pose, row, LANDMARK_COUNT) : -1,
  );
  const sorted = [...gaps].filter((gap) => gap >= MIN_DONOR_GAP).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  // The very widest may be a mistake of the tracker.
  const widest = sorted[Math.floor((sorted.length - 1) * 0.985)]!;
  const chosen = new Map<number, number>();
  for (const share of DONOR_SHARES) {
    const wanted = widest * share;
    if (wanted < MIN_DONOR_GAP) continue;
    let best = -1;
    gaps.forEach((gap, row) => {
      if (gap >= MIN_DONOR_GAP && (best < 0 || Math.abs(gap - wanted) < Math.abs(gaps[best]! - wanted))) best = row;
    });
    if (best >= 0) chosen.set(best, gaps[best]!);
  }
  return [...chosen].map(([row, gap]) => ({ row, gap })).sort((a, b) => a.gap - b.gap);
}

/** Adds this frame's skin samples (camera-space normal, linear luminance). */
function sampleSkin(
  picture: Picture,
  track: FaceTrack,
  row: number,
  identity: FaceIdentity,
  triangles: ArrayLike<number>,
  normals: number[],
  luminance: number[],
): void {
  const points = Float32Array.from(identity.neutral);
  for (let k = 0; k < SHAPE_COUNT; k++) {
    const c = track.coefficients[row * SHAPE_COUNT + k]!;
    if (c !== 0) for (let i = 0; i < points.length; i++) points[i]! += c * identity.shapes[k]![i]!;
  }
  const n = new Float32Array(FACE_VERTEX_COUNT * 3);
  faceNormals(points, triangles, n);
  const r = new Float32Array(9);
  rotationOf(track.pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE), r);
  const { layout, colour } = picture;
  const maximum = 2 ** layout.bitDepth - 1;
  const limited = colour.range === 'limited' && layout.family !== 'rgb';
  const low = limited ? 16 << (layout.bitDepth - 8) : 0;
  const span = limited ? 219 << (layout.bitDepth - 8) : maximum;
  // The first plane is luma, or red for RGB pictures: either shows how light falls on skin.
  const plane = picture.planes[0]!;
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    if (NOT_SKIN.has(v)) continue;
    const at = (row * LANDMARK_COUNT + v) * 3;
    const x = Math.floor(track.landmarks[at]!);
    const y = Math.floor(track.landmarks[at + 1]!);
    if (x < 1 || y < 1 || x >= picture.width - 1 || y >= picture.height - 1) continue;
    const [a, b, c] = [n[v * 3]!, n[v * 3 + 1]!, n[v * 3 + 2]!];
    const z = r[6]! * a + r[7]! * b + r[8]! * c;
    if (z < FACING) continue;
    let sum = 0;
    for (let j = -1; j <= 1; j++) for (let i = -1; i <= 1; i++) sum += plane[(y + j) * picture.width + x + i]!;
    const value = Math.max(0, (sum / 9 - low) / span);
    normals.push(r[0]! * a + r[1]! * b + r[2]! * c, r[3]! * a + r[4]! * b + r[5]! * c, z);
    luminance.push(Math.max(0.002, value ** DISPLAY_GAMMA));
  }
}

/** Down axis and scale of the face at a row of a pose track. */
function scaleOf(pose: Float32Array, row: number): FaceScale {
  const r = new Float32Array(9);
  rotationOf(pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE), r);
  const length = Math.hypot(r[1]!, r[4]!) || 1;
  return { downX: -r[1]! / length, downY: r[4]! / length, pxPerCm: pose[row * POSE_SIZE + 6]! * length };
}

/**
 * Looks at a handful of frames of a track: estimates the light of the shot and cuts out open mouths. Reads each frame
 * once. Throws `cancelled` when the signal fires.
 */
export async function prepareTrack(
  source: FrameAccess,
  track: FaceTrack,
  weight: Float32Array,
  identity: FaceIdentity,
  model: FaceMeshModel,
  signal?: AbortSignal,
): Promise<TrackPreparation> {
  const forLight = new Set(lightFrames(track, weight));
  const forMouth = new Map(donorRows(track, weight).map(({ row, gap }) => [row, gap]));
  const normals: number[] = [];
  const luminance: number[] = [];
  const cuts: {
    donor: Omit<MouthDonor, 'splits'>;
    landmarks: Float32Array;
    scale: FaceScale;
    seen: SeenTeeth | null;
  }[] = [];
  const edges: number[] = [];
  for (const row of [...new Set([...forLight, ...forMouth.keys()])].sort((a, b) => a - b)) {
    throwIfCancelled(signal);
    const frame = await source.frameAt(track.firstFrame + row);
    try {
      if (forLight.has(row)) sampleSkin(frame.picture, track, row, identity, model.triangles, normals, luminance);
      const gap = forMouth.get(row);
      if (gap !== undefined) {
        const landmarks = track.landmarks.slice(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
        const scale = scaleOf(track.pose, row);
        const edge = cuttingEdge(frame.picture, landmarks, scale);
        if (edge !== null) edges.push(edge);
        const donor = cutMouthDonor(frame.picture, landmarks, gap);
        if (donor) cuts.push({ donor, landmarks, scale, seen: seenTeeth(frame.picture, landmarks) });
      }
    } finally {
      frame.release();
    }
  }
  edges.sort((a, b) => a - b);
  const teethEdgeCm = edges[edges.length >> 1] ?? null;
  const donors = cuts
    .map(({ donor, landmarks, scale, seen }) => ({ ...donor, splits: teethLine(landmarks, scale, teethEdgeCm, seen) }))
    .sort((a, b) => a.gap - b.gap);
  return { light: estimateLight(Float32Array.from(normals), Float32Array.from(luminance)), donors, teethEdgeCm };
}
