import { z } from 'zod';
import { effectSchema } from './effect-schema.ts';
import {
  frameCountSchema,
  frameSchema,
  idSchema,
  metadataSchema,
  nameSchema,
  rationalSchema,
  rationalTimeSchema,
  timeRangeSchema,
} from './values.ts';

/** Version of the document's shape. A file with a later one is refused; an earlier one is migrated by the store. */
export const PROJECT_VERSION = 1;

/** A note on a frame. On a sequence `frame` counts sequence frames, on a clip or media item frames of the media. */
export const markerSchema = z.strictObject({
  id: idSchema,
  frame: frameSchema,
  duration: frameSchema,
  name: nameSchema,
  colour: z.string().max(32),
  note: z.string().max(20_000),
  metadata: metadataSchema,
});

/** See {@link markerSchema}. */
export type Marker = Readonly<z.infer<typeof markerSchema>>;

/**
 * A source. `availableRange` is what the file holds, in its own time (it may start at its timecode); null is endless
 * (a still, a generator). `rate` counts its frames: a still or a sound file takes that of the sequence it came into.
 */
export const mediaSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  kind: z.enum(['file', 'generator', 'missing']),
  path: z.string().max(32_768).nullable(),
  fingerprint: z.string().max(256).nullable(),
  rate: rationalSchema,
  availableRange: timeRangeSchema.nullable(),
  hasVideo: z.boolean(),
  hasAudio: z.boolean(),
  width: z.int().min(0),
  height: z.int().min(0),
  markers: z.array(markerSchema),
  metadata: metadataSchema,
});

/** See {@link mediaSchema}. */
export type MediaItem = Readonly<z.infer<typeof mediaSchema>>;

/** A person, over all clips of the project. */
export const actorSchema = z.strictObject({ id: idSchema, name: nameSchema, metadata: metadataSchema });

/** See {@link actorSchema}. */
export type ActorEntry = Readonly<z.infer<typeof actorSchema>>;

/**
 * A captured performance of a media item. The dense data lies in the store under `resultKey`; `actors` maps the
 * capture's own actor ids to those of the project.
 */
export const performanceSchema = z.strictObject({
  id: idSchema,
  media: idSchema,
  resultKey: z.string().min(1).max(256),
  firstFrame: z.int(),
  frameCount: frameSchema,
  actors: z.record(z.string(), idSchema),
  metadata: metadataSchema,
});

/** See {@link performanceSchema}. */
export type PerformanceEntry = Readonly<z.infer<typeof performanceSchema>>;

/**
 * A stretch of a media item on a track. It shows `duration` sequence frames from `sourceStart` (media time) on; no
 * speed change. Clips with the same `link` move and are trimmed together.
 */
export const clipSchema = z.strictObject({
  type: z.literal('clip'),
  id: idSchema,
  track: idSchema,
  name: nameSchema,
  enabled: z.boolean(),
  media: idSchema,
  sourceStart: rationalTimeSchema,
  duration: frameCountSchema,
  link: idSchema.nullable(),
  effects: z.array(idSchema),
  markers: z.array(markerSchema),
  metadata: metadataSchema,
});

/** See {@link clipSchema}. */
export type Clip = Readonly<z.infer<typeof clipSchema>>;

/** Emptiness of `duration` sequence frames. */
export const gapSchema = z.strictObject({
  type: z.literal('gap'),
  id: idSchema,
  track: idSchema,
  duration: frameCountSchema,
  metadata: metadataSchema,
});

/** See {@link gapSchema}. */
export type Gap = Readonly<z.infer<typeof gapSchema>>;

/**
 * A blend over the cut between its two neighbours, from `inOffset` frames before it to `outOffset` after it. It takes
 * no time of its own on the track: the neighbours' media reach under it.
 */
