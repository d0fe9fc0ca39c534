import { rotationMatrix } from '../../core/geometry/index.ts';
import { type FaceTrack, type Performance, POSE_SIZE } from '../../core/performance.ts';

/** Metres of a centimetre: exported scenes are in metres, faces in life size. */
const METRES_PER_CM = 0.01;

/** Where pixels lie in an exported scene: x right, y up, origin in the middle of the picture, metres. */
export interface WorldFrame {
  readonly width: number;
  readonly height: number;
  /** Metres per pixel, chosen so that the performance's median face has life size. */
  readonly metresPerPixel: number;
}

/** The scene's frame for a performance. */
export function worldFrame(performance: Performance): WorldFrame {
  const scales: number[] = [];
  for (const { pose, frameCount, confidence } of performance.tracks)
    for (let row = 0; row < frameCount; row++) if (confidence[row]! > 0) scales.push(pose[row * POSE_SIZE + 6]!);
  scales.sort((a, b) => a - b);
  const median = scales[scales.length >> 1] ?? 1;
  return { width: performance.width, height: performance.height, metresPerPixel: METRES_PER_CM / median };
}

/** A head's place in the scene at one row of its track: mesh centimetres to metres. */
export interface HeadPlacement {
  readonly translation: readonly [number, number, number];
  /** Unit quaternion x y z w. */
  readonly rotation: readonly [number, number, number, number];
  /** Metres per mesh centimetre. */
  readonly scale: number;
}

/** The placement that projects the mesh to the same pixels under the scene's orthographic camera. */
export function headPlacement(frame: WorldFrame, track: FaceTrack, row: number): HeadPlacement {
  const i = row * POSE_SIZE;
  const p = track.pose;
  const k = frame.metresPerPixel;
  return {
    translation: [(p[i + 4]! - frame.width / 2) * k, (frame.height / 2 - p[i + 5]!) * k, 0],
    rotation: [p[i]!, p[i + 1]!, p[i + 2]!, p[i + 3]!],
    scale: p[i + 6]! * k,
  };
}

/** Moves mesh points [n, 3] cm into the scene, in place. */
export function placePoints(placement: HeadPlacement, points: Float32Array): void {
  const m = rotationMatrix(placement.rotation);
  const [tx, ty, tz] = placement.translation;
  const s = placement.scale;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i]!, points[i + 1]!, points[i + 2]!];
    points[i] = tx + s * (m[0]! * x + m[1]! * y + m[2]! * z);
    points[i + 1] = ty + s * (m[3]! * x + m[4]! * y + m[5]! * z);
    points[i + 2] = tz + s * (m[6]! * x + m[7]! * y + m[8]! * z);
  }
}
