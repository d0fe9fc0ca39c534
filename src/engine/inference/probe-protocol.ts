import { z } from 'zod';

/** What the probing process is asked to do; one JSON object on its standard input. */
export const probeRequestSchema = z.strictObject({
  provider: z.enum(['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  entry: z.string(),
  manifest: z.string(),
});

/** See {@link probeRequestSchema}. */
export type ProbeRequest = z.infer<typeof probeRequestSchema>;

/** What it found; one JSON object as the last line of its standard output. */
export const probeAnswerSchema = z.discriminatedUnion('outcome', [
  /** The provider could not be set up at all. */
  z.strictObject({ outcome: z.literal('unavailable'), reason: z.string() }),
  /** It was set up and failed when the network ran. */
  z.strictObject({ outcome: z.literal('failed'), reason: z.string() }),
  /** It ran; the errors tell how well. */
  z.strictObject({
    outcome: z.literal('ran'),
    /** Largest difference from the processor, as a share of an output's largest value or range. */
    error: z.number().nonnegative(),
    /** Milliseconds of one run, median, after warm-up. */
    milliseconds: z.number().nonnegative(),
    processorMilliseconds: z.number().nonnegative(),
  }),
]);

/** See {@link probeAnswerSchema}. */
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;
