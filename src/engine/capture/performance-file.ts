import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PERFORMANCE_VERSION, type PerformanceFile, performanceFileSchema } from '../../contract/performance-file.ts';
import type { ModelUse } from '../../contract/provenance.ts';
import { RetakeError } from '../../core/errors.ts';
import {
  type Actor,
  FACE_VERTEX_COUNT,
  type FaceTrack,
  FRAME_REASONS,
  LANDMARK_COUNT,
  type Performance,
  POSE_SIZE,
  SHAPE_COUNT,
} from '../../core/performance.ts';
import { FACE_BASIS_ID } from './face-model/index.ts';
import type { CaptureFigures, TrackFrames } from './figures.ts';
import { packBytes, packDeltas, packFloats, unpackBytes, unpackFloats } from './packed-array.ts';

/** Landmarks are stored to this part of a pixel. */
const LANDMARK_STEP_PX = 1 / 64;

/** A performance with what its file says beside it. */
export interface StoredPerformance {
  readonly performance: Performance;
  /** Per track, in the order of `performance.tracks`. */
  readonly trackFrames: readonly TrackFrames[];
  readonly figures: PerformanceFile['figures'];
  readonly source: PerformanceFile['source'];
  readonly range: PerformanceFile['range'];
  readonly models: readonly ModelUse[];
  readonly programVersion: string;
}

/** What {@link writePerformance} stores. */
export interface PerformanceToStore {
  readonly performance: Performance;
  readonly trackFrames: readonly TrackFrames[];
  readonly figures: CaptureFigures;
  readonly source: { readonly name: string; readonly fingerprint: string; readonly rate: string };
  readonly range: { readonly from: number; readonly until: number };
  readonly models: readonly ModelUse[];
  readonly programVersion: string;
}

/** The JSON document of a performance. */
export function encodePerformance(stored: PerformanceToStore): PerformanceFile {
  const { performance, figures, source } = stored;
  return {
    kind: 'retake-performance',
    version: PERFORMANCE_VERSION,
    program: { name: 'retake', version: stored.programVersion },
    source: {
      name: source.name,
      fingerprint: source.fingerprint,
      rate: source.rate,
      width: performance.width,
      height: performance.height,
      frames: performance.frameCount,
    },
    range: { from: stored.range.from, until: stored.range.until },
    basis: FACE_BASIS_ID,
    models: stored.models.map(({ id, version, sha256 }) => ({ id, version, sha256 })),
    figures: { ...figures, reasons: { ...figures.reasons } },
    shots: [...performance.shots],
    actors: performance.actors.map(({ id, name, descriptor, neutral }) => ({
      id,
      name,
      descriptor: packFloats(descriptor, [descriptor.length]),
      neutral: packFloats(neutral, [FACE_VERTEX_COUNT, 3]),
    })),
    tracks: performance.tracks.map((track, k) => {
      const n = track.frameCount;
      const frames = stored.trackFrames[k]!;
      return {
        actorId: track.actorId,
        shot: track.shot,
        firstFrame: track.firstFrame,
        frameCount: n,
        coefficients: packFloats(track.coefficients, [n, SHAPE_COUNT]),
        pose: packFloats(track.pose, [n, POSE_SIZE]),
        gaze: packFloats(track.gaze, [n, 4]),
        landmarks: packDeltas(track.landmarks, [n, LANDMARK_COUNT, 3], LANDMARK_STEP_PX),
        confidence: packFloats(track.confidence, [n]),
        reason: packBytes(track.reason, [n]),
        frames: {
          reprojection: packFloats(frames.reprojection, [n]),
          lipReprojection: packFloats(frames.lipReprojection, [n]),
          lipGap: packFloats(frames.lipGap, [n]),
          meshGap: packFloats(frames.meshGap, [n]),
          closed: packBytes(frames.closed, [n]),
        },
      };
    }),
  };
}

function inconsistent(what: string): RetakeError {
  return new RetakeError(
    'file-damaged',
    `The performance file contradicts itself: ${what}. Run "retake track" again to make a new one.`,
  );
}

/**
 * A performance from its parsed JSON document. Throws `version-too-new` for a later format or face basis and
 * `file-damaged` for anything else that is not as written.
 */
