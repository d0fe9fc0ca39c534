import { withDefaults } from '../../contract/options.ts';
import { changeEmotion } from '../../engine/services/emotion-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, table } from '../format/text.ts';

const command: CommandModule<'emotion'> = {
  run: ([clip], values, context) => changeEmotion({ ...withDefaults(values), clip: clip! }, context),
  print: (result) =>
    table([
      ...result.outputs.map((output) => [output.kind, output.path] as const),
      ['edited', `${result.frames.edited} of ${result.frames.total} frames`],
      ...runsText(result.provenance.frames.runs),
      [
        'time',
        `${formatNumber(result.timing.seconds, 1)} s, ${formatNumber(result.timing.framesPerSecond, 1)} frames/s${result.provider === 'none' ? '' : `, on ${result.provider}`}`,
      ],
    ]),
};

export const { run, print } = command;
