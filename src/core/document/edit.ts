import type { Patch } from 'immer';
import { z } from 'zod';
import { RetakeError } from '../errors.ts';
import { applyProjectPatches } from './apply-patches.ts';
import * as bundle from './commands/bundle.ts';
import type { Command, Created } from './commands/command.ts';
import * as effects from './commands/effects.ts';
import * as markers from './commands/markers.ts';
import * as media from './commands/media.ts';
import * as place from './commands/place.ts';
import * as sequences from './commands/sequences.ts';
import * as structure from './commands/structure.ts';
import * as trims from './commands/trim.ts';
import { diffProjects } from './diff.ts';
import type { Project, TableName } from './schema.ts';
import { Transaction } from './transaction.ts';

/** Every edit there is, by name. */
export const COMMANDS = { ...place, ...trims, ...structure, ...effects, ...sequences, ...media, ...markers, ...bundle };

/** Name of an edit. */
export type CommandName = keyof typeof COMMANDS;

type ArgsIn<N extends CommandName> = z.input<(typeof COMMANDS)[N]['args']>;

/** One edit with its arguments, as data: what interfaces send and scripts write. */
export type EditRequest = { [N in CommandName]: { readonly edit: N; readonly args: ArgsIn<N> } }[CommandName];

const requestSchema = z.strictObject({ edit: z.string(), args: z.unknown() });

/** An edit that was worked out: the document after it, and the way there and back as immer patches. */
export interface Edit {
  readonly label: string;
  readonly project: Project;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** Ids of what was made, in the order in which it was asked for. */
  readonly created: Created;
}

function lookUp(name: string): Command {
  if (!Object.hasOwn(COMMANDS, name))
    throw new RetakeError('invalid-argument', `There is no edit named ${name}.`, { edit: name });
  return COMMANDS[name as CommandName] as unknown as Command;
}

function parseArgs(definition: Command, edit: string, args: unknown): unknown {
  const parsed = definition.args.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new RetakeError(
    'invalid-argument',
    `The edit ${edit} was asked for wrongly: ${z.prettifyError(parsed.error)}`,
    {
      edit,
    },
  );
}

/**
 * Works out an edit. Pure: `project` is not changed, the same arguments give the same result. Throws
 * `invalid-argument`, `not-found` or `conflict`, with nothing done.
 */
export function applyEdit(project: Project, request: EditRequest): Edit {
  return applyEdits(project, [request]);
}

/** Several edits as one: all happen, under `label` (or the first one's), or none. */
export function applyEdits(project: Project, requests: readonly EditRequest[], label?: string): Edit {
  let current = project;
  const created: string[] = [];
  const labels: string[] = [];
  const touched = new Map<TableName, Set<string>>();
  for (const request of requests) {
    const { edit, args } = requestSchema.parse(request);
    const definition = lookUp(edit);
    const parsed = parseArgs(definition, edit, args);
    const tx = new Transaction(current);
    created.push(...definition.run(tx, parsed));
    labels.push(definition.label(parsed));
    current = tx.finish();
    for (const [table, ids] of tx.touched)
      touched.set(table, ids.union(touched.get(table) ?? new Set()) as Set<string>);
  }
  return {
    label: label ?? labels[0] ?? 'Nothing',
    project: current,
    patches: diffProjects(project, current, touched),
    inverse: diffProjects(current, project, touched),
    created,
  };
}

export { applyProjectPatches };

/** Schema of an {@link EditRequest}, for contracts: the name is checked here, arguments by {@link applyEdit}. */
export const editRequestSchema = z.custom<EditRequest>((value) => {
  const request = requestSchema.safeParse(value);
  return request.success && Object.hasOwn(COMMANDS, request.data.edit);
}, 'not an edit');
