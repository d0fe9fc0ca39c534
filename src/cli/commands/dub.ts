import { OPTIONS } from '../../contract/options.ts';
import { dub } from '../../engine/services/dub-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, table } from '../format/text.ts';
import { spokenRows } from './talk.ts';

const command: CommandModule<'dub'> = {
  run: ([clip], values, context) =>
    dub(
      {
        clip: clip!,
        audio: values.audio,
        text: values.text,
        language: values.language ?? OPTIONS.language.default,
        style: values.style ?? OPTIONS.style.default,
        styleStrength: values.styleStrength ?? OPTIONS.styleStrength.default,
        actor: values.actor ?? OPTIONS.actor.default,
        performance: values.performance,
        out: values.out,
        preset: values.preset ?? OPTIONS.preset.default,
        seed: values.seed ?? OPTIONS.seed.default,
      },
      context,
    ),
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
