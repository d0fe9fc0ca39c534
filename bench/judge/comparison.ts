import {
  type Box,
  descriptorDistance,
  type JudgeClass,
  type JudgedFace,
  judgeClasses,
  lips,
  overlap,
  topClass,
} from './face-api.ts';
import { detail, grow, type HalfLuma, halfLuma, type Outside, outside, shake } from './picture-measures.ts';
import { correlation, mean, median, quantile } from './statistics.ts';
import { decodeRgb, pictureTimes, type RgbFrame } from './system-ffmpeg.ts';
import { Verdicts } from './verdicts.ts';

/** Which face of a picture is judged when there are several. */
export type Subject = 'largest' | 'left' | 'right';

/** What to compare, and how closely. */
export interface ComparisonOptions {
  readonly target: JudgeClass;
  /** Judge every n-th picture; flicker is measured on all of them whatever n is. */
  readonly every: number;
  readonly subject: Subject;
  /** Stop after this picture of the source. */
  readonly until?: number;
  readonly onFrame?: (index: number) => void;
}

/** One judged pair of pictures. */
export interface FramePair {
  readonly index: number;
  readonly before?: JudgedFace;
  readonly after?: JudgedFace;
  readonly distance?: number;
}

/** The verdict on an edited clip. Shares are 0..1; NaN where there was nothing to measure. */
export interface Comparison {
  readonly target: JudgeClass;
  readonly judgedFrames: number;
  /** Judged pictures with the subject's face in the source, and of those the ones with it in the edit. */
  readonly facesBefore: number;
  readonly facesAfter: number;
  /** Share of the edit's face frames whose top class is the target; same for the source. */
  readonly share: number;
  readonly shareBefore: number;
  readonly probability: number;
  readonly probabilityBefore: number;
  readonly histogramBefore: Record<JudgeClass, number>;
  readonly histogramAfter: Record<JudgeClass, number>;
  readonly identity: { readonly median: number; readonly p95: number; readonly sourceDrift: number };
  readonly lipGap: number;
  readonly lipWidth: number;
  readonly gapScale: number;
  readonly outside: { readonly mean: number; readonly changed: number; readonly worstFrame: number };
  /** Second difference in time inside the face, edit over source: 1 is as steady as the source. */
  readonly flicker: number;
  readonly flickerWorst: { readonly frame: number; readonly ratio: number };
  /** Detail (Laplacian RMS), edit over source, median over frames. */
  readonly detail: { readonly eyes: number; readonly mouth: number; readonly face: number };
  readonly pairs: readonly FramePair[];
}

/**
 * Judges an edited clip against its source with networks and a decoder that the product does not use.
 * Pictures are paired by number; where the counts differ, by time.
 */
export async function compareClips(before: string, after: string, options: ComparisonOptions): Promise<Comparison> {
  const verdictsBefore = await Verdicts.open(before);
  const verdictsAfter = await Verdicts.open(after);
  const pairs: FramePair[] = [];
  const outsides: ({ index: number } & Outside)[] = [];
  const details = { eyes: [] as number[], mouth: [] as number[], face: [] as number[] };
  const shakes: { frame: number; before: number; after: number }[] = [];
  const history: { before: HalfLuma; after: HalfLuma }[] = [];
  let subject: Box | undefined;

  for await (const [source, edit] of pairedPictures(before, after, options.until)) {
    if (source.width !== edit.width || source.height !== edit.height) {
      throw new Error(`pictures differ in size: ${source.width}x${source.height} and ${edit.width}x${edit.height}`);
    }
    options.onFrame?.(source.index);
    if (source.index % options.every === 0) {
      const all = await verdictsBefore.faces(source);
      const faceBefore = pick(all, subject, options.subject);
      const faceAfter = faceBefore && closest(await verdictsAfter.faces(edit), faceBefore.box);
      subject = faceBefore?.box;
      pairs.push({
        index: source.index,
        ...(faceBefore ? { before: faceBefore } : {}),
        ...(faceAfter ? { after: faceAfter } : {}),
        ...(faceBefore && faceAfter ? { distance: descriptorDistance(faceBefore, faceAfter) } : {}),
      });
      const hidden = [...all, ...(faceAfter ? [faceAfter] : [])].map((face) =>
        grow(face.box, 0.3, 0.35, 0.5, source.width, source.height),
      );
      outsides.push({ index: source.index, ...outside(source, edit, hidden) });
      if (faceBefore && faceAfter) addDetails(details, source, edit, faceBefore, faceAfter);
    }
    history.push({ before: halfLuma(source), after: halfLuma(edit) });
    if (history.length > 3) history.shift();
    if (subject && history.length === 3) {
      const box = grow(subject, 0.1, 0, 0.3, source.width, source.height);
      const [a, b, c] = history as [(typeof history)[0], (typeof history)[0], (typeof history)[0]];
      shakes.push({
        frame: source.index - 1,
        before: shake(a.before, b.before, c.before, box),
        after: shake(a.after, b.after, c.after, box),
      });
    }
  }
  await verdictsBefore.save();
  await verdictsAfter.save();
  return summary(options.target, pairs, outsides, details, shakes);
}

