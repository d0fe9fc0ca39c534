import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { refusals } from './refusals.ts';
import { doctorResultSchema } from './results.ts';

const count = z.int().min(0);

/** How the engine process ended the last time; null as long as it never did. */
export const engineExitSchema = z.strictObject({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  time: z.string(),
});

/** See {@link engineExitSchema}. */
export type EngineExit = z.infer<typeof engineExitSchema>;

/** State of the engine for a status bar. */
export const engineStatusSchema = z.strictObject({
  version: z.string(),
  /** Project that the engine was started with. */
  start: z.strictObject({ project: z.string().nullable() }),
  engine: z.strictObject({
    pid: z.int(),
    /** 1 after a normal start; higher when the engine crashed and was started again. */
    starts: z.int().min(1),
    lastExit: engineExitSchema.nullable(),
  }),
  /** Execution providers that models really run on, e.g. `webgpu, cpu`; null before any model was used. */
  provider: z.string().nullable(),
  cores: count,
  memory: z.strictObject({ usedBytes: count, totalBytes: count }),
  /** Pieces of background work that run now, and jobs of the render queue that run now. */
  running: z.strictObject({ work: count, jobs: count }),
});

/** See {@link engineStatusSchema}. */
export type EngineStatus = z.infer<typeof engineStatusSchema>;

/** A line of the engine's log. `index` counts up from 0 with every start of the engine. */
export const logEntrySchema = z.strictObject({
  index: count,
  time: z.string(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
});

/** See {@link logEntrySchema}. */
export type LogEntry = z.infer<typeof logEntrySchema>;

/** A project that was opened lately. */
export const recentProjectSchema = z.strictObject({
  path: z.string(),
  name: z.string(),
  opened: z.string(),
  /** False when there is no file at the path any more. */
  exists: z.boolean(),
});

/** See {@link recentProjectSchema}. */
export type RecentProject = z.infer<typeof recentProjectSchema>;

/** How the user likes the interface, by key; what the values are is the interface's own. */
export const preferencesSchema = z.record(z.string(), z.json());

/** See {@link preferencesSchema}. */
export type Preferences = z.infer<typeof preferencesSchema>;

const base = oc.errors(refusals);

/** Procedures about the engine itself. */
export const appContract = {
  status: base.output(engineStatusSchema),
  /** Tries every device and codec; takes seconds. */
  doctor: base.output(doctorResultSchema),
  /** The last lines of the log, or those after `after`. */
  log: base.input(z.strictObject({ after: count.optional() })).output(z.array(logEntrySchema)),
  /** Log lines from now on. */
  logEvents: base.output(eventIterator(logEntrySchema)),
  /** Newest first. */
  recent: base.output(z.array(recentProjectSchema)),
  forget: base.input(z.strictObject({ path: z.string() })),
  preferences: base.output(preferencesSchema),
  /** Null forgets it. */
  setPreference: base.input(z.strictObject({ key: z.string().min(1).max(1024), value: z.json() })),
};
