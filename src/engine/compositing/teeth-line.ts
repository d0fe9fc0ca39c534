import type { Picture } from '../../core/picture.ts';
import { smoothStepBetween } from '../../core/smooth-step.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import {
  type FaceScale,
  gapOf,
  knownSplit,
  NEAREST_TO_UPPER_LIP,
  ON_LOWER_LIP,
  plainness,
  type SeenEdge,
  seenEdge,
  shownShare,
  teethSplit,
} from './teeth-edge.ts';

/** A column is looked at in its middle and this far to either side, in distances between columns. */
const BESIDE = 1 / 3;
/** How firmly the line keeps to the whole mouth's height, to its tilt and to its bow where columns say otherwise. */
const [KEEP_HEIGHT, KEEP_TILT, KEEP_BOW] = [0.4, 0.1, 0.03] as const;
/** A column this far off the line of the others (share of the opening) counts half. */
const STRAY = 0.1;
/** So many rounds of letting columns that stray count less. */
const ROUNDS = 3;
/** How firmly columns keep to the arc, what a neighbour counts beside it, and the farthest that one leaves it. */
const [KEEP_ARC, NEIGHBOUR, MOST_OFF_ARC] = [0.4, 0.3, 0.15] as const;
/** Columns that are this far off their own line, in the mean, make it count half: edges of teeth, and of the lower lip, whose colour is coarser. */
const [DISAGREEMENT, LIP_DISAGREEMENT] = [0.08, 0.2] as const;
/** What ends dark is a tooth from this share of the light on the others' teeth on, surely from that. */
const [SHADE, TOOTH] = [0.45, 0.75] as const;

/** What a frame's own opening shows: taken together, and column by column ({@link INNER_LIP_PAIRS}). */
export interface SeenTeeth {
  readonly mouth: SeenEdge;
  readonly columns: readonly (SeenEdge | null)[];
}

/** Looks at every column of this frame's opening; null when the mouth leaves the picture. */
export function seenTeeth(picture: Picture, landmarks: Float32Array): SeenTeeth | null {
  const mouth = seenEdge(picture, landmarks);
  if (!mouth) return null;
  const columns = INNER_LIP_PAIRS.map((_pair, column) =>
    seenEdge(picture, landmarks, [column - BESIDE, column, column + BESIDE]),
  );
  return { mouth, columns };
}

/** Place of a column across the mouth, -1..1 from corner to corner. */
const acrossOf = (column: number): number => (2 * (column + 1)) / (INNER_LIP_PAIRS.length + 1) - 1;

/** Solves the symmetric 3 x 3 system of a weighted parabola by Cramer's rule. */
function solveParabola(m: readonly number[], r: readonly number[]): readonly [number, number, number] {
  const [aa, ab, ac, bb, bc, cc] = m as [number, number, number, number, number, number];
  const [x, y, z] = r as [number, number, number];
  const det = aa * (bb * cc - bc * bc) - ab * (ab * cc - bc * ac) + ac * (ab * bc - bb * ac);
  return [
    (x * (bb * cc - bc * bc) - ab * (y * cc - bc * z) + ac * (y * bc - bb * z)) / det,
    (aa * (y * cc - bc * z) - x * (ab * cc - bc * ac) + ac * (ab * z - y * ac)) / det,
    (aa * (bb * z - y * bc) - ab * (ab * z - y * ac) + x * (ab * bc - bb * ac)) / det,
  ];
}

/**
 * A row of teeth is an arc, and a picture shows it as a parabola: the one that columns agree on, each as far as it is
 * trusted, near what the whole mouth says. Columns that show nothing get what the others imply.
 *
 * @param offsets how far each column's own reading is from that of the whole mouth
 * @param trust 0..1 per column
 * @param disagreement in the mean of the columns, at which they count half
 * @returns height, tilt and bow, as they are to be added to what the whole mouth says
 */
