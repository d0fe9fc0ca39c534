import { z } from 'zod';

/** A number of things. */
export const count = z.number().int().nonnegative();
/** A part of a whole. */
export const share = z.number().min(0).max(1);

/** Written files of a command, absolute paths. */
export const outputs = z.array(z.object({ kind: z.string(), path: z.string() }));

/** How long the work took; `framesPerSecond` counts the frames of the range. */
export const timing = z.object({ seconds: z.number(), framesPerSecond: z.number() });

/** What a command that works through a clip tells of it: which processor, what was written, how long each part took. */
export const worked = {
  provider: z.string(),
  outputs,
  timing,
  /** Seconds of each part of the work. */
  stages: z.record(z.string(), z.number()),
};

/** A part of a clip, `until` exclusive. */
export const range = z.object({ from: count, until: count, rate: z.string() });