export function decodePerformance(document: unknown): StoredPerformance {
  const head = document as { kind?: unknown; version?: unknown; basis?: unknown } | null;
  if (typeof head !== 'object' || head === null || head.kind !== 'retake-performance')
    throw new RetakeError('file-damaged', 'This is not a Retake performance file. Make one with "retake track".');
  const newer = typeof head.version === 'number' && head.version > PERFORMANCE_VERSION;
  const parsed = newer ? undefined : performanceFileSchema.safeParse(document);
  if (newer || (parsed?.success && parsed.data.basis !== FACE_BASIS_ID))
    throw new RetakeError(
      'version-too-new',
      'This performance file was written by another, later Retake. Update Retake, or run "retake track" again.',
      { version: String(head.version), basis: String(head.basis) },
    );
  if (!parsed?.success)
    throw new RetakeError(
      'file-damaged',
      `The performance file is damaged (${parsed?.error.issues[0]?.path.join('.') ?? 'document'}). Run "retake track" again.`,
      {},
      parsed?.error,
    );
  const file = parsed.data;
  const actors: Actor[] = file.actors.map(({ id, name, descriptor, neutral }) => ({
    id,
    name,
    descriptor: unpackFloats(descriptor, [descriptor.shape[0]!], 'descriptors'),
    neutral: unpackFloats(neutral, [FACE_VERTEX_COUNT, 3], 'neutral faces'),
  }));
  if (file.shots[0] !== 0 || file.shots.some((first, k) => k > 0 && first <= file.shots[k - 1]!))
    throw inconsistent('its shots are not in order');
  const trackFrames: TrackFrames[] = [];
  const tracks: FaceTrack[] = file.tracks.map((track) => {
    const n = track.frameCount;
    const actor = actors.find(({ id }) => id === track.actorId);
    if (actor === undefined) throw inconsistent(`a track belongs to "${track.actorId}", who is not in it`);
    if (track.firstFrame + n > file.source.frames || track.shot >= file.shots.length)
      throw inconsistent('a track lies outside the clip');
    const reason = unpackBytes(track.reason, [n], 'reasons');
    if (reason.some((value) => value >= FRAME_REASONS.length)) throw inconsistent('it gives unknown reasons');
    trackFrames.push({
      reprojection: unpackFloats(track.frames.reprojection, [n], 'figures'),
      lipReprojection: unpackFloats(track.frames.lipReprojection, [n], 'figures'),
      lipGap: unpackFloats(track.frames.lipGap, [n], 'figures'),
      meshGap: unpackFloats(track.frames.meshGap, [n], 'figures'),
      closed: unpackBytes(track.frames.closed, [n], 'figures'),
    });
    return {
      actorId: track.actorId,
      shot: track.shot,
      firstFrame: track.firstFrame,
      frameCount: n,
      coefficients: unpackFloats(track.coefficients, [n, SHAPE_COUNT], 'coefficients'),
      pose: unpackFloats(track.pose, [n, POSE_SIZE], 'poses'),
      gaze: unpackFloats(track.gaze, [n, 4], 'gaze directions'),
      landmarks: unpackFloats(track.landmarks, [n, LANDMARK_COUNT, 3], 'landmarks'),
      confidence: unpackFloats(track.confidence, [n], 'confidences'),
      reason,
      neutral: actor.neutral,
    };
  });
  const { width, height, frames: frameCount } = file.source;
  return {
    performance: { width, height, frameCount, shots: file.shots, actors, tracks },
    trackFrames,
    figures: file.figures,
    source: file.source,
    range: file.range,
    models: file.models,
    programVersion: file.program.version,
  };
}

/** Writes a performance file, whole or not at all. Throws `output-unwritable` or `disk-full`. */
export async function writePerformance(path: string, stored: PerformanceToStore): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    await writeFile(temporary, `${JSON.stringify(encodePerformance(stored))}\n`);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new RetakeError(
      full ? 'disk-full' : 'output-unwritable',
      full
        ? `The disk is full: "${path}" was not written. Free some space and try again.`
        : `"${path}" cannot be written. Check that its folder exists and that you may write there.`,
      { path },
      error,
    );
  }
}

/** Reads a performance file. Throws `file-not-found`, `file-unreadable`, `file-damaged` or `version-too-new`. */
export async function readPerformance(path: string): Promise<StoredPerformance> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new RetakeError(
      missing ? 'file-not-found' : 'file-unreadable',
      missing ? `There is no file "${path}".` : `"${path}" cannot be read. Check its permissions.`,
      { path },
      error,
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new RetakeError(
      'file-damaged',
      `"${path}" is not a whole performance file. Run "retake track" again.`,
      { path },
      error,
    );
  }
  return decodePerformance(document);
}
