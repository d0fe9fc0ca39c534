import type { ServiceContext } from '../../contract/progress.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import type { ComposedFrame } from '../compositing/index.ts';
import type { VideoFrame, VideoSource, VideoWriter } from '../media/index.ts';
import { orderedMap } from './ordered-map.ts';
import type { FrameRange } from './range.ts';

/** A decoded frame with its edited picture. */
export interface EditedFrame {
  readonly source: VideoFrame;
  readonly composed: ComposedFrame;
}

/** Makes edited frames: the compositor is one, the deblurrer another. */
export interface FrameEditor {
  /** Frames that can usefully be under way at once. */
  readonly width: number;
  compose(frame: number, picture: Picture): Promise<ComposedFrame>;
}

/** Takes every edited frame in order, beside the encoder. */
export type FrameSink = (frame: EditedFrame) => Promise<void>;

function release({ source, composed }: EditedFrame): void {
  composed.release();
  source.release();
}

/**
 * Decodes a range, composes several frames at a time, and hands them to the writer in order, so that decoding, composing
 * and encoding overlap. Returns which frames were touched, one flag per frame of the range.
 */
export async function renderEdit(
  source: VideoSource,
  range: FrameRange,
  editor: FrameEditor,
  writer: VideoWriter,
  context: ServiceContext,
  sink?: FrameSink,
): Promise<boolean[]> {
  const total = range.until - range.from;
  const touched: boolean[] = [];
  const work = async (frame: VideoFrame): Promise<EditedFrame> => ({
    source: frame,
    composed: await editor.compose(frame.index, frame.picture),
  });
  for await (const frame of orderedMap(source.frames(range.from, range.until), editor.width, work, release)) {
    try {
      throwIfCancelled(context.signal);
      await writer.write(frame.composed.picture);
      await sink?.(frame);
    } finally {
      release(frame);
    }
    touched.push(frame.composed.touched);
    context.onProgress?.({ stage: 'render', label: 'Rendering', done: touched.length, total });
  }
  return touched;
}
