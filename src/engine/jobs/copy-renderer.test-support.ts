// A renderer that decodes a clip and writes it again, with its sound: the simplest one that reads real media.
import { RetakeError } from '../../core/errors.ts';
import { createVideoWriter, openVideo } from '../media/index.ts';
import type { JobSpec } from './job-types.ts';
import type { SegmentRenderer } from './segment-renderer.ts';

const sourceOf = (spec: JobSpec): string => (spec.payload as { source: string }).source;

export const renderer: SegmentRenderer = {
  async plan(spec) {
    const source = sourceOf(spec);
    await using video = await openVideo(source);
    const broken = video.info.warnings.find(({ code }) => code === 'breaks-off');
    if (broken) throw new RetakeError('media-damaged', broken.message, { path: source });
    const times = video.timestamps();
    return {
      frameCount: video.frameCount,
      rate: video.rate,
      ...(times && { timestamps: { ...times, ticks: [...times.ticks] } }),
      ...(video.info.audio.length > 0 && { audio: { path: source } }),
      inputs: [source],
    };
  },

  async render({ spec, plan, first, count, out, onFrames }) {
    await using video = await openVideo(sourceOf(spec));
    const { width, height, layout, colour } = video.info.video;
    await using writer = await createVideoWriter(out, {
      preset: spec.preset,
      width,
      height,
      layout,
      colour,
      rate: plan.rate,
    });
    for await (const frame of video.frames(first, first + count)) {
      await writer.write(frame.picture);
      frame.release();
      onFrames(frame.index - first + 1);
    }
    await writer.finish();
  },
};
