import { z } from 'zod';
import { ERROR_CODES } from '../core/errors.ts';
import type { CommandId } from './commands.ts';
import { jobSchema } from './jobs.ts';
import { frameRunSchema, modelUseSchema, provenanceSchema } from './provenance.ts';
import { count, outputs, range, share, timing, worked } from './result-parts.ts';
import { dubResultSchema, styleExtractResultSchema, talkResultSchema } from './talking-results.ts';

/** Result of `retake probe`. */
export const probeResultSchema = z.object({
  command: z.literal('probe'),
  path: z.string(),
  container: z.string(),
  bytes: count,
  seconds: z.number(),
  fingerprint: z.string(),
  video: z
    .object({
      width: count,
      height: count,
      rate: z.string(),
      variableRate: z.boolean(),
      frames: count,
      framesExact: z.boolean(),
      timecode: z.string().nullable(),
      codec: z.string(),
      pixelFormat: z.string(),
      bitDepth: count,
      alpha: z.boolean(),
      range: z.string(),
      matrix: z.string(),
      rotation: z.number(),
      interlaced: z.boolean(),
    })
    .nullable(),
  audio: z.array(z.object({ codec: z.string(), sampleRate: count, channels: count, layout: z.string() })),
  /** Whether the file carries a Retake provenance tag; `retake report` reads it. */
  edited: z.boolean(),
  notes: z.array(z.string()),
});

/** Result of `retake track`. */
export const trackResultSchema = z.object({
  command: z.literal('track'),
  path: z.string(),
  range,
  shots: count,
  actors: z.array(z.object({ id: z.string(), name: z.string(), frames: count })),
  figures: z.record(z.string(), z.number().nullable()),
  /** Track frames by reason. */
  reasons: z.record(z.string(), count),
  runs: z.array(frameRunSchema),
  models: z.array(modelUseSchema),
  provider: z.string(),
  outputs,
  timing,
});

/** Result of `retake emotion`. */
export const emotionResultSchema = z.object({
  command: z.literal('emotion'),
  path: z.string(),
  range,
  frames: z.object({ total: count, edited: count, untouched: count }),
  provenance: provenanceSchema,
  ...worked,
});

/** Result of `retake deblur`. */
export const deblurResultSchema = z.object({
  command: z.literal('deblur'),
  path: z.string(),
  range,
  frames: z.object({ total: count, restored: count, untouched: count }),
  /** Per track of a face in a shot, in the order of its first frame. */
  tracks: z.array(
    z.object({
      actor: z.string(),
      from: count,
      until: count,
      /** Degrees of the shutter that explain the clip's blur, starting from the one asked for. */
      shutterDegrees: z.number(),
      /** Per frame: 0 is as sharp as this actor gets in the clip. */
      blur: z.array(z.number()),
      /** Per frame, pixels: length of the blur in the middle of the face. */
      lengthPx: z.array(z.number()),
      /** Per frame: how much of the restoration shows, 0..1. */
      strength: z.array(share),
      /** Frames by what became of them: sharp, blurred (restored), too-blurred, no-motion, unsure, no-face. */
      states: z.record(z.string(), count),
    }),
  ),
  provenance: provenanceSchema,
  ...worked,
});

const distribution = z.record(z.string(), share);

/** One frame of a comparison; `null` where there was no face to measure. */
export const reportFrameSchema = z.object({
  frame: count,
  depictedBefore: distribution.nullable(),
  depictedAfter: distribution.nullable(),
  identity: z.number().nullable(),
  lipGapBefore: z.number().nullable(),
  lipGapAfter: z.number().nullable(),
  lipWidthBefore: z.number().nullable(),
  lipWidthAfter: z.number().nullable(),
  outsideMean: z.number(),
  outsideMax: z.number(),
  flicker: z.number().nullable(),
});

/** Result of `retake report`: of one file (`provenance`) or of two (`comparison`). */
export const reportResultSchema = z.object({
  command: z.literal('report'),
  before: z.string(),
  after: z.string().nullable(),
  provenance: z
    .object({
      record: provenanceSchema.nullable(),
      claim: provenanceSchema.shape.claim.nullable(),
      state: z.enum(['intact', 'file-changed', 'record-mismatch', 'record-missing', 'tag-missing']),
      message: z.string(),
    })
    .nullable(),
  comparison: z
    .object({
      range,
      frames: count,
      facesBefore: share,
      facesAfter: share,
      depicted: z.object({ before: distribution, after: distribution, topAfter: distribution }),
      identity: z.object({ median: z.number(), minimum: z.number() }).nullable(),
      lipMotion: z.object({
        /** Correlation of the inner-lip gap and width, as they are and without their slow part (the manner). */
        gap: z.number().nullable(),
        width: z.number().nullable(),
        gapFast: z.number().nullable(),
        widthFast: z.number().nullable(),
      }),
      outsideFace: z.object({ mean: z.number(), max: z.number(), bitDepth: count }).nullable(),
      flicker: z.number().nullable(),
      worst: z.array(z.object({ frame: count, timecode: z.string(), reasons: z.array(z.string()) })),
      perFrame: z.array(reportFrameSchema),
    })
    .nullable(),
  outputs,
});

