import type { PresetId } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import { createVideoWriter, type VideoSource, type VideoWriterOptions } from '../media/index.ts';
import { LayerWriter } from './layer-writer.ts';
import type { OutputSet } from './output-set.ts';
import type { FrameRange } from './range.ts';
import { type FrameEditor, renderEdit } from './render-edit.ts';

/** An edited clip to be written. */
export interface EditedClip {
  readonly source: VideoSource;
  readonly range: FrameRange;
  readonly out: string;
  readonly preset: PresetId;
  /** The label inside the file. */
  readonly tags: Readonly<Record<string, string>>;
  /** Where its sound comes from; the part that plays with the range. */
  readonly sound: VideoWriterOptions['sourceForAudio'];
  /** Files that it is made from beside its sound; they are never written over. */
  readonly inputs?: readonly string[];
  /** Folder for patch, matte and ST map of every frame. */
  readonly layers?: string | undefined;
}

/** The sound of a clip that plays with `range` of its pictures. */
export function soundOf(path: string, source: VideoSource, range: FrameRange): EditedClip['sound'] {
  return { path, fromSeconds: source.secondsOf(range.from), untilSeconds: source.secondsOf(range.until) };
}

/**
 * Writes `clip` as its source is, size, rate, times, colour, timecode and fields, with the pictures that the editor makes,
 * and counts its files among `outputs`. Returns which frames were touched.
 */
export async function writeEditedClip(
  clip: EditedClip,
  createEditor: () => Promise<FrameEditor & AsyncDisposable>,
  outputs: OutputSet,
  context: ServiceContext,
): Promise<boolean[]> {
  const { source, range } = clip;
  const { video } = source.info;
  await using writer = await createVideoWriter(clip.out, {
    preset: clip.preset,
    width: video.width,
    height: video.height,
    rate: source.rate,
    layout: video.layout,
    colour: video.colour,
    timestamps: source.timestamps(range.from, range.until),
    sourceForAudio: clip.sound,
    ...(clip.inputs ? { inputs: clip.inputs } : {}),
    tags: clip.tags,
    timecode: range.from === 0 ? video.timecode : undefined,
    sampleAspect: video.sampleAspect,
    fieldOrder: video.fieldOrder,
    signal: context.signal,
  });
  await using layers = clip.layers === undefined ? undefined : await LayerWriter.create(clip.layers, source);
  await using editor = await createEditor();
  const touched = await renderEdit(source, range, editor, writer, context, layers?.sink);
  const report = await writer.finish();
  // An output without its label, or without the layers that were asked for, is not kept.
  outputs.add('video', clip.out);
  await layers?.finish();
  if (clip.layers !== undefined) outputs.add('layers', clip.layers);
  for (const note of report.notes) context.onLog?.('info', note);
  return touched;
}