async function* pairedPictures(
  before: string,
  after: string,
  until: number | undefined,
): AsyncGenerator<readonly [RgbFrame, RgbFrame]> {
  const [timesBefore, timesAfter] = await Promise.all([pictureTimes(before), pictureTimes(after)]);
  const byNumber = timesBefore.length === timesAfter.length;
  const limit = until === undefined ? {} : { until };
  const edits = decodeRgb(after);
  try {
    let edit = await edits.next();
    for await (const source of decodeRgb(before, limit)) {
      if (!byNumber) {
        // The edit's picture that is on screen when the source's is: the last one not later than it.
        const now = timesBefore[source.index]! + 1e-3;
        while (!edit.done && edit.value.index + 1 < timesAfter.length && timesAfter[edit.value.index + 1]! <= now) {
          edit = await edits.next();
        }
      }
      if (edit.done) return;
      yield [source, edit.value];
      if (byNumber) edit = await edits.next();
    }
  } finally {
    await edits.return(undefined);
  }
}

/** The subject in a picture: the face that overlaps the last one, else the one the option names. */
function pick(faces: readonly JudgedFace[], last: Box | undefined, subject: Subject): JudgedFace | undefined {
  const followed = last && closest(faces, last);
  if (followed || faces.length === 0) return followed ?? undefined;
  if (subject === 'largest') return faces[0];
  const large = faces.filter((face) => face.box.width > faces[0]!.box.width * 0.6);
  large.sort((a, b) => a.box.x - b.box.x);
  return subject === 'left' ? large[0] : large.at(-1);
}

function closest(faces: readonly JudgedFace[], box: Box): JudgedFace | undefined {
  let best: JudgedFace | undefined;
  let most = 0.2;
  for (const face of faces) {
    const value = overlap(face.box, box);
    if (value > most) {
      most = value;
      best = face;
    }
  }
  return best;
}

/** Box around some of the 68 points, grown by a share of its width on every side. */
export function landmarkBox(face: JudgedFace, from: number, until: number, margin: number): Box {
  let x0 = Number.POSITIVE_INFINITY;
  let y0 = Number.POSITIVE_INFINITY;
  let x1 = Number.NEGATIVE_INFINITY;
  let y1 = Number.NEGATIVE_INFINITY;
  for (let i = from; i < until; i++) {
    x0 = Math.min(x0, face.landmarks[2 * i]!);
    x1 = Math.max(x1, face.landmarks[2 * i]!);
    y0 = Math.min(y0, face.landmarks[2 * i + 1]!);
    y1 = Math.max(y1, face.landmarks[2 * i + 1]!);
  }
  const more = (x1 - x0) * margin;
  return { x: x0 - more, y: y0 - more, width: x1 - x0 + 2 * more, height: y1 - y0 + 2 * more };
}

