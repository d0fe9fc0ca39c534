import type { Result } from '../../contract/results.ts';
import {
  projectInfo as describeProject,
  exportFromProject,
  importIntoProject,
  newProject,
  recover,
} from '../../engine/services/project-commands.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, formatBytes, formatRateText, table } from '../format/text.ts';

type Project = Result<'project info'>['project'];

function projectText(project: Project): string {
  const head = table([
    ['project', `${project.name} (${project.path})`],
    ...(project.readOnly && project.writer
      ? [['open in', `process ${project.writer.pid} on ${project.writer.host}`] as const]
      : []),
    ['actors', project.actors.map(({ name }) => name).join(', ') || 'none tracked yet'],
    [
      'kept results',
      `${project.results.length}, ${formatBytes(project.results.reduce((sum, { bytes }) => sum + bytes, 0))}`,
    ],
  ]);
  const media = project.media.map((item) => [
    item.name,
    item.state,
    item.video ? `${item.width}x${item.height} ${formatRateText(item.rate)}` : 'sound',
    item.frames === null ? '' : String(item.frames),
    item.tracked ? 'tracked' : '',
  ]);
  const sequences = project.sequences.map((one) => [
    one.name,
    `${one.width}x${one.height} ${formatRateText(one.rate)}`,
    `${one.frames} frames`,
    `${one.clips} clips, ${one.effects} effects`,
  ]);
  const parts = [head];
  if (media.length > 0) parts.push(columns([['media', 'state', 'picture', 'frames', ''], ...media]));
  if (sequences.length > 0) parts.push(columns([['sequence', 'picture', 'length', 'holds'], ...sequences]));
  return parts.join('\n\n');
}

const failuresText = (failures: readonly { path: string; message: string }[]): string[] =>
  failures.map(({ path, message }) => `not imported: ${path}: ${message}`);

/** retake project new */
export const projectNew: CommandModule<'project new'> = {
  run: ([path, ...media], values, context) =>
    newProject(
      path!,
      values.name,
      media.filter((one) => one !== undefined),
      context,
    ),
  print: ({ project, failures }) => [projectText(project), ...failuresText(failures)].join('\n'),
  failed: ({ failures }) => failures.length > 0,
};

/** retake project info */
export const projectInfo: CommandModule<'project info'> = {
  run: ([path]) => describeProject(path!),
  print: ({ project, problems }) =>
    [projectText(project), '', problems.length === 0 ? 'The file is whole.' : problems.join('\n')].join('\n'),
  failed: ({ problems }) => problems.length > 0,
};

/** retake project import */
export const projectImport: CommandModule<'project import'> = {
  run: ([path, ...what], values, context) =>
    importIntoProject(
      path!,
      what.filter((one) => one !== undefined),
      values.bin === true,
      context,
    ),
  print: ({ project, failures, warnings }) => [projectText(project), ...warnings, ...failuresText(failures)].join('\n'),
  failed: ({ failures }) => failures.length > 0,
};

/** retake project export */
export const projectExport: CommandModule<'project export'> = {
  run: ([path], values) => exportFromProject(path!, values.out, values.sequence),
  print: ({ outputs, warnings }) => [...outputs.map(({ path }) => path), ...warnings].join('\n'),
};

/** retake project recover */
export const projectRecover: CommandModule<'project recover'> = {
  run: async ([path], values) => recover(path!, values.out),
  print: ({ out, kept, results, lost }) =>
    [
      table([
        ['written', out],
        ...Object.entries(kept).map(([name, number]) => [name, String(number)] as const),
        ['results', String(results)],
      ]),
      lost.length === 0 ? 'Nothing was lost.' : `Lost:\n${lost.join('\n')}`,
    ].join('\n'),
};
