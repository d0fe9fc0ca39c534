// A process that captures one media file and ends. Started by capture-process.ts.
import { asRetakeError } from '../../../core/errors.ts';
import { createInference } from '../../inference/index.ts';
import { captureMedia } from '../evaluator/capture-media.ts';
import type { CaptureNews, CaptureOrder } from './capture-messages.ts';

const tell = (news: CaptureNews): void => void process.send?.(news);

process.on('disconnect', () => process.exit(1)); // the engine is gone, nobody wants the result
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the engine decides
process.once('message', async ({ path, name }: CaptureOrder) => {
  try {
    await using inference = await createInference();
    const capture = await captureMedia(inference, path, name, {
      onProgress: (progress) => tell({ type: 'progress', progress }),
      onLog: (level, message) => tell({ type: 'log', level, message }),
    });
    tell({ type: 'done', capture });
  } catch (thrown) {
    const { code, message, details } = asRetakeError(thrown);
    tell({ type: 'error', code, message, details });
  }
});
