import { withDefaults } from '../../contract/options.ts';
import type { Result } from '../../contract/results.ts';
import { talk } from '../../engine/services/talk-service.ts';
import type { CommandModule } from '../command-module.ts';
import { formatNumber, formatRateText, formatSeconds, table } from '../format/text.ts';

/** Rows about what was heard and in which style it is said. */
export function spokenRows({ heard, style }: Pick<Result<'talk'>, 'heard' | 'style'>): [string, string][] {
  const how = {
    alignment: 'with the text',
    recognition: 'by its words',
    network: 'by ear',
    mixed: 'by words where they fit, else by ear',
  }[heard.source];
  return [
    ['heard', `${formatSeconds(heard.seconds)}, ${heard.phrases} phrases, lips shut ${heard.closures} times (${how})`],
    ...heard.notes.map((note): [string, string] => ['note', note]),
    ['style', `${style.name}, strength ${style.strength}`],
    ...(style.learned?.notes ?? []).map((note): [string, string] => ['note', note]),
  ];
}

const command: CommandModule<'talk'> = {
  run: ([portrait], values, context) => talk({ ...withDefaults(values), portrait: portrait! }, context),
  print: (result) =>
    table([
      ...result.outputs.map(({ kind, path }) => [kind, path] as const),
      ['picture', `${result.width} x ${result.height}, ${result.frames} frames, ${formatRateText(result.rate)}`],
      ...spokenRows(result),
      [
        'time',
        `${formatNumber(result.timing.seconds, 1)} s, ${formatNumber(result.frames / Math.max(1e-3, result.stages['render'] ?? 0), 1)} frames/s drawn`,
      ],
    ]),
};

export const { run, print } = command;
