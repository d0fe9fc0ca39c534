import { withDefaults } from '../../contract/options.ts';
import { deblurClip } from '../../engine/services/deblur-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, table } from '../format/text.ts';

const command: CommandModule<'deblur'> = {
  run: ([clip], values, context) => deblurClip({ ...withDefaults(values), clip: clip! }, context),
  print: (result) =>
    table([
      ...result.outputs.map((output) => [output.kind, output.path] as const),
      ['restored', `${result.frames.restored} of ${result.frames.total} frames`],
      ...result.tracks.map(
        ({ actor, from, until, shutterDegrees, states }) =>
          [
            actor.replace('actor-', 'actor '),
            `frames ${from} to ${until - 1}, shutter ${formatNumber(shutterDegrees, 0)} degrees: ${Object.entries(
              states,
            )
              .map(([state, frames]) => `${frames} ${state}`)
              .join(', ')}`,
          ] as const,
      ),
      ...runsText(result.provenance.frames.runs),
      [
        'time',
        `${formatNumber(result.timing.seconds, 1)} s, ${formatNumber(result.timing.framesPerSecond, 1)} frames/s`,
      ],
    ]),
};

export const { run, print } = command;
