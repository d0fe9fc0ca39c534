// A real renderer of a test film, with the accidents that its payload asks for.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { RetakeError } from '../../core/errors.ts';
import { rational } from '../../core/rational.ts';
import { createVideoWriter } from '../media/index.ts';
import { TEST_COLOUR, testFrame, YUV420 } from '../media/testing/synthetic.ts';
import type { SegmentRenderer } from './segment-renderer.ts';

export interface SyntheticPayload {
  readonly frames: number;
  readonly width?: number;
  readonly inputs?: readonly string[];
  /** One line per part that is started. */
  readonly log?: string;
  /** At this frame the process dies; with `once`, only if that file is not there yet. */
  readonly dieAt?: number;
  readonly once?: string;
  /** At this frame the renderer fails with a reason. */
  readonly failAt?: number;
  readonly msPerFrame?: number;
}

export const renderer: SegmentRenderer = {
  async plan(spec) {
    const { frames, inputs = [] } = spec.payload as SyntheticPayload;
    const missing = inputs.find((path) => !existsSync(path));
    if (missing) throw new RetakeError('file-not-found', `There is no file ${missing}.`, { path: missing });
    return { frameCount: frames, rate: rational(25), inputs, tags: { comment: spec.name } };
  },

  async render({ spec, first, count, out, onFrames, onNote }) {
    const { width = 64, log, dieAt, once, failAt, msPerFrame } = spec.payload as SyntheticPayload;
    if (log) appendFileSync(log, `${first}\n`);
    await using writer = await createVideoWriter(out, {
      preset: spec.preset,
      width,
      height: 48,
      rate: rational(25),
      layout: YUV420,
      colour: TEST_COLOUR,
    });
    for (let frame = first; frame < first + count; frame++) {
      if (frame === failAt) throw new RetakeError('media-damaged', `Frame ${frame} of the test film is broken.`);
      if (frame === dieAt && !(once && existsSync(once))) {
        if (once) writeFileSync(once, '');
        process.kill(process.pid, 'SIGKILL');
      }
      if (msPerFrame) await new Promise((resolve) => setTimeout(resolve, msPerFrame));
      await writer.write(testFrame(width, 48, frame));
      if (frame % 10 === 0) onNote({ frame, reason: 'no-face' });
      onFrames(frame - first + 1);
    }
    await writer.finish();
  },
};
