import { Command as CommanderCommand, CommanderError, Option as CommanderOption } from 'commander';
import { COMMAND_GROUPS, COMMANDS, type Command, type CommandArgument, type CommandId } from '../contract/commands.ts';
import { type Option, parseOption } from '../contract/option.ts';
import { OPTIONS, type OptionId, type OptionValues } from '../contract/options.ts';
import { RetakeError } from '../core/errors.ts';
import { SHAPE_NAMES } from '../core/performance.ts';
import { programVersion } from '../engine/services/version.ts';
import { executeCommand, fail } from './execute.ts';

const USAGE_EXIT_CODE = 2;

function commanderOption(option: Option): CommanderOption {
  const built = new CommanderOption(`--${option.flag}${option.value ? ` <${option.value}>` : ''}`, describe(option));
  return built;
}

function describe(option: Option): string {
  if (option.kind === 'choice') {
    const preset = option.default === undefined ? '' : ` (default ${option.default})`;
    return `${option.help}: ${option.choices.join(', ')}${preset}`;
  }
  const limits = option.kind === 'number' || option.kind === 'integer' ? ` (${option.min} to ${option.max})` : '';
  const fallback = option.default === undefined || option.default === false ? '' : ` (default ${option.default})`;
  return `${option.help}${option.kind === 'number' ? limits : ''}${fallback}`;
}

function parseValues(command: Command, raw: Readonly<Record<string, unknown>>): OptionValues {
  const values: Partial<Record<OptionId, string | number | boolean>> = {};
  for (const id of command.options) {
    const option: Option = OPTIONS[id];
    const text = raw[id];
    if (text === true) values[id] = true;
    else if (typeof text === 'string') values[id] = parseOption(option, text);
    else if (option.kind !== 'switch' && option.default !== undefined) values[id] = option.default;
  }
  return values as OptionValues;
}

function helpAfter(command: Command, id: string): string {
  const width = Math.max(...command.examples.map(([line]) => line.length));
  const examples = command.examples.map(([line, meaning]) => `  retake ${line.padEnd(width)}  ${meaning}`).join('\n');
  const shapes =
    id === 'emotion'
      ? `\n\nAction units for --au (without Left or Right: both sides):\n${columns(SHAPE_NAMES.slice(0, -1))}`
      : '';
  return `\nExamples:\n${examples}${shapes}`;
}

function columns(names: readonly string[]): string {
  const perLine = 4;
  const lines: string[] = [];
  for (let start = 0; start < names.length; start += perLine)
    lines.push(
      `  ${names
        .slice(start, start + perLine)
        .map((name) => name.padEnd(21))
        .join('')
        .trimEnd()}`,
    );
  return lines.join('\n');
}

function argumentForm({ name, required, many }: CommandArgument): string {
  const text = many ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

/** The group that a command of two words belongs to, made when it is first needed. */
function groupOf(program: CommanderCommand, name: keyof typeof COMMAND_GROUPS): CommanderCommand {
  const known = program.commands.find((one) => one.name() === name);
  if (known) return known;
  const text = COMMAND_GROUPS[name];
  return program
    .command(name)
    .summary(text)
    .description(`${text[0]!.toUpperCase()}${text.slice(1)}.`)
    .helpOption('--help', 'show this help')
    .helpCommand(false);
}

function addCommand(program: CommanderCommand, id: CommandId): void {
  const command: Command = COMMANDS[id];
  const [first, second] = id.split(' ') as [string, string | undefined];
  const parent = second === undefined ? program : groupOf(program, first as keyof typeof COMMAND_GROUPS);
  const sub = parent
    .command(second ?? first)
    .summary(command.summary)
    .description(command.description);
  sub
    .addHelpText('after', helpAfter(command, id))
    .helpOption('--help', 'show this help')
    .showHelpAfterError(`"retake ${id} --help" shows how to use it.`);
  for (const argument of command.arguments) sub.argument(argumentForm(argument), argument.help);
  for (const optionId of command.options) {
    const built = commanderOption(OPTIONS[optionId]);
    // Commander names a value after its flag; ours go by the registry's id (two options share --out).
    built.attributeName = () => optionId;
    sub.addOption(built);
  }
  sub.action(async (...received: unknown[]) => {
    const raw = received[command.arguments.length] as Record<string, unknown>;
    const positional = (received.slice(0, command.arguments.length) as (string | string[] | undefined)[]).flat();
    await executeCommand(id, positional, raw, () => parseValues(command, raw));
  });
}

function buildProgram(): CommanderCommand {
  const program = new CommanderCommand('retake')
    .description(
      'Re-performs a filmed actor without a reshoot: capture, emotion, measured results, on your own machine.',
    )
    .version(programVersion(), '--version', 'show the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  retake emotion clip.mp4 --to happy --intensity 0.8 --out happy.mp4\n  retake report clip.mp4 happy.mp4\n  retake doctor\n\n"retake COMMAND --help" shows the options of a command.',
    );
  for (const id of Object.keys(COMMANDS) as CommandId[]) addCommand(program, id);
  const quiet = { writeErr: () => undefined };
  const plain = {
    outputError: (text: string, write: (text: string) => void) => write(text.replace(/^error: /, 'retake: ')),
  };
  const every = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)];
  for (const command of every) {
    command.exitOverride().configureHelp({ helpWidth: Math.min(110, process.stdout.columns ?? 110) });
    command.configureOutput(process.argv.includes('--json') ? quiet : plain);
  }
  return program;
}

/**
 * Runs the command line `argv` (without node and script) and leaves the exit code in `process.exitCode`:
 * 0 on success, 1 on a RetakeError, 2 on wrong usage, 130 on Ctrl-C.
 */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = buildProgram();
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = USAGE_EXIT_CODE;
    return;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const message = error.message.replace(/^error: /, '');
    const usage = new RetakeError('invalid-argument', `${message[0]?.toUpperCase()}${message.slice(1)}.`, {}, error);
    await fail(usage, { json: argv.includes('--json'), printed: true, exitCode: USAGE_EXIT_CODE });
  }
}
