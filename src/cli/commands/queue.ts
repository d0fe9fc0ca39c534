import type { Job } from '../../contract/jobs.ts';
import type { OptionValues } from '../../contract/options.ts';
import type { BatchOptions } from '../../engine/services/batch-list.ts';
import {
  addJobs,
  changeJobs,
  listJobs,
  type QueueAction,
  runQueue,
  watchFolder,
} from '../../engine/services/queue-commands.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, formatNumber } from '../format/text.ts';

function jobsText(jobs: readonly Job[]): string {
  if (jobs.length === 0) return 'The queue is empty.';
  const rows = jobs.map((job) => [
    String(job.id),
    job.state,
    job.framesTotal > 0 ? `${job.framesDone}/${job.framesTotal}` : '',
    job.spec.name,
    job.failure ? job.failure.message : job.spec.out,
  ]);
  return columns([['job', 'state', 'frames', 'what', ''], ...rows]);
}

function tally(jobs: readonly Job[], done: number, failed: number, left: number, seconds: number): string {
  return `${jobsText(jobs)}\n\n${done} done, ${failed} failed, ${left} left; ${formatNumber(seconds, 0)} s`;
}

/** The options that were given, without the registry's own initial values: those belong to the list or recipe. */
function given(values: OptionValues): BatchOptions {
  const { to, keys, actionUnits, reference, from, until, intensity, preserveLips, actor, preset, seed } = values;
  const all = { to, keys, actionUnits, reference, from, until, intensity, preserveLips, actor, preset, seed };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** retake queue add */
export const queueAdd: CommandModule<'queue add'> = {
  run: (what, values) => addJobs({ what: what.filter((one) => one !== undefined), options: given(values), ...values }),
  print: ({ jobs }) => jobsText(jobs),
};

/** retake queue list */
export const queueList: CommandModule<'queue list'> = {
  run: async (_what, values) => listJobs(values.queue),
  print: ({ jobs }) => jobsText(jobs),
};

/** retake queue run */
export const queueRun: CommandModule<'queue run'> = {
  run: (_what, values, context) =>
    runQueue(values.queue, { workers: values.workers, forever: values.forever === true }, context),
  print: ({ jobs, done, failed, left, seconds }) => tally(jobs, done, failed, left, seconds),
  failed: ({ failed }) => failed > 0,
};

/** retake queue watch */
export const queueWatch: CommandModule<'queue watch'> = {
  run: ([folder], values, context) =>
    watchFolder(folder!, { options: given(values), ...values }, values.workers, context),
  print: ({ jobs, done, failed, left, seconds }) => tally(jobs, done, failed, left, seconds),
  failed: ({ failed }) => failed > 0,
};

/** retake queue pause, resume, retry, cancel, remove */
export function queueChange<A extends QueueAction>(action: A): CommandModule<`queue ${A}`> {
  return {
    run: async (texts, values) =>
      ({
        command: `queue ${action}`,
        jobs: changeJobs(
          action,
          texts.filter((one) => one !== undefined),
          values.queue,
        ),
      }) as never,
    print: (result) => jobsText((result as { jobs: Job[] }).jobs),
  };
}
