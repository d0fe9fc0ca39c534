import { describe, expect, it } from 'vitest';
import { LANDMARK_COUNT } from '../../../core/performance.ts';
import type { Tracklet } from './face-tracker.ts';
import { FrameStore } from './frame-store.ts';
import { cosine, linkFaces, meanDescriptor, splitAtShots } from './link-faces.ts';

/** A face of 40 pixels at (x, 50) that looks like person `who`. */
function tracklet(firstFrame: number, rows: number, x: number, who: number, doubtPercent = 4): Tracklet {
  const landmarks = new FrameStore<Float32Array>(LANDMARK_COUNT * 3, (n) => new Float32Array(n));
  const row = Float32Array.from({ length: LANDMARK_COUNT * 3 }, (_, i) => {
    const point = Math.floor(i / 3);
    return i % 3 === 0 ? x + (point % 20) * 2 : i % 3 === 1 ? 50 + Math.floor(point / 20) * 1.7 : 0;
  });
  const store = (): FrameStore<Float32Array> => new FrameStore(1, (n) => new Float32Array(n));
  const doubt = store();
  for (let r = 0; r < rows; r++) {
    landmarks.push(row);
    doubt.push(Float32Array.of(r % 4 === 0 ? doubtPercent : Number.NaN));
  }
  const descriptor = Float32Array.from({ length: 8 }, (_, k) => (k === who ? 1 : k === 7 ? 0.3 : 0));
  const norm = Math.hypot(...descriptor);
  return {
    firstFrame,
    landmarks,
    presence: store(),
    doubt,
    colours: new FrameStore<Uint8Array>(1, (n) => new Uint8Array(n)),
    descriptors: who < 0 ? [] : [{ frame: firstFrame, weight: 1, descriptor: descriptor.map((v) => v / norm) }],
  };
}

describe('linkFaces', () => {
  it('cuts at shots and links the same person across them, most screen time first', () => {
    const pieces = splitAtShots([tracklet(0, 30, 10, 1), tracklet(20, 80, 300, 2), tracklet(60, 40, 10, 1)], [0, 60]);
    // The second tracklet runs over the cut; only its first half has a look.
    expect(pieces.map(({ firstFrame, rows, shot }) => [firstFrame, rows, shot])).toEqual([
      [0, 30, 0],
      [20, 40, 0],
      [60, 40, 1],
      [60, 40, 1],
    ]);
    const people = linkFaces(pieces);
    expect(people.map(({ pieces: p }) => p.reduce((sum, { rows }) => sum + rows, 0))).toEqual([70, 40, 40]);
    expect(people[0]!.pieces.map(({ shot }) => shot)).toEqual([0, 1]);
  });

  it('never makes one person of two faces in the same frame', () => {
    expect(linkFaces(splitAtShots([tracklet(0, 40, 10, 1), tracklet(10, 40, 400, 1)], [0]))).toHaveLength(2);
  });

  it('joins what touches in time and place without any look', () => {
    const people = linkFaces(splitAtShots([tracklet(0, 20, 10, -1), tracklet(22, 20, 14, -1)], [0]));
    expect(people).toHaveLength(1);
    expect(people[0]!.pieces).toHaveLength(2);
  });

  it('takes what the network is never sure of for nobody', () => {
    expect(linkFaces(splitAtShots([tracklet(0, 80, 10, 1, 30), tracklet(0, 80, 300, 2, 9)], [0]))).toHaveLength(1);
  });

  it('drops a flicker that is nobody else', () => {
    expect(linkFaces(splitAtShots([tracklet(0, 3, 10, -1)], [0]))).toHaveLength(0);
    expect(linkFaces(splitAtShots([tracklet(0, 3, 10, -1)], [0]), 40)).toHaveLength(0);
  });

  it('keeps a face that lasts through a clip of a few frames', () => {
    expect(linkFaces(splitAtShots([tracklet(0, 3, 10, -1)], [0]), 3)).toHaveLength(1);
    expect(linkFaces(splitAtShots([tracklet(0, 2, 10, -1)], [0]), 3)).toHaveLength(0);
  });
});

describe('descriptors', () => {
  it('averages by weight to unit length', () => {
    const mean = meanDescriptor([
      { frame: 0, weight: 3, descriptor: Float32Array.of(1, 0) },
      { frame: 1, weight: 1, descriptor: Float32Array.of(0, 1) },
    ])!;
    expect(Math.hypot(...mean)).toBeCloseTo(1, 6);
    expect(cosine(mean, Float32Array.of(1, 0))).toBeCloseTo(3 / Math.hypot(3, 1), 6);
  });
});
