import type { CropRegion } from './crop.ts';

/** A face found by a detector, in picture pixels. */
export interface Detection {
  /** 0..1. */
  readonly score: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Six x, y pairs: eye at image left, eye at image right, nose tip, mouth, ear at image left, ear at image right. */
  readonly keypoints: Float32Array;
}

/**
 * Anchor centres of the blazeface family, x y pairs in 0..1: a grid of side/`stride` cells per layer, `count` anchors
 * in each cell, row-major. Both detectors use [16 cells x 2, 8 cells x 6] = 896 anchors.
 */
export function detectorAnchors(): Float32Array {
  const out: number[] = [];
  for (const [cells, count] of [
    [16, 2],
    [8, 6],
  ] as const)
    for (let row = 0; row < cells; row++)
      for (let column = 0; column < cells; column++)
        for (let k = 0; k < count; k++) out.push((column + 0.5) / cells, (row + 0.5) / cells);
  return Float32Array.from(out);
}

const BOX_FLOATS = 16;

/**
 * Faces from raw detector output. `logits` [n] and `boxes` [n, 16] (centre x, y, width, height, six keypoints; in
 * detector pixels relative to the anchor) of a square input of `inputSide` pixels that shows `region`. Returns faces
 * with sigmoid score >= `minimumScore`, not yet suppressed.
 */
export function decodeDetections(
  logits: Float32Array,
  boxes: Float32Array,
  anchors: Float32Array,
  inputSide: number,
  region: CropRegion,
  minimumScore: number,
): Detection[] {
  const found: Detection[] = [];
  const scale = region.size / inputSide;
  const left = region.centreX - region.size / 2;
  const top = region.centreY - region.size / 2;
  for (let i = 0; i < logits.length; i++) {
    const score = 1 / (1 + Math.exp(-logits[i]!));
    if (!(score >= minimumScore)) continue;
    const ax = anchors[i * 2]! * inputSide;
    const ay = anchors[i * 2 + 1]! * inputSide;
    const b = i * BOX_FLOATS;
    const width = boxes[b + 2]! * scale;
    const height = boxes[b + 3]! * scale;
    if (!(width > 1 && height > 1)) continue;
    const keypoints = new Float32Array(12);
    for (let k = 0; k < 6; k++) {
      keypoints[k * 2] = left + (ax + boxes[b + 4 + k * 2]!) * scale;
      keypoints[k * 2 + 1] = top + (ay + boxes[b + 5 + k * 2]!) * scale;
    }
    found.push({
      score,
      x: left + (ax + boxes[b]!) * scale - width / 2,
      y: top + (ay + boxes[b + 1]!) * scale - height / 2,
      width,
      height,
      keypoints,
    });
  }
  return found;
}

/** Intersection over union of two boxes, 0..1. */
export function overlap(
  a: { x: number; y: number; width: number; height: number },
  b: { x: number; y: number; width: number; height: number },
): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (a.width * a.height + b.width * b.height - w * h);
}

/**
 * Weighted non-maximum suppression (MediaPipe's): boxes that overlap the best one by more than `threshold` are
 * averaged into it by score. Returns faces in order of falling score.
 */
export function mergeDetections(faces: readonly Detection[], threshold = 0.3): Detection[] {
  let rest = [...faces].sort((a, b) => b.score - a.score);
  const merged: Detection[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    const cluster = rest.filter((face) => face === best || overlap(face, best) > threshold);
    rest = rest.filter((face) => !cluster.includes(face));
    const total = cluster.reduce((sum, face) => sum + face.score, 0);
    const mean = (value: (face: Detection) => number): number =>
      cluster.reduce((sum, face) => sum + face.score * value(face), 0) / total;
    merged.push({
      score: best.score,
      x: mean((face) => face.x),
      y: mean((face) => face.y),
      width: mean((face) => face.width),
      height: mean((face) => face.height),
      keypoints: Float32Array.from({ length: 12 }, (_, k) => mean((face) => face.keypoints[k]!)),
    });
  }
  return merged;
}

/** The upright square that shows a whole picture (or tile) letterboxed. */
export function letterboxRegion(x: number, y: number, width: number, height: number): CropRegion {
  return { centreX: x + width / 2, centreY: y + height / 2, size: Math.max(width, height), angleRad: 0 };
}

/** Landmark crop of a detection: 1.5 x its long side, turned so that the eyes are level. */
export function regionFromDetection(face: Detection): CropRegion {
  const [x0, y0, x1, y1] = face.keypoints as unknown as [number, number, number, number];
  return {
    centreX: face.x + face.width / 2,
    centreY: face.y + face.height / 2,
    size: 1.5 * Math.max(face.width, face.height),
    angleRad: Math.atan2(y1 - y0, x1 - x0),
  };
}
