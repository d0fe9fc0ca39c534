export { type CaptureOptions, type CaptureProgress, type CaptureResult, captureClip } from './capture-clip.ts';
export { type CropOptions, type CropRegion, warpCrop } from './crop.ts';
export type { CaptureFigures, TrackFrames } from './figures.ts';
export { type LipMeasure, measureLips } from './fit/mouth.ts';
export { type Pose, poseAngles, projectPoints } from './fit/pose.ts';
export { poseAt } from './fit/steady-track.ts';
export * from './landmark-heads.ts';
export { decodeAttention, interocularDistance, LANDMARK_SIDE, landmarkBox, regionFromLandmarks } from './landmarks.ts';
export {
  type PerformanceToStore,
  readPerformance,
  type StoredPerformance,
  writePerformance,
} from './performance-file.ts';
export { CAPTURE_MODELS } from './tracking/face-networks.ts';
export { SAME_PERSON } from './tracking/link-faces.ts';
