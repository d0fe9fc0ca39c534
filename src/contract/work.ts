import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { idSchema } from '../core/document/values.ts';
import { jobFailureSchema } from './jobs.ts';
import { refusals } from './refusals.ts';

/** Kinds of background work that a person waits for. Renders are jobs of the queue. */
export const WORK_KINDS = ['track', 'proxy', 'sample', 'report', 'export', 'depict', 'blur', 'listen'] as const;

/** One of {@link WORK_KINDS}. */
export type WorkKind = (typeof WORK_KINDS)[number];

/** A piece of background work as it stands. */
export const workSchema = z.strictObject({
  work: z.string(),
  kind: z.enum(WORK_KINDS),
  /** What it is about: a media item's id, a path. */
  subject: z.string(),
  label: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  done: z.number().min(0),
  /** 0 while it is not known. */
  total: z.number().min(0),
  framesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
  /** What came of it, by kind; null until done. */
  result: z.record(z.string(), z.json()).nullable(),
  failure: jobFailureSchema.nullable(),
});

/** See {@link workSchema}. */
export type Work = z.infer<typeof workSchema>;

const base = oc.errors(refusals);
const started = z.strictObject({ work: z.string() });

/** Background work: started, watched, cancelled. It goes on when the client that started it leaves. */
export const workContract = {
  /** Captures the faces of a media item into the project. Result: `{ performance, reused }`. */
  track: base.input(z.strictObject({ handle: z.string(), media: idSchema })).output(started),
  /**
   * Reads the depicted expression of a captured media item into the project; tracking does so by itself. Result:
   * `{ result }`, its key. The table: see DEPICTED_COLUMNS.
   */
  depict: base.input(z.strictObject({ handle: z.string(), media: idSchema })).output(started),
  /**
   * Measures how blurred the faces of a media item are into the project; tracks it first where that is missing. Result:
   * `{ blurred }`, the number of frames that can be restored.
   */
  blur: base
    .input(z.strictObject({ handle: z.string(), media: idSchema, shutterDegrees: z.number().min(11).max(720) }))
    .output(started),
  /**
   * Listens to the recording of a talking-head effect, and learns the style of its reference, into the project; a preview
   * does so by itself. Result: `{ seconds, phrases }`. What was heard: `/speech/HANDLE/EFFECT` of the host.
   */
  listen: base.input(z.strictObject({ handle: z.string(), effect: idSchema })).output(started),
  /** Makes the sample project (the digital actor) unless it is there. Result: `{ path }`, to be opened. */
  sample: base.output(started),
  /** Measures what an edit did to a clip. Result: `{ page, path }`, `page` being a path on the host. */
  report: base
    .input(z.strictObject({ before: z.string().min(1), after: z.string().min(1), html: z.string().min(1).optional() }))
    .output(started),
  /** Writes the captured faces of a media item as a file for 3D programs (a folder for OBJ). Result: `{ path }`. */
  exportMesh: base
    .input(
      z.strictObject({ handle: z.string(), media: idSchema, format: z.enum(['glb', 'obj']), out: z.string().min(1) }),
    )
    .output(started),
  /**
   * Writes patch, matte and ST map of every edited shot of a sequence as OpenEXR, a folder for each shot under `out`.
   * Result: `{ path, folders }`.
   */
  exportLayers: base
    .input(
      z.strictObject({
        handle: z.string(),
        sequence: idSchema,
        out: z.string().min(1),
        /** Frames [from, until) of the sequence; all when left out. */
        range: z.strictObject({ from: z.int().min(0), until: z.int().min(1) }).optional(),
      }),
    )
    .output(started),
  /** What runs, and what ended lately. */
  list: base.output(z.array(workSchema)),
  cancel: base.input(z.strictObject({ work: z.string() })),
  /** Every change from now on. */
  events: base.output(eventIterator(workSchema)),
};
