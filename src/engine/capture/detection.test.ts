import { describe, expect, it } from 'vitest';
import {
  type Detection,
  decodeDetections,
  detectorAnchors,
  letterboxRegion,
  mergeDetections,
  overlap,
  regionFromDetection,
} from './detection.ts';

const face = (x: number, y: number, size: number, score: number): Detection => ({
  x,
  y,
  width: size,
  height: size,
  score,
  keypoints: Float32Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? x : y) + size / 2),
});

describe('detection', () => {
  it('has 896 anchors at cell centres', () => {
    const anchors = detectorAnchors();
    expect(anchors.length).toBe(896 * 2);
    expect([...anchors.slice(0, 4)]).toEqual([1 / 32, 1 / 32, 1 / 32, 1 / 32]);
    expect(anchors[512 * 2]).toBeCloseTo(1 / 16);
    expect(Math.max(...anchors)).toBeLessThan(1);
  });

  it('decodes boxes and key points of a letterboxed picture', () => {
    const logits = new Float32Array(896).fill(-20);
    const boxes = new Float32Array(896 * 16);
    const index = 2 * (8 * 16 + 4);
    logits[index] = 3;
    boxes.set([10, -5, 32, 40, 2, 4], index * 16);
    const found = decodeDetections(logits, boxes, detectorAnchors(), 128, letterboxRegion(0, 0, 1280, 720), 0.5);
    expect(found).toHaveLength(1);
    // Anchor (4.5 / 16, 8.5 / 16) of 128 is (36, 68); ten picture pixels per detector pixel, 280 rows of bar on top.
    expect(found[0]!.x + found[0]!.width / 2).toBeCloseTo(460, 3);
    expect(found[0]!.y + found[0]!.height / 2).toBeCloseTo(630 - 280, 3);
    expect([found[0]!.width, found[0]!.height]).toEqual([320, 400]);
    expect(found[0]!.keypoints[0]).toBeCloseTo(380, 3);
    expect(found[0]!.score).toBeCloseTo(0.9526, 3);
  });

  it('averages overlapping boxes by score and keeps distant ones', () => {
    const merged = mergeDetections([face(100, 100, 50, 0.6), face(104, 100, 50, 0.9), face(300, 100, 50, 0.7)]);
    expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(merged[0]!.x).toBeCloseTo((100 * 0.6 + 104 * 0.9) / 1.5, 5);
  });

  it('measures overlap', () => {
    expect(overlap(face(0, 0, 10, 1), face(5, 0, 10, 1))).toBeCloseTo(1 / 3);
    expect(overlap(face(0, 0, 10, 1), face(20, 0, 10, 1))).toBe(0);
  });

  it('turns the landmark crop with the eyes', () => {
    const tilted = { ...face(0, 0, 100, 1), keypoints: new Float32Array(12) };
    tilted.keypoints.set([20, 30, 60, 70]);
    const region = regionFromDetection(tilted);
    expect(region).toMatchObject({ centreX: 50, centreY: 50, size: 150 });
    expect(region.angleRad).toBeCloseTo(Math.PI / 4);
  });
});
