import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import { seenTeeth, teethLine } from './teeth-line.ts';

const SCALE = { downX: 0, downY: 1, pxPerCm: 10 };
const [UPPER_LIP, GAP] = [30, 30] as const;
const columnX = (column: number): number => 20 + column * 10;

/** Lips 20 px below the base of the nose; the opening is as high at its sides as in its middle. */
function lips(gap: number = GAP): Float32Array {
  const landmarks = new Float32Array(478 * 3);
  landmarks.set([60, UPPER_LIP - 20, 0], 2 * 3);
  INNER_LIP_PAIRS.forEach(([u, l], i) => {
    landmarks.set([columnX(i), UPPER_LIP, 0], u * 3);
    landmarks.set([columnX(i), UPPER_LIP + gap, 0], l * 3);
  });
  return landmarks;
}

function mouth(tone: (x: number, y: number) => number): Picture {
  const layout = { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
  const colour = { range: 'full', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
  const picture = allocatePicture(120, 80, layout, colour);
  for (let y = 0; y < 80; y++) for (let x = 0; x < 120; x++) picture.planes[0]![y * 120 + x] = tone(x + 0.5, y + 0.5);
  return picture;
}

/** Bright teeth that end along `edge` in the dark, over as many pixels as `soft`. */
const teeth =
  (edge: (x: number) => number, soft = 1) =>
  (x: number, y: number): number =>
    30 + 180 * Math.max(0, Math.min(1, 0.5 - (y - edge(x)) / soft));

/** Light (over the dark) right below the split of every column: teeth that would go with the jaw. */
function lightBelow(picture: Picture, splits: Float32Array): number[] {
  return Array.from(splits, (split, i) => {
    const y = Math.ceil(UPPER_LIP + split * GAP);
    return picture.planes[0]![y * 120 + Math.floor(columnX(i))]! - 30;
  });
}

describe('teethLine', () => {
  it('leaves no tooth of a tilted mouth to the jaw', () => {
    const picture = mouth(teeth((x) => 42 + (x - 60) * 0.15));
    const splits = teethLine(lips(), SCALE, 1.2 + 2, seenTeeth(picture, lips()));
    for (const light of lightBelow(picture, splits).slice(1)) expect(light).toBeLessThan(60);
    const tilt = (splits.at(-1)! - splits[0]!) * GAP;
    expect(tilt).toBeGreaterThan(8);
    expect(tilt).toBeLessThan(14);
  });

  it('follows a row of teeth that bends down at its sides', () => {
    const picture = mouth(teeth((x) => 40 + ((x - 60) / 40) ** 2 * 9));
    const splits = teethLine(lips(), SCALE, null, seenTeeth(picture, lips()));
    for (const light of lightBelow(picture, splits)) expect(light).toBeLessThan(60);
  });

  it('gives the soft edge of blurred teeth to the skull as well', () => {
    const picture = mouth(teeth(() => 44, 9));
    const splits = teethLine(lips(), SCALE, null, seenTeeth(picture, lips()));
    for (const light of lightBelow(picture, splits)) expect(light).toBeLessThan(40);
  });

  it('lets columns that show no end of their teeth go with the others, and one that strays count little', () => {
    const edge = (x: number): number => (x < 45 ? 80 : 42);
    const closed = teethLine(lips(), SCALE, null, seenTeeth(mouth(teeth(edge)), lips()));
    for (const split of closed) expect(Math.abs(split - 0.4)).toBeLessThan(0.13);
    const stray = mouth((x, y) => teeth(() => (Math.abs(x - 60) < 6 ? 56 : 42))(x, y));
    const splits = teethLine(lips(), SCALE, null, seenTeeth(stray, lips()));
    for (const side of [0, 1, 7, 8]) expect(Math.abs(splits[side]! - 0.4)).toBeLessThan(0.15);
  });

  it('hangs no part of a lower lip on the skull that reaches into one side of the opening', () => {
    const layout = { family: 'yuv', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
    const lipTop = (x: number): number => 56 - Math.max(0, x - 60) * 0.4;
    const grey = mouth((x, y) => (y < lipTop(x) ? 190 : 130));
    const red = mouth((x, y) => (y < lipTop(x) ? 130 : 172)).planes[0]!;
    const picture = { ...grey, layout, planes: [grey.planes[0]!, new Uint8Array(red.length).fill(126), red] };
    const splits = teethLine(lips(), SCALE, null, seenTeeth(picture, lips()));
    const lip = (column: number): number => (lipTop(columnX(column)) - UPPER_LIP) / GAP;
    for (const column of [5, 6, 7]) expect(splits[column]!).toBeLessThan(lip(column) + 0.07);
    for (const column of [1, 2, 3]) expect(splits[column]!).toBeGreaterThan(0.75);
  });

  it('keeps to the known edge where nothing is seen', () => {
    const dark = seenTeeth(
      mouth(() => 60),
      lips(),
    );
    for (const split of teethLine(lips(), SCALE, 3.5, dark)) expect(split).toBeCloseTo(0.5, 5);
    for (const split of teethLine(lips(), SCALE, 3.5, null)) expect(split).toBeCloseTo(0.5, 5);
    const slit = mouth(teeth((x) => 31 + (x - 60) * 0.02));
    const splits = teethLine(lips(2), SCALE, 2.1, seenTeeth(slit, lips(2)));
    for (const split of splits) expect(split).toBeCloseTo(splits[0]!, 5);
  });
});