export const transitionSchema = z.strictObject({
  type: z.literal('transition'),
  id: idSchema,
  track: idSchema,
  name: nameSchema,
  kind: z.string().min(1).max(128),
  inOffset: frameSchema,
  outOffset: frameSchema,
  metadata: metadataSchema,
});

/** See {@link transitionSchema}. */
export type Transition = Readonly<z.infer<typeof transitionSchema>>;

/** Anything on a track. */
export const itemSchema = z.discriminatedUnion('type', [clipSchema, gapSchema, transitionSchema]);

/** See {@link itemSchema}. */
export type Item = Clip | Gap | Transition;

/** A lane of items, one after the other from frame 0 on; a later track of a sequence covers an earlier one. */
export const trackSchema = z.strictObject({
  id: idSchema,
  sequence: idSchema,
  kind: z.enum(['video', 'audio']),
  name: nameSchema,
  muted: z.boolean(),
  locked: z.boolean(),
  items: z.array(idSchema),
  metadata: metadataSchema,
});

/** See {@link trackSchema}. */
export type Track = Readonly<z.infer<typeof trackSchema>>;

/** A timeline. `startFrame` is the timecode of its frame 0, as a count of frames; in and out delimit [in, out). */
export const sequenceSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  rate: rationalSchema,
  width: z.int().min(1).max(65_536),
  height: z.int().min(1).max(65_536),
  sampleRate: z.int().min(1).max(768_000),
  startFrame: frameSchema,
  dropFrame: z.boolean(),
  inPoint: frameSchema.nullable(),
  outPoint: frameSchema.nullable(),
  tracks: z.array(idSchema),
  markers: z.array(markerSchema),
  metadata: metadataSchema,
});

/** See {@link sequenceSchema}. */
export type Sequence = Readonly<z.infer<typeof sequenceSchema>>;

/** Everything of a project that is not in a table. `nextId` numbers new entities, so that edits stay pure. */
export const headSchema = z.strictObject({
  version: z.literal(PROJECT_VERSION),
  name: nameSchema,
  nextId: z.int().min(1),
  sequenceOrder: z.array(idSchema),
  metadata: metadataSchema,
});

/** See {@link headSchema}. */
export type ProjectHead = Readonly<z.infer<typeof headSchema>>;

/** Schema of one row of each table. */
export const TABLES = {
  media: mediaSchema,
  actors: actorSchema,
  performances: performanceSchema,
  sequences: sequenceSchema,
  tracks: trackSchema,
  items: itemSchema,
  effects: effectSchema,
} as const;

/** Name of a table of the document. */
export type TableName = keyof typeof TABLES;

/** Names of the tables, in the order in which references point backwards. */
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** A row of each table. */
export interface Entities {
  readonly media: MediaItem;
  readonly actors: ActorEntry;
  readonly performances: PerformanceEntry;
  readonly sequences: Sequence;
  readonly tracks: Track;
  readonly items: Item;
  readonly effects: z.infer<typeof effectSchema>;
}

/** The whole document: flat tables by id, so that an edit touches few rows and patches stay small. Immutable. */
export type Project = { readonly [T in TableName]: Readonly<Record<string, Entities[T]>> } & {
  readonly head: ProjectHead;
};

const table = <S extends z.ZodType>(schema: S) => z.record(idSchema, schema);

/** Shape of a whole document. What lies beyond shape (ranges, links, order) is checked by `checkProject`. */
export const projectSchema = z.strictObject({
  head: headSchema,
  media: table(mediaSchema),
  actors: table(actorSchema),
  performances: table(performanceSchema),
  sequences: table(sequenceSchema),
  tracks: table(trackSchema),
  items: table(itemSchema),
  effects: table(effectSchema),
});

/** An empty project. */
export function emptyProject(name: string): Project {
  return {
    head: { version: PROJECT_VERSION, name, nextId: 1, sequenceOrder: [], metadata: {} },
    media: {},
    actors: {},
    performances: {},
    sequences: {},
    tracks: {},
    items: {},
    effects: {},
  };
}
