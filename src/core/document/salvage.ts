import type { z } from 'zod';
import { rational } from '../rational.ts';
import { checkProject } from './invariants.ts';
import { fitsMedia, normaliseLane } from './lane-normal.ts';
import {
  type Clip,
  emptyProject,
  headSchema,
  type Item,
  type MediaItem,
  type Project,
  TABLE_NAMES,
  TABLES,
  type TableName,
  type Track,
} from './schema.ts';

/** A row that was found somewhere, whatever its state. */
export interface FoundRow {
  readonly table: string;
  readonly id: string;
  readonly value: unknown;
}

/** A document made of what was found, and what could not be kept, one sentence each. */
export interface Salvage {
  readonly project: Project;
  readonly lost: readonly string[];
}

type Draft = { -readonly [T in TableName]: Record<string, Project[T][string]> } & { head: Project['head'] };

function validRows(rows: Iterable<FoundRow>, lost: string[]): Draft {
  const draft = structuredClone(emptyProject('Recovered')) as Draft;
  for (const { table, id, value } of rows) {
    const schema = (TABLES as Record<string, z.ZodType>)[table];
    const parsed = schema?.safeParse(value);
    const row = parsed?.success ? (parsed.data as { id: string }) : undefined;
    if (row?.id === id) (draft[table as TableName] as Record<string, unknown>)[id] = row;
    else lost.push(`${table} ${id}: cannot be read`);
  }
  return draft;
}

function standInMedia(id: string): MediaItem {
  return {
    id,
    name: `Lost media ${id}`,
    kind: 'missing',
    path: null,
    fingerprint: null,
    rate: rational(25),
    availableRange: null,
    hasVideo: true,
    hasAudio: true,
    width: 0,
    height: 0,
    markers: [],
    metadata: {},
  };
}

function highestId(draft: Draft): number {
  let highest = 0;
  const look = (id: string): void => {
    highest = Math.max(highest, Number(/\d+$/.exec(id)?.[0] ?? 0));
  };
  for (const table of TABLE_NAMES) for (const id in draft[table]) look(id);
  for (const item of Object.values(draft.items)) if (item.type === 'clip' && item.link !== null) look(item.link);
  for (const owner of [...Object.values(draft.items), ...Object.values(draft.sequences), ...Object.values(draft.media)])
    if ('markers' in owner) for (const marker of owner.markers) look(marker.id);
  return Math.min(highest, Number.MAX_SAFE_INTEGER - 1);
}

function mendSequences(draft: Draft, lost: string[]): void {
  for (const track of Object.values(draft.tracks)) {
    if (draft.sequences[track.sequence]) continue;
    lost.push(`sequence ${track.sequence}: settings lost, standard ones taken`);
    draft.sequences[track.sequence] = {
      id: track.sequence,
      name: 'Recovered',
      rate: rational(25),
      width: 1920,
      height: 1080,
      sampleRate: 48_000,
      startFrame: 0,
      dropFrame: false,
      inPoint: null,
      outPoint: null,
      tracks: [],
      markers: [],
      metadata: {},
    };
  }
  for (const sequence of Object.values(draft.sequences)) {
    const listed = sequence.tracks.filter((id) => draft.tracks[id]?.sequence === sequence.id);
    for (const id of sequence.tracks) if (!listed.includes(id)) lost.push(`track ${id}: lost`);
    const unlisted = Object.values(draft.tracks).filter(
      ({ id, sequence: of }) => of === sequence.id && !listed.includes(id),
    );
    draft.sequences[sequence.id] = {
      ...sequence,
      tracks: [...new Set([...listed, ...unlisted.map(({ id }) => id)])],
      markers: sequence.markers.toSorted((a, b) => a.frame - b.frame),
      ...(sequence.inPoint !== null &&
        sequence.outPoint !== null &&
        sequence.inPoint >= sequence.outPoint && { inPoint: null, outPoint: null }),
    };
  }
}

