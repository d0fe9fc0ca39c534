import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import { layOut, mediaFrameAt } from '../../core/document/query.ts';
import type { Clip, Project } from '../../core/document/schema.ts';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { isFaceEffect } from './evaluator/effect-plan.ts';
import { Evaluator } from './evaluator/evaluator.ts';
import { MediaView } from './evaluator/media-view.ts';
import type { PerformanceSource } from './evaluator/performances.ts';
import { LayerWriter } from './layer-writer.ts';
import { requireOutput } from './paths.ts';
import type { FrameRange } from './range.ts';

/** A clip of a sequence whose faces are changed, with the frames of its media that show in the range. */
export interface Shot {
  readonly clip: Clip;
  /** Name of its folder: place on the timeline and name, safe for files. */
  readonly name: string;
  /** Media frames in order, each once. */
  readonly frames: readonly number[];
}

/** The shots of a sequence that carry edits of faces, in the order of tracks and time. */
export function editedShots(project: Project, sequenceId: string, range: FrameRange): Shot[] {
  const sequence = project.sequences[sequenceId]!;
  const shots: Shot[] = [];
  let place = 0;
  for (const trackId of sequence.tracks) {
    const track = project.tracks[trackId]!;
    if (track.kind !== 'video' || track.muted) continue;
    for (const { item: clip, start, end } of layOut(project, track)) {
      if (clip.type !== 'clip') continue;
      place += 1;
      if (!clip.enabled || !clip.effects.some((id) => isFaceEffect(project.effects[id]!))) continue;
      const media = project.media[clip.media]!;
      const frames = new Set<number>();
      for (let frame = Math.max(start, range.from); frame < Math.min(end, range.until); frame++)
        frames.add(mediaFrameAt(clip, media, frame - start, sequence.rate));
      const safe = clip.name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80);
      if (frames.size > 0) shots.push({ clip, name: `${String(place).padStart(3, '0')}-${safe}`, frames: [...frames] });
    }
  }
  return shots;
}

/**
 * Writes patch, matte and ST map of every edited shot into a folder of its own under `folder`, in the size and by the
 * frame numbers of the shot's plate (see {@link LayerWriter}). A shot's folder appears when it is complete. Gives the
 * folders. Throws `not-found` where a shot was not tracked, and what decoding and writing throw.
 */
export async function writeShotLayers(
  project: Project,
  sequenceId: string,
  range: FrameRange,
  performances: PerformanceSource,
  folder: string,
  context: ServiceContext,
): Promise<string[]> {
  const shots = editedShots(project, sequenceId, range);
  const total = shots.reduce((sum, { frames }) => sum + frames.length, 0);
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  await using evaluator = new Evaluator({ performances });
  let done = 0;
  for (const { clip, name, frames } of shots) {
    const media = project.media[clip.media]!;
    const planned = evaluator.planOf(project, clip.id);
    if (!planned || media.path === null)
      throw new RetakeError('not-found', `${media.name} was not tracked yet. Track it first.`, { media: media.id });
    const path = await requireOutput(join(folder, name), [media.path], true);
    await using view = await MediaView.open(media, media.path, { model: loadFaceModel(), layers: true });
    const compositor = await view.compositor(planned.captured);
    await using writer = await LayerWriter.create(path, view.source);
    for (const wanted of frames) {
      throwIfCancelled(context.signal);
      const source = await view.frame(wanted);
      try {
        const composed = await compositor.compose(source.index, source.picture, planned.plan);
        await writer.sink({ source, composed });
        composed.release();
      } finally {
        source.release();
      }
      done += 1;
      context.onProgress?.({ stage: 'layers', label: `Layers of ${clip.name}`, done, total });
    }
    await writer.finish();
    written.push(path);
  }
  return written;
}
