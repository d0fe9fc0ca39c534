import { z } from 'zod';

/** Version of the manifest format that this program writes and reads. */
export const PACK_FORMAT = 1;

const portSchema = z.strictObject({
  name: z.string().min(1),
  shape: z.array(z.number().int().positive()),
  /** How the dimensions are to be read, e.g. `NHWC`, `N,landmark,xyz`. */
  layout: z.string().min(1),
  /** Smallest and largest value, where they are bounded. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** What the numbers mean: colour order, unit, origin. */
  meaning: z.string().min(1),
});

const fileSchema = z.strictObject({
  // A bare name: a manifest must not reach outside its own folder.
  name: z.string().regex(/^[\w][\w.-]*$/, 'a bare file name'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
});

const licenceSchema = z.strictObject({ code: z.string(), weights: z.string(), data: z.string() });

/** pack.json: what a model pack holds, where it comes from and how its network is fed. */
export const packManifestSchema = z.strictObject({
  format: z.literal(PACK_FORMAT),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'kebab-case'),
  version: z.string().min(1),
  task: z.string().min(1),
  title: z.string().min(1),
  /** The file that is loaded: a network, or the data of a pack without one. */
  entry: z.string().min(1),
  files: z.array(fileSchema).min(1),
  inputs: z.array(portSchema),
  outputs: z.array(portSchema),
  /** Lists of landmark numbers that the network's outputs refer to, by name. */
  indices: z.record(z.string(), z.array(z.number().int().nonnegative())).default({}),
  source: z.strictObject({ package: z.string(), version: z.string(), file: z.string() }),
  licences: licenceSchema,
  /** The model card, Markdown. */
  card: z.string().min(1),
});

/** A checked pack.json. */
export type PackManifest = z.infer<typeof packManifestSchema>;

/** An input or output of a network. */
export type PackPort = PackManifest['inputs'][number];
