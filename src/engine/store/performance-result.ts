import { RetakeError } from '../../core/errors.ts';
import type { Actor, FaceTrack, Performance } from '../../core/performance.ts';
import type { DenseTable, StoredResult } from './result-store.ts';

interface TrackInfo {
  readonly actorId: string;
  readonly shot: number;
  readonly firstFrame: number;
  readonly frameCount: number;
}

interface PerformanceInfo {
  readonly format: 'retake.performance/1';
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly shots: readonly number[];
  readonly actors: readonly { readonly id: string; readonly name: string }[];
  readonly tracks: readonly TrackInfo[];
  readonly extra: unknown;
}

const DENSE = ['coefficients', 'pose', 'gaze', 'landmarks', 'confidence'] as const;

function floats(tables: StoredResult['tables'], name: string): Float32Array {
  const data = tables[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new RetakeError('file-damaged', `The stored performance lacks ${name}. Track the clip again.`, { table: name });
}

/** A performance as rows and dense tables; `extra` is any JSON-safe figure kept beside it. */
export function packPerformance(performance: Performance, extra: unknown = null): StoredResult {
  const tables: Record<string, DenseTable> = {};
  performance.actors.forEach((actor, index) => {
    tables[`actor/${index}/descriptor`] = { width: Math.max(1, actor.descriptor.length), data: actor.descriptor };
    tables[`actor/${index}/neutral`] = { width: 3, data: actor.neutral };
  });
  const tracks = performance.tracks.map((track, index): TrackInfo => {
    for (const name of DENSE) {
      const data = track[name];
      tables[`track/${index}/${name}`] = { width: Math.max(1, data.length / Math.max(1, track.frameCount)), data };
    }
    tables[`track/${index}/reason`] = { width: 1, data: track.reason };
    const { actorId, shot, firstFrame, frameCount } = track;
    return { actorId, shot, firstFrame, frameCount };
  });
  const { width, height, frameCount, shots } = performance;
  const actors = performance.actors.map(({ id, name }) => ({ id, name }));
  const info: PerformanceInfo = {
    format: 'retake.performance/1',
    width,
    height,
    frameCount,
    shots,
    actors,
    tracks,
    extra,
  };
  return { info, tables };
}

/** The performance that {@link packPerformance} packed, bit for bit, and its `extra`. Throws `file-damaged`. */
export function unpackPerformance(stored: StoredResult): { performance: Performance; extra: unknown } {
  const info = stored.info as PerformanceInfo;
  if (info?.format !== 'retake.performance/1')
    throw new RetakeError('file-damaged', 'This is not a stored performance. Track the clip again.');
  const { tables } = stored;
  const actors = info.actors.map(
    ({ id, name }, index): Actor => ({
      id,
      name,
      descriptor: floats(tables, `actor/${index}/descriptor`),
      neutral: floats(tables, `actor/${index}/neutral`),
    }),
  );
  const tracks = info.tracks.map((track, index): FaceTrack => {
    const reason = tables[`track/${index}/reason`]?.data;
    const neutral = actors.find((actor) => actor.id === track.actorId)?.neutral;
    if (!(reason instanceof Uint8Array) || !neutral)
      throw new RetakeError('file-damaged', 'The stored performance is incomplete. Track the clip again.');
    const dense = Object.fromEntries(DENSE.map((name) => [name, floats(tables, `track/${index}/${name}`)])) as Record<
      (typeof DENSE)[number],
      Float32Array
    >;
    return { ...track, ...dense, reason, neutral };
  });
  const { width, height, frameCount, shots, extra } = info;
  return { performance: { width, height, frameCount, shots, actors, tracks }, extra };
}
