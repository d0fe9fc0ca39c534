import { throwIfCancelled } from '../../core/errors.ts';
import type { FrameAccess } from '../compositing/prepare.ts';
import { pathLength, type TrackBlur } from './blur-fit.ts';
import { faceMotion } from './motion-field.ts';
import { faceAt, NeighbourCrops } from './neighbour-crops.ts';
import { chooseNeighbours } from './neighbours.ts';
import { FaceRestorer } from './restore-face.ts';

/** Blurred frames that are laid beside a sharper one to find the shutter. */
const PROBES = 6;
/** Shortest path (pixels) that says anything. */
const SHORTEST_PATH = 1.5;
/** Share of the unlikeness that the best factor must explain against the worst, to have a say. */
const CLEAR = 0.03;
/**
 * How much better the neighbours, blurred, explain the probes than the probes, blurred, explain them, as a logarithm of
 * their unlikeness, for the clip to count as blurred. The sharp clips that were tuned or trained on came to -0.17 to 0.03,
 * with a shutter of 112 degrees to 0.06 and 0.10, which are left alone, and to 0.28 and more.
 */
const PROOF = 0.12;
/** Unlikeness that coding leaves anyway: two frames at rest may be more alike, but they tell no more of the shutter. */
const ALIKE = 0.1;

/** Step from one shutter that is tried to the next. */
const STEP = 1.26;
/** Shutters that are tried, as factors of the one that was asked for: a first look far and wide, a second one near by. */
const WIDE = Array.from({ length: 11 }, (_, k) => STEP ** (k - 7));
const NEAR = [STEP ** -2, STEP ** -1, 1, STEP, STEP ** 2] as const;

/** The moving frames with the longest paths that have a sharper neighbour, spread over the track. */
function probeRows(blur: TrackBlur): number[] {
  const rows = Array.from({ length: blur.track.frameCount }, (_, row) => row)
    .filter((row) => pathLength(blur, row) >= SHORTEST_PATH && blur.track.confidence[row]! > 0.5)
    .sort((a, b) => pathLength(blur, b) - pathLength(blur, a));
  const chosen: number[] = [];
  for (const row of rows) {
    if (chosen.length >= PROBES) break;
    if (chosen.every((other) => Math.abs(other - row) > 2) && chooseNeighbours(blur, row, true).length > 0)
      chosen.push(row);
  }
  return chosen;
}

/** The shutter of a clip. */
export interface FoundShutter {
  /** Frames for which it is open. */
  readonly shutter: number;
  /** False when the blurred frame of a pair might as well be the other one: then the clip's moving frames are sharp. */
  readonly proven: boolean;
}

/**
 * Frames for which the clip's shutter is open, found by laying sharper frames over blurred ones: one path length explains
 * a picture, whatever the spectrum of the face. Null when no frame could be probed. `refit` measures the tracks anew
 * under a shutter: how frames are aligned depends on it.
 */
export async function findShutter(
  source: FrameAccess,
  rough: readonly TrackBlur[],
  refit: (shutter: number) => readonly TrackBlur[],
  asked: number,
  signal?: AbortSignal,
): Promise<FoundShutter | null> {
  const wide = WIDE.map((factor) => factor * asked);
  const first = await probeShutter(source, rough, wide, signal);
  if (first === null) return null;
  const near = NEAR.map((factor) => factor * first.shutter);
  const second = (await probeShutter(source, refit(first.shutter), near, signal)) ?? first;
  return { shutter: second.shutter, proven: second.evidence >= PROOF };
}

/** A shutter and the evidence for it, as PROOF has it. */
interface Found {
  readonly shutter: number;
  readonly evidence: number;
}

/** The one of `shutters`, each STEP times the one before, or a place between them, that explains probed frames best. */
async function probeShutter(
  source: FrameAccess,
  blurs: readonly TrackBlur[],
  shutters: readonly number[],
  signal?: AbortSignal,
): Promise<Found | null> {
  const restorer = new FaceRestorer();
  const crops = new NeighbourCrops(source);
  const sums = new Float64Array(shutters.length);
  let [evidence, weights] = [0, 0];
  for (const [index, blur] of blurs.entries())
    for (const row of probeRows(blur).sort((a, b) => a - b)) {
      throwIfCancelled(signal);
      const motion = faceMotion(blur.track, row, blur.steps);
      if (!motion) continue;
      const neighbours = await crops.sharperThan(blur, index, row);
      const frame = await source.frameAt(blur.track.firstFrame + row);
      try {
        const job = {
          ...faceAt(blur, row, motion),
          neighbours,
          detail: 1,
          deconvolve: true,
          strength: 1,
          evidence: false,
        };
        const factors = shutters.map((shutter) => shutter / blur.shutter);
        const probe = restorer.probeShutter(frame.picture, job, factors);
        if (!probe) continue;
        const least = Math.min(...probe.blurred);
        const most = Math.max(...probe.blurred);
        if (most - least < CLEAR * most) continue;
        // Each probe votes with the shape of its unlikeness, not with its size.
        for (let k = 0; k < sums.length; k++) sums[k]! += probe.blurred[k]! / least;
        // Where the best is still unlike, the two do not lie right, and that takes any blur along their offset for one.
        const weight = 1 / Math.max(least, ALIKE) ** 2;
        evidence += weight * Math.log(Math.min(...probe.swapped) / least);
        weights += weight;
      } finally {
        frame.release();
      }
    }
  if (weights === 0) return null;
  const best = sums.indexOf(Math.min(...sums));
  return { shutter: shutters[best]! * STEP ** vertex(sums, best), evidence: evidence / weights };
}

/** Where a parabola through the least value and its neighbours has its lowest point, -0.5..0.5 of a step. */
function vertex(values: Float64Array, at: number): number {
  if (at === 0 || at === values.length - 1) return 0;
  const [a, b, c] = [values[at - 1]!, values[at]!, values[at + 1]!];
  const bend = a - 2 * b + c;
  return bend > 0 ? Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend))) : 0;
}