function agreedParabola(
  offsets: readonly number[],
  trust: readonly number[],
  disagreement: number,
): readonly [number, number, number] {
  let line: readonly [number, number, number] = [0, 0, 0];
  let agreement = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const m = [KEEP_HEIGHT, 0, 0, KEEP_TILT, 0, KEEP_BOW];
    const r = [0, 0, 0];
    let strays = 0;
    let trusted = 1e-6;
    offsets.forEach((offset, column) => {
      const s = acrossOf(column);
      const off = offset - (line[0] + line[1] * s + line[2] * s * s);
      strays += trust[column]! * Math.min(2 * STRAY, Math.abs(off));
      trusted += trust[column]!;
      const w = round === 0 ? trust[column]! : trust[column]! / (1 + (off / STRAY) ** 2);
      [1, s, s * s, s * s, s ** 3, s ** 4].forEach((term, i) => {
        m[i]! += w * term;
      });
      [1, s, s * s].forEach((term, i) => {
        r[i]! += w * offset * term;
      });
    });
    agreement = 1 / (1 + (strays / trusted / disagreement) ** 2);
    line = solveParabola(m, r);
  }
  return [agreement * line[0], agreement * line[1], agreement * line[2]];
}

/** What a column and those beside it still say when the arc is taken from them: an arc is steeper at its ends. */
function leftOver(column: number, rests: readonly number[], trust: readonly number[]): number {
  let sum = 0;
  let weight = KEEP_ARC;
  for (let i = Math.max(0, column - 1); i <= Math.min(rests.length - 1, column + 1); i++) {
    const w = trust[i]! * (i === column ? 1 : NEIGHBOUR);
    sum += w * Math.max(-MOST_OFF_ARC, Math.min(MOST_OFF_ARC, rests[i]!));
    weight += w;
  }
  return sum / weight;
}

/** What columns make of a reading of the whole mouth: how far each is from it when they have agreed. */
function agree(readings: readonly number[], whole: number, trust: readonly number[], disagreement: number): number[] {
  const offsets = readings.map((reading) => reading - whole);
  const [height, tilt, bow] = agreedParabola(offsets, trust, disagreement);
  const arc = offsets.map((_offset, i) => height + tilt * acrossOf(i) + bow * acrossOf(i) ** 2);
  const rests = offsets.map((offset, i) => offset - arc[i]!);
  return arc.map((value, i) => whole + value + leftOver(i, rests, trust));
}

/**
 * The line between what hangs on the skull and what moves with the jaw, per column of the opening ({@link INNER_LIP_PAIRS}),
 * 0..1 from the upper lip: a mouth that is tilted, turned or opened on one side only shows more of its teeth there.
 *
 * @param edgeCm see cuttingEdge; null when unknown
 * @param seen what this frame shows; null when it was not looked at
 */
export function teethLine(
  landmarks: Float32Array,
  scale: FaceScale,
  edgeCm: number | null,
  seen: SeenTeeth | null,
): Float32Array {
  const middle = teethSplit(landmarks, scale, edgeCm, seen?.mouth ?? null);
  const splits = new Float32Array(INNER_LIP_PAIRS.length).fill(middle);
  if (!seen) return splits;
  const { mouth, columns } = seen;
  const known = knownSplit(landmarks, scale, edgeCm);
  const gaps = columns.map((_column, i) => gapOf(landmarks, i, scale));
  const widest = gaps.reduce((most, gap) => Math.max(most, gap), 1e-3);
  // Beside the corners lips are near one another, and teeth in their shade say nothing.
  const open = gaps.map((gap) => Math.max(0, gap / widest));
  const trust = columns.map((column, i) =>
    column === null
      ? 0
      : open[i]! *
        shownShare(column, gaps[i]!, known) *
        smoothStepBetween(SHADE, TOOTH, column.light / Math.max(1e-6, mouth.light)),
  );
  const line = agree(
    columns.map((column) => column?.place ?? middle),
    middle,
    trust,
    DISAGREEMENT,
  );
  const lip = agree(
    columns.map((column) => column?.lowerLip ?? mouth.lowerLip),
    mouth.lowerLip,
    columns.map((column, i) => (column === null ? 0 : open[i]! * plainness(gaps[i]!))),
    LIP_DISAGREEMENT,
  );
  for (let i = 0; i < splits.length; i++) {
    // Nothing of the lower lip may hang on the skull.
    const lowest = Math.min(ON_LOWER_LIP, 1 + plainness(gaps[i]!) * (Math.min(1, lip[i]!) - 1));
    splits[i] = Math.max(NEAREST_TO_UPPER_LIP, Math.min(lowest, line[i]!));
  }
  return splits;
}
