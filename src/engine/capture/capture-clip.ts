import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Actor, FaceTrack, Performance } from '../../core/performance.ts';
import type { Inference } from '../inference/index.ts';
import type { VideoSource } from '../media/index.ts';
import { findShots, SIGNATURE_SIZE } from './cuts.ts';
import { loadFaceModel } from './face-model/index.ts';
import { type CaptureFigures, summariseFigures, type TrackFigures, type TrackFrames } from './figures.ts';
import { buildTrack } from './fit/build-track.ts';
import { fitActor } from './fit/fit-actor.ts';
import { buildShot, type ShotLandmarks } from './fit/shot-landmarks.ts';
import { findOcclusion } from './occlusion.ts';
import { relativeDoubt } from './tracking/doubt.ts';
import { FaceNetworks } from './tracking/face-networks.ts';
import { FaceTracker } from './tracking/face-tracker.ts';
import { linkFaces, splitAtShots } from './tracking/link-faces.ts';

/** Progress of {@link captureClip}. */
export interface CaptureProgress {
  /** `track` reads the video, `fit` works on what was read. */
  readonly stage: 'track' | 'fit';
  /** Frames done and to do of the stage. */
  readonly done: number;
  readonly total: number;
  /** Faces in the last frame read. */
  readonly faces: number;
}

/** Options of {@link captureClip}. */
export interface CaptureOptions {
  /** First frame; 0 when absent. */
  readonly from?: number;
  /** Frame after the last; the whole clip when absent. */
  readonly until?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CaptureProgress) => void;
}

/** What {@link captureClip} finds. */
export interface CaptureResult {
  readonly performance: Performance;
  readonly figures: CaptureFigures;
  /** Figures frame by frame, per track in the order of `performance.tracks`. */
  readonly trackFrames: readonly TrackFrames[];
  /** First frames of the shots; the same list as `performance.shots`. */
  readonly shots: readonly number[];
}

/**
 * Captures every face of a clip: follows faces through the video (first pass), then finds cuts, links appearances to
 * people, fits the parametric face and smooths it (second pass, no video). Frame numbers of the result are those of the
 * clip, also for a part of it; frames outside the range have no track. A clip without any face gives a performance
 * without actors. Deterministic on one machine. Throws `invalid-range`, `cancelled`, and what media and inference throw.
 */
export async function captureClip(
  source: VideoSource,
  inference: Inference,
  options: CaptureOptions = {},
): Promise<CaptureResult> {
  const { from = 0, until = source.frameCount, signal, onProgress } = options;
  if (!(Number.isInteger(from) && Number.isInteger(until) && from >= 0 && from < until && until <= source.frameCount))
    throw new RetakeError(
      'invalid-range',
      `Frames ${from} to ${until} are not a range of this clip: it has frames 0 to ${source.frameCount - 1}.`,
      { from, until, frameCount: source.frameCount },
    );
  const model = await loadFaceModel();
  const tracker = new FaceTracker(await FaceNetworks.open(inference), model);
  const total = until - from;
  let index = from;
  for await (const frame of source.frames(from, until)) {
    try {
      throwIfCancelled(signal);
      await tracker.add(frame.picture, index);
    } finally {
      frame.release();
    }
    index++;
    onProgress?.({ stage: 'track', done: index - from, total, faces: tracker.liveFaces });
  }
  await tracker.finish();
  const shots = shotsOf(tracker, from);
  const linked = linkFaces(splitAtShots(tracker.tracklets, shots), total);
  const actors: Actor[] = [];
  const tracks: { track: FaceTrack; frames: TrackFrames }[] = [];
  const figures: TrackFigures[] = [];
  const size = { width: source.info.video.width, height: source.info.video.height };
  const work = linked.reduce((sum, { pieces }) => sum + pieces.reduce((rows, piece) => rows + piece.rows, 0), 0);
  let done = 0;
  for (const [number, person] of linked.entries()) {
    throwIfCancelled(signal);
    const id = `actor-${number + 1}`;
    const appearances: ShotLandmarks[] = [...new Set(person.pieces.map(({ shot }) => shot))].map((shot) =>
      buildShot(
        shot,
        person.pieces.filter((piece) => piece.shot === shot),
      ),
    );
    const fit = fitActor(model, appearances);
    const covered = findOcclusion(model, fit, appearances);
    const doubt = relativeDoubt(appearances.map((appearance) => appearance.doubt));
    appearances.forEach((appearance, k) => {
      throwIfCancelled(signal);
      const built = buildTrack(model, id, appearance, fit, fit.shots[k]!, size, covered[k]!, doubt[k]!);
      tracks.push(built);
      figures.push(built.figures);
      done += appearance.frameCount;
      onProgress?.({ stage: 'fit', done: Math.min(done, work), total: work, faces: linked.length });
    });
    actors.push({ id, name: `Actor ${number + 1}`, descriptor: person.descriptor, neutral: fit.neutral });
  }
  tracks.sort((a, b) => a.track.firstFrame - b.track.firstFrame || a.track.actorId.localeCompare(b.track.actorId));
  const performance: Performance = {
    ...size,
    frameCount: source.frameCount,
    shots,
    actors,
    tracks: tracks.map(({ track }) => track),
  };
  return {
    performance,
    figures: summariseFigures(performance, figures, from, index),
    trackFrames: tracks.map(({ frames }) => frames),
    shots,
  };
}

function shotsOf(tracker: FaceTracker, from: number): number[] {
  const count = tracker.signatures.rows;
  const all = new Uint8Array(count * SIGNATURE_SIZE);
  for (let row = 0; row < count; row++) all.set(tracker.signatures.row(row), row * SIGNATURE_SIZE);
  const shots = findShots(all, count).map((first) => first + from);
  // Frames before the range belong to the first shot.
  shots[0] = 0;
  return shots;
}
