import { oc } from '@orpc/contract';
import { z } from 'zod';
import { idSchema } from '../core/document/values.ts';
import { appContract } from './app.ts';
import { filesContract } from './files.ts';
import { jobsContract } from './jobs.ts';
import { mediaContract } from './media.ts';
import { PRESET_IDS } from './presets.ts';
import { previewContract } from './preview.ts';
import { projectContract } from './project.ts';
import { refusals } from './refusals.ts';
import { workContract } from './work.ts';

const base = oc.errors(refusals);
const count = z.int().min(0);

/** What an export of a sequence asks for. */
export const renderRequestSchema = z.strictObject({
  handle: z.string(),
  sequence: idSchema,
  preset: z.enum(PRESET_IDS),
  out: z.string().min(1),
  /** Frames [from, until) of the sequence; all when left out. */
  range: z.strictObject({ from: count, until: count }).optional(),
  priority: z.int().min(-1000).max(1000).optional(),
});

/** Everything that an interface can ask of the engine, over whatever transport. */
export const engineContract = {
  app: appContract,
  files: filesContract,
  project: projectContract,
  media: mediaContract,
  work: workContract,
  preview: previewContract,
  jobs: {
    ...jobsContract,
    /** Puts an export of a sequence into the queue. */
    render: base.input(renderRequestSchema).output(z.strictObject({ job: z.int() })),
    /** Where the finished file of a job is to be had; `source` under `/media/` of the host. */
    file: base.input(z.strictObject({ job: z.int() })).output(z.strictObject({ path: z.string(), source: z.string() })),
  },
};

/** See {@link engineContract}. */
export type EngineContract = typeof engineContract;
