import { z } from 'zod';

/** Identity of a row: letters, digits, dashes; unique within its table. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** A name that a person gave; may be empty. */
export const nameSchema = z.string().max(1024);

/** A frame, or a length that may be nothing: a whole number >= 0. */
export const frameSchema = z.int().min(0);

/** A length in frames: a whole number >= 1. */
export const frameCountSchema = z.int().min(1);

/** A positive rate. */
export const rationalSchema = z.strictObject({ num: z.int().min(1), den: z.int().min(1) }).readonly();

/** See `RationalTime`. */
export const rationalTimeSchema = z.strictObject({ value: z.int(), rate: rationalSchema }).readonly();

/** See `TimeRange`; its length is not negative. */
export const timeRangeSchema = z
  .strictObject({ start: rationalTimeSchema, duration: rationalTimeSchema })
  .refine((range) => range.duration.value >= 0, 'a range cannot be shorter than nothing')
  .readonly();

/** Frames of a media item, [start, start + duration). */
export const frameRangeSchema = z.strictObject({ start: z.int(), duration: frameCountSchema }).readonly();

/** See {@link frameRangeSchema}. */
export type FrameRange = z.infer<typeof frameRangeSchema>;

/** Whatever other programs or people attach; kept through every edit and round trip. */
export const metadataSchema = z.record(z.string(), z.json());
