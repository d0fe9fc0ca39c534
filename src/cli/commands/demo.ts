import { withDefaults } from '../../contract/options.ts';
import { demo } from '../../engine/services/demo-service.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, formatNumber, formatShare, table } from '../format/text.ts';

const command: CommandModule<'demo'> = {
  run: ([clip], values, context) => demo({ clip, out: withDefaults(values).demoOut }, context),
  print: (result) => {
    const edits = result.edits.map(({ label, figures }) => [
      label,
      `${formatShare(figures['depictedBefore'])} > ${formatShare(figures['depictedAfter'])}`,
      formatNumber(figures['identityMedian']),
      formatNumber(figures['lipMotion']),
      formatNumber(figures['outsideMean']),
    ]);
    return [
      columns([['edit', 'depicted, before > after', 'same person', 'lip motion', 'outside the face'], ...edits]),
      table(result.outputs.map((output) => [output.kind, output.path] as const)),
    ].join('\n\n');
  },
};

export const { run, print } = command;
