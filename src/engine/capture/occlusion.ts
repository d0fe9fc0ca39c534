import type { ShotLandmarks } from './fit/shot-landmarks.ts';
export function findOcclusion(shot: ShotLandmarks): Float32Array {
  return new Float32Array(shot.frameCount);
}
