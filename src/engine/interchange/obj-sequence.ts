import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../core/errors.ts';
import { FRAME_REASONS, type Performance, SHAPE_COUNT } from '../../core/performance.ts';
import { type FaceModel, personaliseShapes, synthesise } from '../capture/face-model/index.ts';
import { headPlacement, placePoints, worldFrame } from './world-space.ts';
import { outputError, writeOutput } from './write-output.ts';

/** One mesh as Wavefront OBJ: vertices [n, 3], texture coordinates [n, 2] and triangles with shared numbers. */
export function formatObj(name: string, points: Float32Array, uv: Float32Array, triangles: Uint16Array): string {
  const lines = [`# Retake face mesh, metres`, `o ${name}`];
  for (let i = 0; i < points.length; i += 3)
    lines.push(`v ${points[i]!.toFixed(6)} ${points[i + 1]!.toFixed(6)} ${points[i + 2]!.toFixed(6)}`);
  for (let i = 0; i < uv.length; i += 2) lines.push(`vt ${uv[i]!.toFixed(6)} ${uv[i + 1]!.toFixed(6)}`);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! + 1, triangles[t + 1]! + 1, triangles[t + 2]! + 1];
    lines.push(`f ${a}/${a} ${b}/${b} ${c}/${c}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Options of {@link writeObjSequence}. */
export interface ObjSequenceOptions {
  readonly signal?: AbortSignal;
  /** Called with files written and files to write. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes one OBJ per actor and frame with a face into `folder` (made if missing), named `actor-1.000042.obj` by clip
 * frame, in the scene units of the glTF export. Returns the number of files. When cancelled or failing it
 * removes what it wrote. Throws `cancelled`, `output-unwritable` or `disk-full`.
 */
export async function writeObjSequence(
  folder: string,
  performance: Performance,
  model: FaceModel,
  options: ObjSequenceOptions = {},
): Promise<number> {
  const noFace = FRAME_REASONS.indexOf('no-face');
  const frame = worldFrame(performance);
  const total = performance.tracks.reduce(
    (sum, { reason }) => sum + reason.reduce((rows, value) => rows + (value === noFace ? 0 : 1), 0),
    0,
  );
  const written: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    const points = new Float32Array(model.neutral.length);
    for (const actor of performance.actors) {
      const basis = personaliseShapes(model, actor.neutral);
      for (const track of performance.tracks.filter(({ actorId }) => actorId === actor.id))
        for (let row = 0; row < track.frameCount; row++) {
          if (track.reason[row] === noFace) continue;
          throwIfCancelled(options.signal);
          synthesise(basis, actor.neutral, track.coefficients, points, row * SHAPE_COUNT);
          placePoints(headPlacement(frame, track, row), points);
          const name = `${actor.id}.${String(track.firstFrame + row).padStart(6, '0')}.obj`;
          const path = join(folder, name);
          written.push(path);
          await writeOutput(path, formatObj(actor.id, points, model.uv, model.skinTriangles));
          options.onProgress?.(written.length, total);
        }
    }
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw outputError(folder, error);
  }
  return written.length;
}
