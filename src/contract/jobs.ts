import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { ERROR_CODES } from '../core/errors.ts';
import { PRESET_IDS } from './presets.ts';
import { refusals } from './refusals.ts';

const count = z.int().min(0);

/** Where a job stands. `failed` and `cancelled` jobs keep their finished parts and can be retried. */
export const jobStateSchema = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']);

/** See {@link jobStateSchema}. */
export type JobState = z.infer<typeof jobStateSchema>;

/** What a person asks of the render queue. */
export const jobSpecSchema = z
  .strictObject({
    name: z.string().max(1024),
    /** Which renderer of the engine does it: the path or file URL of its module. Clients name one, services resolve it. */
    renderer: z.string().min(1),
    /** What the renderer is to do; only the renderer reads it. */
    payload: z.unknown(),
    out: z.string().min(1),
    preset: z.enum(PRESET_IDS),
    /** Frames [from, until) of what the renderer renders; all when left out. */
    range: z.strictObject({ from: count, until: count }).readonly().optional(),
    /** Frames per part. Whole and parts are cut at the same frames however often the render is interrupted. */
    segmentFrames: z.int().min(1).max(100_000).optional(),
    /** Higher first; 0 when left out. */
    priority: z.int().min(-1000).max(1000).optional(),
    /** Jobs that must be done before. */
    dependsOn: z.array(z.int()).readonly().optional(),
    /** How often a part is tried again on a fresh worker after one died; 2 when left out. */
    retries: z.int().min(0).max(100).optional(),
  })
  .readonly();

/** See {@link jobSpecSchema}. */
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** Why a job failed. */
export const jobFailureSchema = z.strictObject({ code: z.enum(ERROR_CODES), message: z.string() }).readonly();

/** See {@link jobFailureSchema}. */
export type JobFailure = z.infer<typeof jobFailureSchema>;

/** A job as it stands. */
export const jobSchema = z
  .strictObject({
    id: z.int(),
    state: jobStateSchema,
    spec: jobSpecSchema,
    priority: z.int(),
    /** Place among jobs of the same priority; smaller first. */
    position: z.number(),
    dependsOn: z.array(z.int()).readonly(),
    /** Frames finished in checkpointed parts, and in all; 0 until it is known. */
    framesDone: count,
    framesTotal: count,
    segmentsDone: count,
    segmentsTotal: count,
    /** Workers that died on this job so far. */
    crashes: count,
    failure: jobFailureSchema.nullable(),
    created: z.string(),
    started: z.string().nullable(),
    finished: z.string().nullable(),
  })
  .readonly();

/** See {@link jobSchema}. */
export type Job = z.infer<typeof jobSchema>;

/** One part of a job. */
export const segmentSchema = z
  .strictObject({
    index: count,
    first: count,
    count,
    state: z.enum(['pending', 'running', 'done']),
    attempts: count,
    sha256: z.string().nullable(),
  })
  .readonly();

/** See {@link segmentSchema}. */
export type Segment = z.infer<typeof segmentSchema>;

/** Something about a frame that a person should know, e.g. that it passed through untouched and why. */
export const frameNoteSchema = z.strictObject({ frame: z.int(), reason: z.string() }).readonly();

/** See {@link frameNoteSchema}. */
export type FrameNote = z.infer<typeof frameNoteSchema>;

/** What a runner tells while it works. */
export const jobEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('state'),
    job: z.int(),
    state: jobStateSchema,
    failure: jobFailureSchema.nullable(),
  }),
  z.strictObject({
    type: z.literal('progress'),
    job: z.int(),
    framesDone: count,
    framesTotal: count,
    framesPerSecond: z.number(),
    /** Null until there is something to measure. */
    secondsLeft: z.number().nullable(),
  }),
  z.strictObject({
    type: z.literal('crash'),
    job: z.int(),
    segment: z.int(),
    attempt: z.int(),
    how: z.string(),
  }),
]);

/** See {@link jobEventSchema}. */
export type JobEvent = Readonly<z.infer<typeof jobEventSchema>>;

const base = oc.errors(refusals);
const one = base.input(z.strictObject({ job: z.int() }));

/** Procedures of the render queue. */
export const jobsContract = {
  add: base.input(jobSpecSchema).output(z.strictObject({ job: z.int() })),
  /** In the order in which they run. */
  list: base.output(z.array(jobSchema)),
  get: one.output(z.strictObject({ job: jobSchema, segments: z.array(segmentSchema) })),
  notes: one.output(z.array(frameNoteSchema)),
  pause: one,
  resume: one,
  retry: one,
  cancel: one,
  remove: one,
  setPriority: base.input(z.strictObject({ job: z.int(), priority: z.int().min(-1000).max(1000) })),
  /** Before another job, taking its priority; null is last. */
  moveBefore: base.input(z.strictObject({ job: z.int(), before: z.int().nullable() })),
  /** What happens in the queue from now on, until the client stops listening. */
  events: base.output(eventIterator(jobEventSchema)),
};
