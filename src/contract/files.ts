import { oc } from '@orpc/contract';
import { z } from 'zod';
import { refusals } from './refusals.ts';

/** A place to start browsing from. */
export const fileRootSchema = z.strictObject({ name: z.string(), path: z.string() });

/** A folder, or a file of the kinds asked for. */
export const fileEntrySchema = z.strictObject({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  bytes: z.int().min(0),
  modified: z.string(),
});

/** See {@link fileEntrySchema}. */
export type FileEntry = z.infer<typeof fileEntrySchema>;

const base = oc.errors(refusals);

/** Browsing the machine that the engine runs on: a browser cannot give paths. */
export const filesContract = {
  roots: base.output(z.array(fileRootSchema)),
  /** Folders first, by name; hidden ones left out. `extensions` (without dot) limits the files. */
  list: base
    .input(
      z.strictObject({
        path: z.string().min(1),
        extensions: z.array(z.string().regex(/^[a-z0-9]{1,16}$/)).optional(),
      }),
    )
    .output(
      z.strictObject({
        path: z.string(),
        parent: z.string().nullable(),
        entries: z.array(fileEntrySchema),
        /** True when the folder holds more than is listed. */
        truncated: z.boolean(),
      }),
    ),
  makeFolder: base.input(z.strictObject({ path: z.string().min(1) })).output(z.strictObject({ path: z.string() })),
};
