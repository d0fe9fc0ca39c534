import { describe, expect, it } from 'vitest';
import { FACE_VERTEX_COUNT, type FaceTrack, LANDMARK_COUNT, SHAPE_COUNT } from '../../core/performance.ts';
import { FACE_OVAL } from '../compositing/face-loops.ts';
import type { TrackBlur } from './blur-fit.ts';
import { chooseNeighbours } from './neighbours.ts';

/** A face `width` pixels wide whose path at each row is `paths`, all else alike. */
function blurOf(paths: readonly (readonly [number, number])[], width = 100): TrackBlur {
  const frameCount = paths.length;
  const landmarks = new Float32Array(frameCount * LANDMARK_COUNT * 3);
  for (let row = 0; row < frameCount; row++)
    FACE_OVAL.forEach((vertex, k) => {
      landmarks[(row * LANDMARK_COUNT + vertex) * 3] = k % 2 === 0 ? 0 : width;
    });
  const track: FaceTrack = {
    ...{ actorId: 'a', shot: 0, firstFrame: 0, frameCount, landmarks },
    coefficients: new Float32Array(frameCount * SHAPE_COUNT),
    pose: new Float32Array(frameCount * 7),
    gaze: new Float32Array(frameCount * 4),
    confidence: new Float32Array(frameCount).fill(1),
    reason: new Uint8Array(frameCount),
    neutral: new Float32Array(FACE_VERTEX_COUNT * 3),
  };
  const zeros = () => new Float32Array(frameCount);
  return {
    track,
    faceWidth: width,
    steps: paths.map(() => null),
    path: Float32Array.from(paths.flat()),
    ...{ score: zeros(), sigma: zeros(), confidence: zeros(), strength: zeros() },
    state: new Uint8Array(frameCount),
    ...{ noise: 0, shutter: 0.5 },
  };
}

describe('faces that lend detail', () => {
  const blur = blurOf([
    [8, 0],
    [8, 0],
    [1, 0],
    [16, 0],
    [0, 8],
  ]);

  it('are sharper along the path before others; those twice as blurred are none', () => {
    const chosen = chooseNeighbours(blur, 1);
    expect(chosen).not.toContain(1);
    expect(chosen).not.toContain(3);
    expect(chosen.slice(0, 2).sort()).toEqual([2, 4]);
  });

  it('may be as blurred as the face, but not where a sharper one is asked for', () => {
    expect(chooseNeighbours(blur, 1)).toContain(0);
    expect(chooseNeighbours(blur, 1, true)).not.toContain(0);
    expect(chooseNeighbours(blur, 1, true).sort()).toEqual([2, 4]);
  });

  it('are fewer for a face of many pixels', () => {
    const many = Array.from({ length: 15 }, (_, k) => [k === 7 ? 8 : 1, 0] as const);
    expect(chooseNeighbours(blurOf(many), 7)).toHaveLength(8);
    expect(chooseNeighbours(blurOf(many, 400), 7)).toHaveLength(4);
  });

  it('are none of a face that does not move', () => {
    expect(
      chooseNeighbours(
        blurOf([
          [0, 0],
          [0, 0],
        ]),
        0,
      ),
    ).toEqual([]);
  });
});
