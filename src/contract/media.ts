import { oc } from '@orpc/contract';
import { z } from 'zod';
import { idSchema } from '../core/document/values.ts';
import { ERROR_CODES } from '../core/errors.ts';
import { changeSchema } from './project.ts';
import { refusals } from './refusals.ts';

/** Why a file could not be imported. */
export const importFailureSchema = z.strictObject({
  path: z.string(),
  code: z.enum(ERROR_CODES),
  message: z.string(),
});

/** See {@link importFailureSchema}. */
export type ImportFailure = z.infer<typeof importFailureSchema>;

/** Where the bytes of a media item are to be had: under `/media/<source>` of the host. */
export const mediaSourceSchema = z.strictObject({
  media: idSchema,
  /** Opaque; null when there is no file. Valid until the engine ends. */
  source: z.string().nullable(),
  state: z.enum(['online', 'missing', 'changed']),
  path: z.string().nullable(),
  bytes: z.int().min(0),
});

/** See {@link mediaSourceSchema}. */
export type MediaSource = z.infer<typeof mediaSourceSchema>;

const base = oc.errors(refusals);
const handle = z.string();

/** Procedures of media items. */
export const mediaContract = {
  /**
   * Takes files, and the media files directly in folders, into the project as one undo step. With `sequence` they are
   * appended to its first tracks too; an empty project gets a sequence of the first clip's size and rate when it is
   * `new`. A file that cannot be read is named in `failures` and does not keep the others out.
   */
  import: base
    .input(
      z.strictObject({
        handle,
        paths: z.array(z.string().min(1)).min(1).max(10_000),
        sequence: z.union([idSchema, z.literal('new')]).optional(),
      }),
    )
    .output(
      z.strictObject({
        media: z.array(idSchema),
        sequence: idSchema.nullable(),
        change: changeSchema.nullable(),
        failures: z.array(importFailureSchema),
      }),
    ),
  /** The media items of the project and whether their files are there and unchanged. */
  sources: base.input(z.strictObject({ handle })).output(z.array(mediaSourceSchema)),
  /** Points a media item at another file. */
  relink: base.input(z.strictObject({ handle, media: idSchema, path: z.string().min(1) })).output(changeSchema),
};
