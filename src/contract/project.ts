import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { editRequestSchema } from '../core/document/edit.ts';
import { projectSchema } from '../core/document/schema.ts';
import { idSchema, rationalSchema } from '../core/document/values.ts';
import { refusals } from './refusals.ts';

/** One step of a change, as immer writes it: apply in order to the document of the revision before. */
export const patchSchema = z.strictObject({
  op: z.enum(['add', 'remove', 'replace']),
  path: z.array(z.union([z.string(), z.number()])),
  value: z.unknown().optional(),
});

/** Who has a project open for writing. */
export const writerSchema = z.strictObject({ pid: z.int(), host: z.string(), since: z.string() });

/** An open project: `handle` names it in all further calls, `document` is its state at `revision`. */
export const openProjectSchema = z.strictObject({
  handle: z.string(),
  path: z.string(),
  readOnly: z.boolean(),
  writer: writerSchema.nullable(),
  /** Copies that were made because the file came from an older version. */
  backups: z.array(z.string()),
  revision: z.int(),
  document: projectSchema,
});

/** See {@link openProjectSchema}. */
export type OpenProject = z.infer<typeof openProjectSchema>;

/** What an edit, undo or redo did. */
export const changeSchema = z.strictObject({
  label: z.string(),
  revision: z.int(),
  patches: z.array(patchSchema),
  created: z.array(idSchema),
});

/** See {@link changeSchema}. */
export type ProjectChange = z.infer<typeof changeSchema>;

/** What happens to an open project: a change by anybody, a new state altogether, or its end. */
export const projectEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('change'), change: changeSchema }),
  z.strictObject({ type: z.literal('replaced'), revision: z.int(), document: projectSchema }),
  z.strictObject({ type: z.literal('closed') }),
]);

/** See {@link projectEventSchema}. */
export type ProjectEvent = z.infer<typeof projectEventSchema>;

/** Formats that a timeline can come in as. */
export const TIMELINE_IMPORTS = ['otio', 'edl'] as const;

/** Formats that a timeline can go out as. */
export const TIMELINE_EXPORTS = ['otio', 'edl', 'fcpxml'] as const;

/** What `recover` could save. */
export const recoverReportSchema = z.strictObject({
  path: z.string(),
  out: z.string(),
  method: z.enum(['rows', 'pages']),
  kept: z.record(z.string(), z.int()),
  results: z.int(),
  lost: z.array(z.string()),
});

const base = oc.errors(refusals);
const handle = z.strictObject({ handle: z.string() });
const dragEdits = z.array(editRequestSchema).max(10_000);
const edits = dragEdits.min(1);
const label = z.string().max(256).optional();
const drag = z.strictObject({ handle: z.string(), drag: z.string() });

/** Procedures of projects and their timelines. */
export const projectContract = {
  create: base.input(z.strictObject({ path: z.string().min(1), name: z.string().max(1024) })).output(openProjectSchema),
  open: base
    .input(z.strictObject({ path: z.string().min(1), readOnly: z.boolean().optional() }))
    .output(openProjectSchema),
  close: base.input(handle),
  /** The document as it stands, e.g. after a lost connection. */
  get: base.input(handle).output(openProjectSchema),
  /** Several edits are one step of the history and happen all or not at all. On disk when it answers. */
  edit: base.input(z.strictObject({ handle: z.string(), edits, label })).output(changeSchema),
  /** Null when there is nothing to undo. */
  undo: base.input(handle).output(changeSchema.nullable()),
  /** Null when there is nothing to redo. */
  redo: base.input(handle).output(changeSchema.nullable()),
  /** Labels, nearest first. */
  history: base.input(handle).output(z.strictObject({ undo: z.array(z.string()), redo: z.array(z.string()) })),
  /** Starts a gesture: one undo, however many updates. */
  beginDrag: base.input(z.strictObject({ handle: z.string(), label })).output(z.strictObject({ drag: z.string() })),
  /**
   * Shows edits, as done on the document at the start of the drag, in place of the last update. None: all is as it was
   * then, because the hand came back to where it began.
   */
  updateDrag: base.input(drag.extend({ edits: dragEdits })).output(changeSchema),
  finishDrag: base.input(drag),
  cancelDrag: base.input(drag),
  /** What is wrong with the file; empty when all is well. */
  verify: base.input(handle).output(z.array(z.string())),
  recover: base.input(z.strictObject({ path: z.string().min(1), out: z.string().min(1) })).output(recoverReportSchema),
  /** Takes in a timeline of another program as a new sequence; says what it cannot show. */
  importTimeline: base
    .input(
      z.strictObject({
        handle: z.string(),
        path: z.string().min(1),
        format: z.enum(TIMELINE_IMPORTS).optional(),
        rate: rationalSchema.optional(),
      }),
    )
    .output(z.strictObject({ sequence: idSchema, change: changeSchema, warnings: z.array(z.string()) })),
  /** Writes a sequence for another program; says what the format cannot hold. */
  exportTimeline: base
    .input(
      z.strictObject({
        handle: z.string(),
        sequence: idSchema,
        path: z.string().min(1),
        format: z.enum(TIMELINE_EXPORTS).optional(),
      }),
    )
    .output(z.strictObject({ path: z.string(), warnings: z.array(z.string()) })),
  /** Everything that happens to an open project from now on, until the client stops listening. */
  events: base.input(handle).output(eventIterator(projectEventSchema)),
};
