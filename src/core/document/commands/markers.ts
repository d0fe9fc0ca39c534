import { z } from 'zod';
import { RetakeError } from '../../errors.ts';
import { type Marker, markerSchema } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { idSchema } from '../values.ts';
import { command } from './command.ts';

const owner = z.strictObject({ table: z.enum(['sequences', 'items', 'media']), id: idSchema });
const values = markerSchema.omit({ id: true });

type Owner = z.output<typeof owner>;

function read(tx: Transaction, { table, id }: Owner): readonly Marker[] {
  if (table === 'items') return tx.clip(id).markers;
  return tx.get(table, id).markers;
}

function write(tx: Transaction, { table, id }: Owner, list: readonly Marker[]): void {
  const markers = list.toSorted((a, b) => a.frame - b.frame);
  if (table === 'items') tx.put('items', { ...tx.openClip(id), markers });
  else if (table === 'media') tx.put('media', { ...tx.get('media', id), markers });
  else tx.put('sequences', { ...tx.get('sequences', id), markers });
}

/** Puts a marker on a sequence, a clip or a media item. */
export const addMarker = command({
  args: z.strictObject({
    owner,
    marker: values.partial({ duration: true, name: true, colour: true, note: true, metadata: true }),
  }),
  label: () => 'Add marker',
  run(tx, { owner: on, marker }) {
    const id = tx.newId('m');
    const { frame, duration = 0, name = '', colour = 'red', note = '', metadata = {} } = marker;
    write(tx, on, [...read(tx, on), { id, frame, duration, name, colour, note, metadata }]);
    return [id];
  },
});

function found(list: readonly Marker[], id: string): Marker {
  const marker = list.find((one) => one.id === id);
  if (!marker) throw new RetakeError('not-found', `There is no marker ${id} there.`, { id });
  return marker;
}

/** Moves or changes a marker. */
export const setMarker = command({
  args: z.strictObject({ owner, marker: idSchema, changes: values.partial() }),
  label: ({ changes }) => (changes.frame === undefined ? 'Change marker' : 'Move marker'),
  run(tx, { owner: on, marker: id, changes }) {
    const list = read(tx, on);
    const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const changed = { ...found(list, id), ...set } as Marker;
    write(
      tx,
      on,
      list.map((marker) => (marker.id === id ? changed : marker)),
    );
    return [];
  },
});

/** Deletes a marker. */
export const removeMarker = command({
  args: z.strictObject({ owner, marker: idSchema }),
  label: () => 'Delete marker',
  run(tx, { owner: on, marker: id }) {
    const list = read(tx, on);
    found(list, id);
    write(
      tx,
      on,
      list.filter((marker) => marker.id !== id),
    );
    return [];
  },
});