function mendClip(draft: Draft, clip: Clip, track: Track, lost: string[]): Item {
  if (!draft.media[clip.media]) {
    lost.push(`media ${clip.media}: lost, "${clip.name}" needs relinking`);
    draft.media[clip.media] = standInMedia(clip.media);
  }
  const media = draft.media[clip.media]!;
  const kindFits = track.kind === 'video' ? media.hasVideo : media.hasAudio;
  if (!kindFits || !fitsMedia(clip, media, draft.sequences[track.sequence]!.rate)) {
    lost.push(`clip ${clip.id} "${clip.name}": does not fit its media`);
    return { type: 'gap', id: clip.id, track: track.id, duration: clip.duration, metadata: {} };
  }
  const effects = [...new Set(clip.effects)].filter((id) => draft.effects[id]?.clip === clip.id);
  if (effects.length < clip.effects.length) lost.push(`clip ${clip.id} "${clip.name}": an effect lost`);
  const strays = Object.values(draft.effects).filter(({ id, clip: of }) => of === clip.id && !effects.includes(id));
  return {
    ...clip,
    effects: [...effects, ...strays.map(({ id }) => id)],
    markers: clip.markers.toSorted((a, b) => a.frame - b.frame),
  };
}

function mendTracks(draft: Draft, lost: string[]): void {
  const placed = new Set<string>();
  for (const track of Object.values(draft.tracks)) {
    const ids: string[] = [];
    for (const id of track.items) {
      if (draft.items[id]?.track === track.id && !placed.has(id)) ids.push(id);
      else lost.push(`item ${id} on "${track.name}": lost, what followed moved up`);
      placed.add(id);
    }
    for (const item of Object.values(draft.items))
      if (item.track === track.id && !placed.has(item.id)) {
        lost.push(`item ${item.id}: its place on "${track.name}" is lost, put at the end`);
        ids.push(item.id);
        placed.add(item.id);
      }
    const items = ids.map((id) => {
      const item = draft.items[id]!;
      return item.type === 'clip' ? mendClip(draft, item, track, lost) : item;
    });
    const normal = normaliseLane(items, (id) => draft.media[id]!, draft.sequences[track.sequence]!.rate);
    for (const id of ids) delete draft.items[id];
    for (const item of normal) draft.items[item.id] = item;
    draft.tracks[track.id] = { ...track, items: normal.map(({ id }) => id) };
  }
  for (const [id, item] of Object.entries(draft.items))
    if (!draft.tracks[item.track]?.items.includes(id)) {
      lost.push(`item ${id}: its track is lost`);
      delete draft.items[id];
    }
}

function mendReferences(draft: Draft, lost: string[]): void {
  const groups = Map.groupBy(
    Object.values(draft.items).flatMap((item) => (item.type === 'clip' && item.link !== null ? [item] : [])),
    (clip) => `${draft.tracks[clip.track]!.sequence} ${clip.link}`,
  );
  const claimed = new Set<string>();
  for (const clips of groups.values()) {
    const link = clips[0]!.link!;
    if (clips.length < 2 || claimed.has(link)) for (const clip of clips) draft.items[clip.id] = { ...clip, link: null };
    claimed.add(link);
  }
  const person = (id: string): void => {
    draft.actors[id] ??= { id, name: `Actor ${id}`, metadata: {} };
  };
  for (const [id, effect] of Object.entries(draft.effects)) {
    const clip = draft.items[effect.clip];
    if (clip?.type !== 'clip') {
      lost.push(`effect ${id} "${effect.name}": its clip is lost`);
      delete draft.effects[id];
      continue;
    }
    if (effect.actor !== null) person(effect.actor);
    for (const value of Object.values(effect.settings))
      if (typeof value === 'object' && value !== null) draft.media[value.media] ??= standInMedia(value.media);
  }
  for (const performance of Object.values(draft.performances)) {
    draft.media[performance.media] ??= standInMedia(performance.media);
    for (const id of Object.values(performance.actors)) person(id);
  }
}

/**
 * Makes a document out of rows of a damaged one: whatever fits its schema is kept, broken references are mended with
 * stand-ins or cut, and all of that is reported. The result satisfies `checkProject`.
 */
export function salvageProject(head: unknown, rows: Iterable<FoundRow>): Salvage {
  const lost: string[] = [];
  const draft = validRows(rows, lost);
  const found = headSchema.safeParse(head);
  if (!found.success) lost.push('project name and order of sequences: lost');
  mendSequences(draft, lost);
  mendTracks(draft, lost);
  mendReferences(draft, lost);
  const known = found.success ? found.data : emptyProject('Recovered').head;
  const order = known.sequenceOrder.filter((id) => draft.sequences[id]);
  draft.head = {
    ...known,
    nextId: Math.max(known.nextId, highestId(draft) + 1),
    sequenceOrder: [...new Set([...order, ...Object.keys(draft.sequences)])],
  };
  lost.push(...checkProject(draft).map((fault) => `still wrong: ${fault}`));
  return { project: draft, lost };
}
