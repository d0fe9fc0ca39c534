import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture } from '../../src/core/picture.ts';
import { descriptorDistance, type FaceInSquare, type Judge, type Square } from '../judge/face-api.ts';
import { judged, landmarkError, rgbOf } from './judging.ts';
import { framesOf } from './methods.ts';

/** The pictures that are compared with the sharp one. */
const LOOKS = ['blurred', 'estimate', 'full'] as const;
type Look = (typeof LOOKS)[number];

/** Side of the one box that all pictures of a frame are judged in, over the larger side of the sharp face's landmarks. */
const ROOM = 1.25;

interface Verdict {
  readonly distance: number;
  readonly error: number;
}

/** What the judge says of a frame's pictures against its sharp one. */
interface JudgedFrame {
  readonly length: string;
  /** In the box that the judge finds in each picture; missing where it finds none. */
  readonly found: Partial<Record<Look, Verdict>>;
  /** In one and the same box. */
  readonly boxed: Readonly<Record<Look, Verdict>>;
}

/** A figure of the bench. */
export interface JudgedFigure {
  readonly figure: string;
  readonly value: number | string;
  readonly unit: string;
}

const verdict = (face: FaceInSquare, truth: FaceInSquare): Verdict => ({
  distance: descriptorDistance(face, truth),
  error: landmarkError(face, truth),
});

function squareAround(landmarks: readonly number[]): Square {
  const [xs, ys] = [landmarks.filter((_, i) => i % 2 === 0), landmarks.filter((_, i) => i % 2 === 1)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const side = Math.round(ROOM * Math.max(right - left, bottom - top));
  return { left: Math.round((left + right - side) / 2), top: Math.round((top + bottom - side) / 2), side };
}

async function judgeFrame(judge: Judge, folder: string, name: string): Promise<JudgedFrame | null> {
  const read = async (what: string): Promise<Picture> => (await framesOf(join(folder, `${name}-${what}.png`)))[0]!;
  const sharp = await read('sharp');
  const truth = await judged(judge, sharp);
  if (!truth) return null;
  const square = squareAround(truth.landmarks);
  const inSquare = (picture: Picture): Promise<FaceInSquare> =>
    judge.faceIn(rgbOf(picture), picture.width, picture.height, square);
  const boxedTruth = await inSquare(sharp);
  const found: Partial<Record<Look, Verdict>> = {};
  const boxed = {} as Record<Look, Verdict>;
  for (const look of LOOKS) {
    const picture = await read(look);
    const face = await judged(judge, picture);
    if (face) found[look] = verdict(face, truth);
    boxed[look] = verdict(await inSquare(picture), boxedTruth);
  }
  return { length: name.split('-').at(-2)!, found, boxed };
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

function figuresOf(pairs: readonly (readonly [Verdict, Verdict])[], what: string): JudgedFigure[] {
  const nearer = pairs.filter(([own, blurred]) => own.distance < blurred.distance).length;
  const same = pairs.filter(([own, blurred]) => own.distance === blurred.distance).length;
  const errors = (k: 0 | 1): number => mean(pairs.map((pair) => pair[k].error));
  const distances = (k: 0 | 1): string => mean(pairs.map((pair) => pair[k].distance)).toFixed(3);
  const value = `${nearer} of ${pairs.length} (${same} the same), ${distances(1)} to ${distances(0)}`;
  return [
    { figure: `descriptor nearer, mean distance, ${what}`, value, unit: 'frames' },
    {
      figure: `landmark error, ${what}`,
      value: Number((100 * (errors(0) / errors(1) - 1)).toFixed(1)),
      unit: '%',
    },
  ];
}

/**
 * Judges every frame of which the bench wrote its pictures to `folder` (`CLIP-LENGTH-FRAME-METHOD.png`): in the box that
 * the judge finds in each, and in one box for all of them, which says nothing of where faces are found.
 */
export async function judgePictures(judge: Judge, folder: string): Promise<JudgedFigure[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('-sharp.png')).sort();
  const frames: JudgedFrame[] = [];
  for (const name of names) {
    const frame = await judgeFrame(judge, folder, name.slice(0, -'-sharp.png'.length));
    if (frame) frames.push(frame);
  }
  const out: JudgedFigure[] = [{ figure: 'frames judged', value: frames.length, unit: `of ${names.length}` }];
  for (const look of LOOKS) {
    const lost = frames.filter(({ found }) => !found[look]).length;
    out.push({ figure: `faces not found, ${look}`, value: lost, unit: 'frames' });
  }
  for (const length of ['all', ...new Set(frames.map((frame) => frame.length))]) {
    const of = frames.filter((frame) => length === 'all' || frame.length === length);
    for (const look of ['estimate', 'full'] as const) {
      const both = of.flatMap(({ found }) =>
        found[look] && found.blurred ? [[found[look], found.blurred] as const] : [],
      );
      out.push(...figuresOf(both, `length ${length}, ${look}, found boxes`));
      const boxed = of.map(({ boxed: one }) => [one[look], one.blurred] as const);
      out.push(...figuresOf(boxed, `length ${length}, ${look}, one box`));
    }
  }
  return out;
}
