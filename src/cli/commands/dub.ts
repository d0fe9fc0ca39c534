import { withDefaults } from '../../contract/options.ts';
import { dub } from '../../engine/services/dub-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, table } from '../format/text.ts';
import { spokenRows } from './talk.ts';

const command: CommandModule<'dub'> = {
  run: ([clip], values, context) => dub({ ...withDefaults(values), clip: clip! }, context),
  print: (result) =>
    table([
      ...result.outputs.map(({ kind, path }) => [kind, path] as const),
      ['edited', `${result.frames.edited} of ${result.frames.total} frames`],
      ...runsText(result.provenance.frames.runs),
      ...spokenRows(result),
      [
        'time',
        `${formatNumber(result.timing.seconds, 1)} s, ${formatNumber(result.timing.framesPerSecond, 1)} frames/s`,
      ],
    ]),
};

export const { run, print } = command;
