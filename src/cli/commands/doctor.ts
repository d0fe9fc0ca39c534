import { doctor } from '../../engine/services/doctor-service.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, table } from '../format/text.ts';

const command: CommandModule<'doctor'> = {
  run: () => doctor(),
  print: (result) => {
    const { machine } = result;
    const providers = result.providers.map((provider) => [provider.id, provider.usable ? 'ok' : 'no', provider.detail]);
    const presets = result.presets.map((preset) => [
      preset.id,
      preset.available ? 'ok' : 'no',
      [preset.encoder, ...preset.hardware].join(', ') +
        (preset.faults.length > 0 ? '; no hardware encoder works here (--json says why)' : ''),
    ]);
    const models = result.models.map((model) => [model.id, model.problem ? 'no' : 'ok', model.version]);
    const problems = result.problems.map((problem) => `${problem.severity}: ${problem.message}`);
    return [
      table([
        ...Object.entries(result.versions),
        ['machine', `${machine.platform}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`],
        ['graphics', machine.adapters.join('; ') || 'none found'],
      ]),
      columns([['provider', '', 'trial run, compared with the processor'], ...providers]),
      columns([['preset', '', 'encoders'], ...presets]),
      columns([['model', '', 'version'], ...models]),
      problems.join('\n') || 'Everything that the main job needs works.',
    ].join('\n\n');
  },
  failed: (result) => !result.ok,
};

export const { run, print, failed } = command;