function addDetails(
  details: { eyes: number[]; mouth: number[]; face: number[] },
  source: RgbFrame,
  edit: RgbFrame,
  before: JudgedFace,
  after: JudgedFace,
): void {
  const ratio = (a: Box, b: Box): number => {
    const inside = (box: Box): Box => grow(box, 0, 0, 0, source.width, source.height);
    return detail(edit, inside(b)) / detail(source, inside(a));
  };
  details.eyes.push(ratio(landmarkBox(before, 36, 48, 0.15), landmarkBox(after, 36, 48, 0.15)));
  details.mouth.push(ratio(landmarkBox(before, 48, 68, 0.15), landmarkBox(after, 48, 68, 0.15)));
  details.face.push(ratio(before.box, before.box));
}

function summary(
  target: JudgeClass,
  pairs: readonly FramePair[],
  outsides: readonly ({ index: number } & Outside)[],
  details: { eyes: number[]; mouth: number[]; face: number[] },
  shakes: readonly { frame: number; before: number; after: number }[],
): Comparison {
  const befores = pairs.flatMap((pair) => pair.before ?? []);
  const afters = pairs.flatMap((pair) => pair.after ?? []);
  const both = pairs.filter((pair) => pair.before && pair.after);
  const at = judgeClasses.indexOf(target);
  const distances = both.map((pair) => pair.distance!);
  const lipsBefore = both.map((pair) => lips(pair.before!));
  const lipsAfter = both.map((pair) => lips(pair.after!));
  const gaps = (list: typeof lipsBefore): number[] => list.map((value) => value.gap);
  const half = Math.floor(befores.length / 2);
  const drift = befores.slice(half).map((face, i) => descriptorDistance(face, befores[i]!));
  const seen = outsides.filter((value) => value.pixels > 0);
  const worst = seen.reduce((a, b) => (b.mean > a.mean ? b : a), { index: -1, mean: -1, changed: 0, pixels: 0 });
  const typical = mean(shakes.map((s) => s.before)) || 1;
  const jumps = shakes.map((s) => ({ frame: s.frame, ratio: s.after / Math.max(s.before, typical * 0.5) }));
  return {
    target,
    judgedFrames: pairs.length,
    facesBefore: befores.length,
    facesAfter: afters.length,
    share: afters.filter((face) => topClass(face) === target).length / afters.length,
    shareBefore: befores.filter((face) => topClass(face) === target).length / befores.length,
    probability: mean(afters.map((face) => face.expression[at]!)),
    probabilityBefore: mean(befores.map((face) => face.expression[at]!)),
    histogramBefore: histogram(befores),
    histogramAfter: histogram(afters),
    identity: { median: median(distances), p95: quantile(distances, 0.95), sourceDrift: median(drift) },
    lipGap: correlation(gaps(lipsBefore), gaps(lipsAfter)),
    lipWidth: correlation(
      lipsBefore.map((value) => value.width),
      lipsAfter.map((value) => value.width),
    ),
    gapScale: mean(gaps(lipsAfter)) / mean(gaps(lipsBefore)),
    outside: {
      mean: mean(seen.map((value) => value.mean)),
      changed: mean(seen.map((value) => value.changed)),
      worstFrame: worst.index,
    },
    flicker: mean(shakes.map((s) => s.after)) / mean(shakes.map((s) => s.before)),
    flickerWorst: jumps.reduce((a, b) => (b.ratio > a.ratio ? b : a), { frame: -1, ratio: 0 }),
    detail: { eyes: median(details.eyes), mouth: median(details.mouth), face: median(details.face) },
    pairs,
  };
}

/** Share of faces per top class. */
export function histogram(faces: readonly JudgedFace[]): Record<JudgeClass, number> {
  const counts = Object.fromEntries(judgeClasses.map((name) => [name, 0])) as Record<JudgeClass, number>;
  for (const face of faces) counts[topClass(face)] += 1 / faces.length;
  return counts;
}
