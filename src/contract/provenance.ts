import { z } from 'zod';
import { FRAME_REASONS } from '../core/performance.ts';
import { EMOTION_LABELS, MAX_INTENSITY } from './emotion.ts';

/** Version of the provenance document; a reader refuses later ones. */
export const PROVENANCE_VERSION = 1;

/** Metadata key under which a container carries the {@link ProvenanceClaim}. */
export const PROVENANCE_TAG = 'retake_provenance';

const count = z.number().int().nonnegative();

/** A file that was read: its name without folders, and a fingerprint of its content. */
export const sourceFileSchema = z.strictObject({ name: z.string(), fingerprint: z.string() });

/** What was done to the picture, with every parameter. */
export const emotionEditSchema = z.strictObject({
  kind: z.literal('emotion'),
  actor: z.union([z.literal('all'), z.number().int().positive()]),
  keys: z.array(
    z.strictObject({
      frame: count,
      seconds: z.number().nonnegative(),
      label: z.enum(EMOTION_LABELS),
      intensity: z.number().min(0).max(MAX_INTENSITY),
    }),
  ),
  reference: sourceFileSchema.optional(),
  actionUnits: z.record(z.string(), z.number()).optional(),
  preserveLips: z.number().min(0).max(1),
  intensity: z.number().min(0).max(MAX_INTENSITY),
  seed: count,
});

/** Speech that was put onto a portrait (`portrait`) or onto a filmed face (`dub`). */
export const speechEditSchema = z.strictObject({
  kind: z.literal('speech'),
  target: z.enum(['portrait', 'dub']),
  /** Which face or actor, from 1; null where there was one. */
  face: z.number().int().positive().nullable(),
  speech: sourceFileSchema,
  transcript: z.boolean(),
  style: z.strictObject({
    name: z.string(),
    strength: z.number().nonnegative(),
    reference: sourceFileSchema.optional(),
  }),
  more: z.array(sourceFileSchema),
  rate: z.string(),
  seed: count,
});

/** Faces restored from motion blur. */
export const deblurEditSchema = z.strictObject({
  kind: z.literal('deblur'),
  actor: z.union([z.literal('all'), z.number().int().positive()]),
  strength: z.number().min(0).max(1),
  shutterDegrees: z.number().positive(),
  /** There when somebody said that the clip is blurred, whatever its sharper frames prove. */
  assumedBlurred: z.literal(true).optional(),
});

/** An effect of a project's clip: whatever it is called there, with all its parameters. Ranges count source frames. */
export const sequenceEditSchema = z.strictObject({
  kind: z.literal('sequence-effect'),
  effect: z.string(),
  clip: z.string(),
  source: sourceFileSchema,
  range: z.strictObject({ from: z.number().int(), until: z.number().int() }).nullable(),
  parameters: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()),
  /** Other files that decided: the recording that is spoken, the clip or saved style that its manner came from. */
  files: z.strictObject({ speech: sourceFileSchema.optional(), style: sourceFileSchema.optional() }).optional(),
});

/** A model that took part. */
export const modelUseSchema = z.strictObject({ id: z.string(), version: z.string(), sha256: z.string() });

/**
 * What is known before the first frame is written, and therefore stands inside the container: which file was changed,
 * how, by which models and program.
 */
export const provenanceClaimSchema = z.strictObject({
  kind: z.literal('retake-provenance'),
  version: z.literal(PROVENANCE_VERSION),
  id: z.string(),
  program: z.strictObject({ name: z.literal('retake'), version: z.string() }),
  createdAt: z.string(),
  source: sourceFileSchema.extend({ frames: count, rate: z.string(), width: count, height: count }),
  range: z.strictObject({ from: count, until: count }),
  edits: z
    .array(z.discriminatedUnion('kind', [emotionEditSchema, deblurEditSchema, speechEditSchema, sequenceEditSchema]))
    .min(1),
  models: z.array(modelUseSchema),
});

/** A stretch of frames, `until` exclusive, that passed through untouched or weakened, and why. */
export const frameRunSchema = z.strictObject({
  from: count,
  until: count,
  reason: z.enum(FRAME_REASONS as [string, ...string[]]),
});

/** The whole record, written beside the output as `<output>.provenance.json`. */
export const provenanceSchema = z.strictObject({
  claim: provenanceClaimSchema,
  /** SHA-256 of the claim's canonical JSON; the container's claim must have the same. */
  claimSha256: z.string(),
  output: sourceFileSchema.extend({ preset: z.string() }),
  frames: z.strictObject({ total: count, edited: count, untouched: count, runs: z.array(frameRunSchema) }),
});

/** See {@link emotionEditSchema}. */
export type EmotionEditRecord = z.infer<typeof emotionEditSchema>;
/** See {@link speechEditSchema}. */
export type SpeechEditRecord = z.infer<typeof speechEditSchema>;
/** See {@link deblurEditSchema}. */
export type DeblurEditRecord = z.infer<typeof deblurEditSchema>;
/** See {@link sequenceEditSchema}. */
export type SequenceEditRecord = z.infer<typeof sequenceEditSchema>;
/** See {@link modelUseSchema}. */
export type ModelUse = z.infer<typeof modelUseSchema>;
/** See {@link provenanceClaimSchema}. */
export type ProvenanceClaim = z.infer<typeof provenanceClaimSchema>;
/** See {@link frameRunSchema}. */
export type FrameRun = z.infer<typeof frameRunSchema>;
/** See {@link provenanceSchema}. */
export type Provenance = z.infer<typeof provenanceSchema>;
