import { models } from '../../engine/services/models-service.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, formatBytes } from '../format/text.ts';

const command: CommandModule<'models'> = {
  run: (_positional, values) => models({ verify: values.verify === true }),
  print: (result) => {
    const rows = result.models.map((model) => [
      model.id,
      model.version,
      formatBytes(model.bytes),
      model.sha256.slice(0, 12),
      model.licence,
      model.problem ?? 'ok',
    ]);
    return columns([['model', 'version', 'size', 'sha256', 'licence', 'state'], ...rows]);
  },
};

export const { run, print } = command;
