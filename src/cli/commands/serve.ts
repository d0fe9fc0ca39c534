import { serve } from '../../host/serve.ts';
import type { CommandModule } from '../command-module.ts';
import { formatDuration } from '../rate-meter.ts';

const command: CommandModule<'serve'> = {
  run: async ([project], values, context) => {
    const started = performance.now();
    const onReady = (url: string): void => {
      // Not the result, which comes at the end: whoever started us waits for this line.
      const text = `Open ${url}\nThe address is good for one browser. Ctrl-C ends.`;
      process.stdout.write(`${values.json ? JSON.stringify({ url }) : text}\n`);
    };
    await serve({ project, port: values.port, onReady }, context);
    return { command: 'serve', seconds: (performance.now() - started) / 1000 };
  },
  print: ({ seconds }) => `Served for ${formatDuration(seconds)}.`,
};

export const { run, print } = command;
