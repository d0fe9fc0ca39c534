import type { z } from 'zod';
import { RetakeError } from '../../errors.ts';
import type { Rational } from '../../rational.ts';
import { startOf } from '../lane.ts';
import type { Clip, Item } from '../schema.ts';
import type { Transaction } from '../transaction.ts';

/** What a command made: ids of new rows, in the order in which they were asked for. */
export type Created = readonly string[];

/**
 * One kind of edit: its arguments as a schema (so that every interface can send it), its name in the history, and what
 * it does to the document. `run` throws a RetakeError and then nothing has happened.
 */
export interface Command<S extends z.ZodType = z.ZodType> {
  readonly args: S;
  readonly label: (args: z.output<S>) => string;
  readonly run: (tx: Transaction, args: z.output<S>) => Created;
}

/** Types a command record by its schema. */
export function command<S extends z.ZodType>(definition: Command<S>): Command<S> {
  return definition;
}

/** Refuses an edit that the document does not allow. */
export function conflict(message: string, details: Record<string, string | number> = {}): never {
  throw new RetakeError('conflict', message, details);
}

/** Rate of the sequence that a track belongs to. */
export function rateOf(tx: Transaction, track: string): Rational {
  return tx.get('sequences', tx.get('tracks', track).sequence).rate;
}

/** The clips, and all that are linked to them when `linked`; without repeats, the given ones first. */
export function withLinked(tx: Transaction, ids: readonly string[], linked: boolean): Clip[] {
  const clips = new Map(ids.map((id) => [id, tx.clip(id)]));
  const groups = new Set([...clips.values()].flatMap((clip) => (linked && clip.link !== null ? [clip.link] : [])));
  if (groups.size > 0)
    for (const id in tx.table('items')) {
      const item = tx.table('items')[id]!;
      if (item.type === 'clip' && item.link !== null && groups.has(item.link) && !clips.has(id)) clips.set(id, item);
    }
  return [...clips.values()];
}

/** First frame of an item on its track. */
export function positionOf(tx: Transaction, item: Item): number {
  return startOf(tx.lane(item.track), item.id);
}

/** Items by the track they are on. */
export function byTrack<I extends Item>(items: readonly I[]): Map<string, I[]> {
  return Map.groupBy(items, (item) => item.track);
}

/** Texts for one or several things: `Delete clip`, `Delete 3 clips`. */
export function counted(verb: string, count: number, noun: string): string {
  return count === 1 ? `${verb} ${noun}` : `${verb} ${count} ${noun}s`;
}
