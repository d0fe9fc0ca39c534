import { z } from 'zod';
import { fitsMedia } from '../lane-normal.ts';
import { mediaSchema, performanceSchema } from '../schema.ts';
import { idSchema, metadataSchema, nameSchema } from '../values.ts';
import { command, conflict, counted, rateOf } from './command.ts';

const details = mediaSchema.omit({ id: true, markers: true });

/** Takes sources into the project. */
export const importMedia = command({
  args: z.strictObject({ media: z.array(details).min(1) }),
  label: ({ media }) => counted('Import', media.length, 'media file'),
  run(tx, { media }) {
    return media.map((one) => {
      const id = tx.newId('f');
      tx.put('media', { ...one, id, markers: [] });
      return id;
    });
  },
});

/** Points a media item at another file. Refused where a clip uses frames that the new file does not have. */
export const relinkMedia = command({
  args: z.strictObject({ media: idSchema, details: details.omit({ name: true, metadata: true }) }),
  label: () => 'Relink media',
  run(tx, { media: id, details: found }) {
    const relinked = { ...tx.get('media', id), ...found };
    for (const item of Object.values(tx.table('items')))
      if (item.type === 'clip' && item.media === id && !fitsMedia(item, relinked, rateOf(tx, item.track)))
        conflict(`"${item.name}" uses frames that ${found.path ?? 'the new source'} does not have.`, { clip: item.id });
    tx.put('media', relinked);
    return [];
  },
});

/** Renames a media item or sets what other programs attached to it. */
export const setMedia = command({
  args: z.strictObject({ media: idSchema, name: nameSchema.optional(), metadata: metadataSchema.optional() }),
  label: ({ name }) => (name === undefined ? 'Change media' : 'Rename media'),
  run(tx, { media: id, name, metadata }) {
    const old = tx.get('media', id);
    tx.put('media', { ...old, name: name ?? old.name, metadata: metadata ?? old.metadata });
    return [];
  },
});

/** Takes sources out of the project; refused while clips, effects or performances use them. */
export const removeMedia = command({
  args: z.strictObject({ media: z.array(idSchema).min(1) }),
  label: ({ media }) => counted('Remove', media.length, 'media file'),
  run(tx, { media }) {
    const gone = new Set(media);
    const refuse = (id: string, by: string): never =>
      conflict(`${tx.get('media', id).name} is still used by ${by}. Delete that first.`, { media: id });
    for (const item of Object.values(tx.table('items')))
      if (item.type === 'clip' && gone.has(item.media)) refuse(item.media, `clip "${item.name}"`);
    for (const effect of Object.values(tx.table('effects')))
      for (const value of Object.values(effect.settings))
        if (typeof value === 'object' && value !== null && gone.has(value.media))
          refuse(value.media, `effect "${effect.name}"`);
    for (const performance of Object.values(tx.table('performances')))
      if (gone.has(performance.media)) tx.remove('performances', performance.id);
    for (const id of media) {
      tx.get('media', id);
      tx.remove('media', id);
    }
    return [];
  },
});

/** Adds people to the project. */
export const addActors = command({
  args: z.strictObject({ names: z.array(nameSchema).min(1) }),
  label: ({ names }) => counted('Add', names.length, 'actor'),
  run(tx, { names }) {
    return names.map((name) => {
      const id = tx.newId('p');
      tx.put('actors', { id, name, metadata: {} });
      return id;
    });
  },
});

/** Renames a person. */
export const setActor = command({
  args: z.strictObject({ actor: idSchema, name: nameSchema.optional(), metadata: metadataSchema.optional() }),
  label: ({ name }) => (name === undefined ? 'Change actor' : 'Rename actor'),
  run(tx, { actor: id, name, metadata }) {
    const old = tx.get('actors', id);
    tx.put('actors', { ...old, name: name ?? old.name, metadata: metadata ?? old.metadata });
    return [];
  },
});

/** Makes two people one: all that points at `actor` points at `into`, and `actor` goes. */
export const mergeActors = command({
  args: z.strictObject({ actor: idSchema, into: idSchema }),
  label: () => 'Merge actors',
  run(tx, { actor, into }) {
    tx.get('actors', actor);
    tx.get('actors', into);
    if (actor === into) return [];
    for (const effect of Object.values(tx.table('effects')))
      if (effect.actor === actor) tx.put('effects', { ...effect, actor: into });
    for (const performance of Object.values(tx.table('performances'))) {
      const actors = Object.entries(performance.actors).map(([from, to]) => [from, to === actor ? into : to]);
      if (Object.values(performance.actors).includes(actor))
        tx.put('performances', { ...performance, actors: Object.fromEntries(actors) });
    }
    tx.remove('actors', actor);
    return [];
  },
});

/** Notes that a media item was captured; the dense data lie in the store under `resultKey`. */
export const addPerformance = command({
  args: performanceSchema.omit({ id: true }),
  label: () => 'Track performance',
  run(tx, performance) {
    tx.get('media', performance.media);
    for (const actor of Object.values(performance.actors)) tx.get('actors', actor);
    const id = tx.newId('r');
    tx.put('performances', { ...performance, id });
    return [id];
  },
});

/** Forgets a performance; its dense data stay in the store until it is tidied. */
export const removePerformance = command({
  args: z.strictObject({ performance: idSchema }),
  label: () => 'Remove performance',
  run(tx, { performance: id }) {
    tx.get('performances', id);
    tx.remove('performances', id);
    return [];
  },
});

/** Renames the project or sets what other programs attached to it. */
export const setProject = command({
  args: z.strictObject({ name: nameSchema.optional(), metadata: metadataSchema.optional() }),
  label: ({ name }) => (name === undefined ? 'Change project' : 'Rename project'),
  run(tx, { name, metadata }) {
    tx.setHead({ name: name ?? tx.head.name, metadata: metadata ?? tx.head.metadata });
    return [];
  },
});