/** Result of `retake doctor`. */
export const doctorResultSchema = z.object({
  command: z.literal('doctor'),
  /** Everything needed for the main job works; warnings may remain. */
  ok: z.boolean(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({
    platform: z.string(),
    cpu: z.string(),
    cores: count,
    memoryGiB: z.number(),
    adapters: z.array(z.string()),
  }),
  providers: z.array(
    z.object({
      id: z.string(),
      usable: z.boolean(),
      detail: z.string(),
      error: z.number().nullable(),
      milliseconds: z.number().nullable(),
    }),
  ),
  presets: z.array(
    z.object({
      id: z.string(),
      available: z.boolean(),
      encoder: z.string(),
      /** Hardware encoders that encoded a few frames here, and why others did not. */
      hardware: z.array(z.string()),
      faults: z.array(z.string()),
    }),
  ),
  /** Graphics devices that FFmpeg could open. */
  devices: z.array(z.string()),
  models: z.array(z.object({ id: z.string(), version: z.string(), problem: z.string().nullable() })),
  problems: z.array(z.object({ severity: z.enum(['error', 'warning']), message: z.string() })),
});

/** Result of `retake models`. */
export const modelsResultSchema = z.object({
  command: z.literal('models'),
  verified: z.boolean(),
  models: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      task: z.string(),
      title: z.string(),
      bytes: count,
      sha256: z.string(),
      licence: z.string(),
      origin: z.enum(['bundled', 'user']),
      problem: z.string().nullable(),
    }),
  ),
});

/** Result of `retake demo`. */
export const demoResultSchema = z.object({
  command: z.literal('demo'),
  clip: z.string(),
  edits: z.array(
    z.object({ label: z.string(), path: z.string(), figures: z.record(z.string(), z.number().nullable()) }),
  ),
  outputs,
  timing,
});

/** Result of `retake serve`, when it ends. */
export const serveResultSchema = z.object({ command: z.literal('serve'), seconds: z.number() });

/** A project in short. */
export const projectSummarySchema = z.object({
  path: z.string(),
  name: z.string(),
  revision: count,
  readOnly: z.boolean(),
  writer: z.object({ pid: z.number(), host: z.string(), since: z.string() }).nullable(),
  actors: z.array(z.object({ id: z.string(), name: z.string() })),
  media: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      path: z.string().nullable(),
      state: z.enum(['online', 'missing', 'changed']),
      rate: z.string(),
      frames: z.number().nullable(),
      width: count,
      height: count,
      video: z.boolean(),
      audio: z.boolean(),
      tracked: z.boolean(),
    }),
  ),
  sequences: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      rate: z.string(),
      width: count,
      height: count,
      frames: count,
      clips: count,
      effects: count,
    }),
  ),
  /** Captures and other long work kept in the file. */
  results: z.array(z.object({ kind: z.string(), bytes: count, created: z.string() })),
});

const imported = z.array(z.object({ id: z.string(), name: z.string() }));
const failures = z.array(z.object({ path: z.string(), code: z.enum(ERROR_CODES), message: z.string() }));
const listed = z.object({ queue: z.string(), jobs: z.array(jobSchema) });
const changed = z.object({ jobs: z.array(jobSchema) });
const ran = listed.extend({ done: count, failed: count, left: count, seconds: z.number() });

/** What `--json` prints instead of a result when a command fails. */
export const errorResultSchema = z.object({
  error: z.object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});

/** Schema of the JSON object that each command prints. */
export const RESULT_SCHEMAS = {
  probe: probeResultSchema,
  track: trackResultSchema,
  emotion: emotionResultSchema,
  deblur: deblurResultSchema,
  talk: talkResultSchema,
  dub: dubResultSchema,
  'style extract': styleExtractResultSchema,
  report: reportResultSchema,
  doctor: doctorResultSchema,
  models: modelsResultSchema,
  'project new': z.object({
    command: z.literal('project new'),
    project: projectSummarySchema,
    imported,
    failures,
  }),
  'project info': z.object({
    command: z.literal('project info'),
    project: projectSummarySchema,
    /** What an integrity check found; empty when all is well. */
    problems: z.array(z.string()),
  }),
  'project import': z.object({
    command: z.literal('project import'),
    project: projectSummarySchema,
    imported,
    failures,
    warnings: z.array(z.string()),
  }),
  'project export': z.object({ command: z.literal('project export'), outputs, warnings: z.array(z.string()) }),
  'project recover': z.object({
    command: z.literal('project recover'),
    path: z.string(),
    out: z.string(),
    method: z.enum(['rows', 'pages']),
    kept: z.record(z.string(), count),
    results: count,
    lost: z.array(z.string()),
  }),
  render: z.object({ command: z.literal('render'), job: jobSchema, outputs, timing }),
  'queue add': listed.extend({ command: z.literal('queue add') }),
  'queue list': listed.extend({ command: z.literal('queue list') }),
  'queue run': ran.extend({ command: z.literal('queue run') }),
  'queue watch': ran.extend({ command: z.literal('queue watch') }),
  'queue pause': changed.extend({ command: z.literal('queue pause') }),
  'queue resume': changed.extend({ command: z.literal('queue resume') }),
  'queue retry': changed.extend({ command: z.literal('queue retry') }),
  'queue cancel': changed.extend({ command: z.literal('queue cancel') }),
  'queue remove': changed.extend({ command: z.literal('queue remove') }),
  demo: demoResultSchema,
  serve: serveResultSchema,
} as const satisfies Readonly<Record<CommandId, z.ZodType>>;

/** The JSON object that command `Id` prints. */
export type Result<Id extends CommandId = CommandId> = z.infer<(typeof RESULT_SCHEMAS)[Id]>;
/** See {@link reportFrameSchema}. */
export type ReportFrame = z.infer<typeof reportFrameSchema>;
