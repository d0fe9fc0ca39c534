import type { CommandId } from '../contract/commands.ts';
import type { OptionValues } from '../contract/options.ts';
import type { ServiceContext } from '../contract/progress.ts';
import type { Result } from '../contract/results.ts';

/** One command: does the work through a service, and puts its result into words. */
export interface CommandModule<Id extends CommandId> {
  run(positional: readonly (string | undefined)[], values: OptionValues, context: ServiceContext): Promise<Result<Id>>;
  print(result: Result<Id>): string;
  /** Whether a result that can be printed still means failure (exit code 1): `doctor` on a machine that lacks something. */
  failed?: ((result: Result<Id>) => boolean) | undefined;
}
