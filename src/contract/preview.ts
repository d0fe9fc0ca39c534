import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { idSchema } from '../core/document/values.ts';
import { FRAME_QUALITIES } from './frames.ts';
import { refusals } from './refusals.ts';

const base = oc.errors(refusals);
const frame = z.int().min(0);
const ranges = z.array(z.tuple([frame, frame]));

/** Where a person looks, and what is to be rendered ahead for them. */
export const previewAimSchema = z.strictObject({
  handle: z.string(),
  sequence: idSchema,
  /** The playhead: frames from here on come first. */
  frame,
  /** Frames [from, until) that are played. */
  from: frame,
  until: frame,
  quality: z.enum(FRAME_QUALITIES),
  /** Width in pixels in which the pictures are asked for. */
  width: z.int().min(16).max(16_384),
});

/** See {@link previewAimSchema}. */
export type PreviewAim = z.infer<typeof previewAimSchema>;

/** How far rendering ahead has come: runs [from, until) of frames of a sequence. */
export const preparedSchema = z.strictObject({
  sequence: idSchema,
  /** Edited frames that are there. */
  ready: ranges,
  /** Edited frames that are still to be rendered. */
  waiting: ranges,
});

/** See {@link preparedSchema}. */
export type Prepared = z.infer<typeof preparedSchema>;

/** Rendering ahead: edited frames are made in preview quality while nothing else is asked for. */
export const previewContract = {
  /** Says where the person looks; to be said again after an edit. What was rendered before and still holds is kept. */
  aim: base.input(previewAimSchema).output(preparedSchema),
  /** Every step of it from now on, until the client stops listening. */
  events: base.input(z.strictObject({ handle: z.string() })).output(eventIterator(preparedSchema)),
};
