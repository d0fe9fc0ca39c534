import { OPTIONS } from '../../contract/options.ts';
import { changeEmotion } from '../../engine/services/emotion-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, table } from '../format/text.ts';

const command: CommandModule<'emotion'> = {
  run: ([clip], values, context) =>
    changeEmotion(
      {
        clip: clip!,
        to: values.to,
        intensity: values.intensity ?? OPTIONS.intensity.default,
        keys: values.keys,
        actionUnits: values.actionUnits,
        reference: values.reference,
        preserveLips: values.preserveLips ?? OPTIONS.preserveLips.default,
        actor: values.actor ?? OPTIONS.actor.default,
        from: values.from,
        until: values.until,
        performance: values.performance,
        out: values.out,
        preset: values.preset ?? OPTIONS.preset.default,
        layers: values.layers,
        seed: values.seed ?? OPTIONS.seed.default,
      },
      context,
    ),
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
