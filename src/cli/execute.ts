import { COMMANDS, type Command, type CommandId } from '../contract/commands.ts';
import type { OptionValues } from '../contract/options.ts';
import type { ServiceContext } from '../contract/progress.ts';
import type { Result } from '../contract/results.ts';
import { asRetakeError, type RetakeError } from '../core/errors.ts';
import type { CommandModule } from './command-module.ts';
import { Display } from './display.ts';
import { listenForInterruption } from './signals.ts';

type Loaders = { readonly [Id in CommandId]: () => Promise<CommandModule<Id>> };

const LOADERS: Loaders = {
  probe: () => import('./commands/probe.ts'),
  track: () => import('./commands/track.ts'),
  emotion: () => import('./commands/emotion.ts'),
  talk: () => import('./commands/talk.ts'),
  dub: () => import('./commands/dub.ts'),
  'style extract': () => import('./commands/style.ts').then(({ styleExtract }) => styleExtract),
  deblur: () => import('./commands/deblur.ts'),
  report: () => import('./commands/report.ts'),
  doctor: () => import('./commands/doctor.ts'),
  models: () => import('./commands/models.ts'),
  demo: () => import('./commands/demo.ts'),
  'project new': () => import('./commands/project.ts').then(({ projectNew }) => projectNew),
  'project info': () => import('./commands/project.ts').then(({ projectInfo }) => projectInfo),
  'project import': () => import('./commands/project.ts').then(({ projectImport }) => projectImport),
  'project export': () => import('./commands/project.ts').then(({ projectExport }) => projectExport),
  'project recover': () => import('./commands/project.ts').then(({ projectRecover }) => projectRecover),
  render: () => import('./commands/render.ts'),
  'queue add': () => import('./commands/queue.ts').then(({ queueAdd }) => queueAdd),
  'queue list': () => import('./commands/queue.ts').then(({ queueList }) => queueList),
  'queue run': () => import('./commands/queue.ts').then(({ queueRun }) => queueRun),
  'queue watch': () => import('./commands/queue.ts').then(({ queueWatch }) => queueWatch),
  'queue pause': () => import('./commands/queue.ts').then(({ queueChange }) => queueChange('pause')),
  'queue resume': () => import('./commands/queue.ts').then(({ queueChange }) => queueChange('resume')),
  'queue retry': () => import('./commands/queue.ts').then(({ queueChange }) => queueChange('retry')),
  'queue cancel': () => import('./commands/queue.ts').then(({ queueChange }) => queueChange('cancel')),
  'queue remove': () => import('./commands/queue.ts').then(({ queueChange }) => queueChange('remove')),
  serve: () => import('./commands/serve.ts'),
};

interface FailOptions {
  readonly json: boolean;
  readonly verbose?: boolean;
  /** The message already stands on standard error. */
  readonly printed?: boolean;
  readonly exitCode?: number;
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

function tellEvent(event: object): void {
  process.stdout.write(`${JSON.stringify({ event })}\n`);
}

function leave(code: number): void {
  process.exitCode = code;
  // Nothing should be running any more; if a native library holds a thread, the person still gets the prompt back.
  setTimeout(() => process.exit(code), 1000).unref();
}

/** Tells the person (and with `--json` the script) what went wrong, and sets the exit code. */
export async function fail(error: RetakeError, options: FailOptions): Promise<void> {
  if (!options.printed || options.json) {
    await write(process.stderr, `retake: ${error.message}\n`);
    if (options.verbose) await write(process.stderr, `${causes(error)}\n`);
    else if (error.code === 'internal')
      await write(process.stderr, 'Run it again with --verbose to see where it came from.\n');
  }
  if (options.json) await write(process.stdout, `${JSON.stringify({ error })}\n`);
  leave(options.exitCode ?? 1);
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? ` [${String(error.code)}]` : '';
  const cause = error.cause === undefined ? '' : `\ncaused by ${causes(error.cause)}`;
  return `${error.stack ?? error.message}${code}${cause}`;
}

async function runLoaded<Id extends CommandId>(
  id: Id,
  positional: readonly (string | undefined)[],
  values: OptionValues,
  context: ServiceContext,
): Promise<{ result: Result<Id>; text: string; failed: boolean }> {
  const command = (await LOADERS[id]()) as CommandModule<Id>;
  const result = await command.run(positional, values, context);
  return { result, text: command.print(result), failed: command.failed?.(result) ?? false };
}

/**
 * Runs command `id` to its end: progress and log on standard error, the result on standard output (in words, or with
 * `--json` as one object), the exit code in `process.exitCode`. Never throws.
 */
export async function executeCommand(
  id: CommandId,
  positional: readonly (string | undefined)[],
  raw: Readonly<Record<string, unknown>>,
  parse: () => OptionValues,
): Promise<void> {
  const json = raw['json'] === true;
  const command: Command = COMMANDS[id];
  const verbose = raw['verbose'] === true;
  const display = new Display({ quiet: raw['quiet'] === true, verbose });
  const interruption = listenForInterruption(() =>
    display.note('Stopping and cleaning up. Press Ctrl-C again to stop at once.'),
  );
  try {
    const values = parse();
    const context: ServiceContext = {
      signal: interruption.signal,
      onProgress: (progress) => display.progress(progress),
      onLog: (level, message) => display.log(level, message),
      ...(json && command.streams ? { onEvent: tellEvent } : {}),
    };
    const { result, text, failed } = await runLoaded(id, positional, values, context);
    display.close();
    await write(process.stdout, json ? `${JSON.stringify(result)}\n` : `${text}\n`);
    leave(failed ? 1 : 0);
  } catch (thrown) {
    display.close();
    const error = asRetakeError(thrown);
    const exitCode = interruption.exitCode() ?? 1;
    await fail(error, { json, verbose, exitCode });
  } finally {
    interruption.release();
  }
}
