import { describe, expect, it } from 'vitest';
import { type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { displacement, MotionMeter } from './registration.ts';

const WIDTH = 320;
const HEIGHT = 260;
/** The face: an ellipse with its centre in the picture's. */
const [CX, CY, RX, RY] = [160, 130, 60, 80];

/** Light of a textured face at a place: waves of many lengths and directions, the same for ever. */
function light(x: number, y: number): number {
  let sum = 0;
  for (let k = 0; k < 14; k++) {
    const length = 9 * 1.22 ** k;
    const angle = 2.4 * k;
    sum += length ** 0.5 * Math.sin((2 * Math.PI * (x * Math.cos(angle) + y * Math.sin(angle))) / length + k * k);
  }
  return 128 + sum;
}

/** A frame in which the face has moved by (dx, dy) and is blurred along `path` pixels of x. */
function frame(dx: number, dy: number, path = 0): Picture {
  const plane = new Uint8Array(WIDTH * HEIGHT);
  const moments = path > 0 ? 9 : 1;
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      let sum = 0;
      for (let k = 0; k < moments; k++) sum += light(x - dx - path * ((k + 0.5) / moments - 0.5), y - dy);
      plane[y * WIDTH + x] = Math.max(0, Math.min(255, Math.round(sum / moments)));
    }
  return {
    width: WIDTH,
    height: HEIGHT,
    layout: { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
    colour: { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'unknown' },
    planes: [plane],
  };
}

/** A track of two frames whose landmarks tell only `seen` of the movement, as smoothed ones do of a jerk. */
function track(seen: number): FaceTrack {
  const landmarks = new Float32Array(2 * LANDMARK_COUNT * 3);
  for (let row = 0; row < 2; row++)
    for (let v = 0; v < LANDMARK_COUNT; v++) {
      const angle = (2 * Math.PI * v) / LANDMARK_COUNT;
      landmarks.set(
        [CX + RX * Math.cos(angle) + row * seen, CY + RY * Math.sin(angle)],
        (row * LANDMARK_COUNT + v) * 3,
      );
    }
  return { frameCount: 2, landmarks } as FaceTrack;
}

/** Movement of the face's middle that is measured between two frames. */
function measured(from: Picture, to: Picture, seen: number): readonly [number, number] {
  const meter = new MotionMeter(track(seen));
  meter.add(from, 0);
  meter.add(to, 1);
  return displacement(meter.steps[0]!, CX, CY);
}

describe('MotionMeter', () => {
  it.each([
    [3, 0, 0],
    [12, 0, 0],
    [12, -5, 6],
    [25, 0, 12],
    [25, 4, 0],
    [-25, 6, 0],
  ])('measures a jerk of (%i, %i) pixels of which the landmarks tell %i', (dx, dy, seen) => {
    const [x, y] = measured(frame(0, 0), frame(dx, dy), Math.sign(dx) * seen);
    expect(x).toBeCloseTo(dx, 0);
    expect(y).toBeCloseTo(dy, 0);
  });

  it('measures it to a pixel between frames that the jerk has blurred, one more than the other', () => {
    const [x, y] = measured(frame(0, 0, 4), frame(20, 0, 12), 8);
    expect(Math.hypot(x - 20, y)).toBeLessThan(1);
  });
});
