import { z } from 'zod';
import { provenanceSchema } from './provenance.ts';
import { count, outputs, range, timing, worked } from './result-parts.ts';
import { talkingStyleSchema } from './talking-style.ts';

/** What was heard in a recording. */
export const heardSchema = z.object({
  path: z.string(),
  seconds: z.number(),
  source: z.enum(['alignment', 'recognition', 'network', 'mixed']),
  phrases: count,
  /** Closures of the lips on p, b and m. */
  closures: count,
  tempo: z.number().nullable(),
  notes: z.array(z.string()),
});

const usedStyle = z.object({
  name: z.string(),
  strength: z.number(),
  /** What could be learnt from a reference; null for styles made of rules. */
  learned: z
    .object({ depth: z.enum(['timing', 'full']), speechSeconds: z.number(), notes: z.array(z.string()) })
    .nullable(),
});

/** What a command that makes a face speak tells beside. */
const spoken = { heard: heardSchema, style: usedStyle, provenance: provenanceSchema, ...worked };

/** Result of `retake talk`. */
export const talkResultSchema = z.object({
  command: z.literal('talk'),
  path: z.string(),
  width: count,
  height: count,
  rate: z.string(),
  frames: count,
  ...spoken,
});

/** Result of `retake dub`. */
export const dubResultSchema = z.object({
  command: z.literal('dub'),
  path: z.string(),
  range,
  frames: z.object({ total: count, edited: count, untouched: count }),
  /** Seconds by which the sound is longer than the clip; negative where it is shorter. */
  surplusSeconds: z.number(),
  ...spoken,
});

/** Result of `retake style extract`. */
export const styleExtractResultSchema = z.object({
  command: z.literal('style extract'),
  path: z.string(),
  name: z.string(),
  depth: z.enum(['timing', 'full']),
  speechSeconds: z.number(),
  mouth: talkingStyleSchema.shape.mouth,
  blinksPerMinute: z.number(),
  head: talkingStyleSchema.shape.head,
  excerpts: count,
  heard: heardSchema,
  notes: z.array(z.string()),
  provider: z.string(),
  outputs,
  timing,
});
