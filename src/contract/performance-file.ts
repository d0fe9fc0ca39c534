import { z } from 'zod';
import { FRAME_REASONS } from '../core/performance.ts';
import { modelUseSchema, sourceFileSchema } from './provenance.ts';

/** Version of the performance document; a reader refuses later ones with `version-too-new`. */
export const PERFORMANCE_VERSION = 1;

/** Values a packed array may hold: far more than ten minutes of landmarks, far less than memory. */
const MAX_VALUES = 2 ** 28;

const count = z.number().int().nonnegative();

/**
 * A typed array inside JSON. `data` is base64 of zlib-deflated bytes. `f32`: little-endian floats. `u8`: bytes.
 * `delta`: whole multiples of `step`; every row after the first is stored as its difference from the row before, as
 * little-endian 32-bit integers whose four byte planes follow one another.
 */
export const packedArraySchema = z
  .strictObject({
    type: z.enum(['f32', 'u8', 'delta']),
    shape: z.array(count).min(1).max(3),
    step: z.number().positive().optional(),
    data: z.string(),
  })
  .refine(({ shape }) => shape.reduce((product, size) => product * size, 1) <= MAX_VALUES, 'too many values')
  .refine(({ type, step }) => (type === 'delta') === (step !== undefined), 'step belongs to delta, and only there');

/** Figures of one track, frame by frame. */
const trackFrameSchema = z.strictObject({
  /** Mean distance of mesh and landmarks by the eye distance; NaN where no face was found. */
  reprojection: packedArraySchema,
  lipReprojection: packedArraySchema,
  /** Opening of the inner lips in the picture and on the mesh, cm. */
  lipGap: packedArraySchema,
  meshGap: packedArraySchema,
  /** 1 where the lips touch in the picture. */
  closed: packedArraySchema,
});

/** A captured performance as a file: one JSON object. Arrays and conventions are those of `core/performance.ts`. */
export const performanceFileSchema = z.strictObject({
  kind: z.literal('retake-performance'),
  version: z.literal(PERFORMANCE_VERSION),
  program: z.strictObject({ name: z.literal('retake'), version: z.string() }),
  source: sourceFileSchema.extend({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    frames: count,
    /** Exact frame rate, `25/1` or `30000/1001`. */
    rate: z.string().regex(/^\d+\/[1-9]\d*$/),
  }),
  range: z.strictObject({ from: count, until: count }),
  /** Mesh and expression shapes that the coefficients refer to. */
  basis: z.string(),
  models: z.array(modelUseSchema),
  /** Summary figures by name; `reasons` counts frames. */
  figures: z.record(z.string(), z.union([z.number(), z.record(z.enum(FRAME_REASONS as [string, ...string[]]), count)])),
  shots: z.array(count).min(1),
  actors: z.array(
    z.strictObject({
      id: z.string().min(1),
      name: z.string(),
      descriptor: packedArraySchema,
      neutral: packedArraySchema,
    }),
  ),
  tracks: z.array(
    z.strictObject({
      actorId: z.string(),
      shot: count,
      firstFrame: count,
      frameCount: z.number().int().positive(),
      coefficients: packedArraySchema,
      pose: packedArraySchema,
      gaze: packedArraySchema,
      landmarks: packedArraySchema,
      confidence: packedArraySchema,
      reason: packedArraySchema,
      frames: trackFrameSchema,
    }),
  ),
});

/** See {@link packedArraySchema}. */
export type PackedArray = z.infer<typeof packedArraySchema>;
/** See {@link performanceFileSchema}. */
export type PerformanceFile = z.infer<typeof performanceFileSchema>;
