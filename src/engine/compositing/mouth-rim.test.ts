import { describe, expect, it } from 'vitest';
import { LANDMARK_COUNT } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { INNER_LIPS } from './face-loops.ts';
import { lipEdgeWidth, MouthRim } from './mouth-rim.ts';
import { WarpField } from './warp-field.ts';
import { REGION_MOUTH, REGION_SKIN } from './warp-mesh.ts';

const SIZE = 96;
const [LIPS, DARK] = [150, 30];
const [CENTRE, RADIUS_X, RADIUS_Y] = [48, 24, 12];

/** How far a point lies inside the opening, pixels. */
const inside = (x: number, y: number): number =>
  (1 - Math.hypot((x - CENTRE) / RADIUS_X, (y - CENTRE) / RADIUS_Y)) * RADIUS_Y;

/** A dark opening among lips whose edge is a ramp `ramp` pixels wide. */
function mouth(ramp: number): Picture {
  const picture = allocatePicture(
    SIZE,
    SIZE,
    { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
    { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const share = Math.max(0, Math.min(1, inside(x + 0.5, y + 0.5) / ramp + 0.5));
      picture.planes[0]![y * SIZE + x] = LIPS + share * (DARK - LIPS);
    }
  return picture;
}

/** The inner lips, from the corner at image left over the upper lip and back below. */
function lips(): Float32Array {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3);
  INNER_LIPS.forEach((v, i) => {
    const angle = Math.PI + (i / INNER_LIPS.length) * 2 * Math.PI;
    landmarks.set([CENTRE + RADIUS_X * Math.cos(angle), CENTRE + RADIUS_Y * Math.sin(angle), 0], v * 3);
  });
  return landmarks;
}

function field(): WarpField {
  const made = new WarpField();
  made.reset({ x: 0, y: 0, width: SIZE, height: SIZE });
  made.matte.fill(1, 0, SIZE * SIZE);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++)
      made.region[y * SIZE + x] = (inside(x + 0.5, y + 0.5) > 0 ? REGION_MOUTH : REGION_SKIN) + 1;
  made.bounds[REGION_MOUTH].set([CENTRE - RADIUS_X, CENTRE + RADIUS_X, CENTRE - RADIUS_Y, CENTRE + RADIUS_Y]);
  return made;
}

const opened = { sourceGap: 0.1, targetGap: 0.5 };

describe('lipEdgeWidth', () => {
  it('tells a sharp mouth from a blurred one', () => {
    expect(lipEdgeWidth(mouth(1), lips())).toBeLessThan(3);
    const blurred = lipEdgeWidth(mouth(10), lips());
    expect(blurred).toBeGreaterThan(7);
    expect(blurred).toBeLessThan(13);
  });

  it('says nothing without an edge', () => {
    expect(lipEdgeWidth(mouth(1e6), lips())).toBe(0);
  });
});

describe('MouthRim', () => {
  it('gives an opening that was painted into a blurred frame the softness of that frame', () => {
    const painted = mouth(1);
    new MouthRim().soften(mouth(10), painted, field(), { ...opened, landmarks: lips() });
    expect(lipEdgeWidth(painted, lips())).toBeGreaterThan(5);
    const plane = painted.planes[0]!;
    expect(plane[CENTRE * SIZE + CENTRE]).toBe(DARK);
    expect(plane[10 * SIZE + 10]).toBe(LIPS);
  });

  it('leaves sharp frames sharp', () => {
    const painted = mouth(1);
    new MouthRim().soften(mouth(1), painted, field(), { ...opened, landmarks: lips() });
    expect(lipEdgeWidth(painted, lips())).toBeLessThan(4);
  });

  it('leaves no stair where the rim of an opening runs flat, in the sharpest frame either', () => {
    const painted = mouth(0.01);
    new MouthRim().soften(mouth(1), painted, field(), { ...opened, landmarks: lips() });
    const plane = painted.planes[0]!;
    let step = 0;
    for (let y = CENTRE - RADIUS_Y - 4; y < CENTRE - RADIUS_Y + 4; y++)
      for (let x = CENTRE - 9; x < CENTRE + 9; x++)
        step = Math.max(step, Math.abs(plane[y * SIZE + x + 1]! - plane[y * SIZE + x]!));
    // A slope of at most a fifth, over an edge of about three pixels: 8 levels a pixel if it were drawn by area.
    expect(step).toBeLessThan(25);
  });

  it('softens all three planes of an RGB picture alike', () => {
    const gray = mouth(0.01);
    const rgb = { ...gray, layout: { ...gray.layout, family: 'rgb' as const } };
    const planes = [0, 1, 2].map(() => gray.planes[0]!.slice());
    new MouthRim().soften(mouth(1), { ...rgb, planes }, field(), { ...opened, landmarks: lips() });
    new MouthRim().soften(mouth(1), gray, field(), { ...opened, landmarks: lips() });
    for (const plane of planes) expect(plane).toEqual(gray.planes[0]);
  });

  it('leaves a mouth that was not opened as it was but for the stair of one pixel', () => {
    const [one, other] = [mouth(1), mouth(1)];
    const landmarks = lips();
    new MouthRim().soften(mouth(10), one, field(), { sourceGap: 0.5, targetGap: 0.5, landmarks });
    new MouthRim().soften(mouth(1), other, field(), { sourceGap: 0.5, targetGap: 0.5, landmarks });
    expect(one.planes[0]).toEqual(other.planes[0]);
  });
});
