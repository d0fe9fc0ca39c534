import { withDefaults } from '../../contract/options.ts';
import { exportShotLayers, sequenceJob } from '../../engine/services/project-commands.ts';
import { renderNow } from '../../engine/services/queue-commands.ts';
import type { CommandModule } from '../command-module.ts';
import { formatNumber, table } from '../format/text.ts';

const command: CommandModule<'render'> = {
  run: async ([project], values, context) => {
    const { sequence, from, until, out, layers, preset } = withDefaults(values);
    const started = performance.now();
    const request = { project: project!, sequence, from, until, preset, out };
    const job = await renderNow(await sequenceJob(request), values.workers, context);
    const shots = layers === undefined ? [] : await exportShotLayers(request, layers, context);
    const seconds = (performance.now() - started) / 1000;
    return {
      command: 'render',
      job,
      outputs: [{ kind: 'video', path: job.spec.out }, ...shots.map((path) => ({ kind: 'layers', path }))],
      timing: { seconds, framesPerSecond: job.framesTotal / seconds },
    };
  },
  print: ({ outputs, job, timing }) =>
    table([
      ...outputs.map(({ kind, path }) => [kind, path] as const),
      ['frames', String(job.framesTotal)],
      ['time', `${formatNumber(timing.seconds, 1)} s, ${formatNumber(timing.framesPerSecond, 1)} frames/s`],
    ]),
};

export const { run, print } = command;
