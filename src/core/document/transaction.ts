import { freeze } from 'immer';
import { RetakeError } from '../errors.ts';
import { copyTable } from './apply-patches.ts';
import type { Touched } from './diff.ts';
import type { Effect } from './effect-schema.ts';
import { normaliseLane } from './lane-normal.ts';
import type { Clip, Entities, Item, Project, ProjectHead, TableName, Track } from './schema.ts';

const NOUNS: Readonly<Record<TableName, string>> = {
  media: 'media item',
  actors: 'actor',
  performances: 'performance',
  sequences: 'sequence',
  tracks: 'track',
  items: 'item',
  effects: 'effect',
};

function refuseLocked(track: Track): never {
  throw new RetakeError('conflict', `Track "${track.name}" is locked. Unlock it to edit it.`, { track: track.id });
}

type Mutable<T extends TableName> = Record<string, Entities[T]>;

/**
 * One edit in the making: a view of the document in which rows can be replaced. Rows are never changed in place, tables
 * are copied on first write, and the base document stays as it was.
 */
export class Transaction {
  readonly #base: Project;
  readonly #tables: { [T in TableName]?: Mutable<T> } = {};
  readonly #lanes = new Map<string, readonly string[]>();
  readonly #touched = new Map<TableName, Set<string>>();
  #head: ProjectHead;

  constructor(base: Project) {
    this.#base = base;
    this.#head = base.head;
  }

  get head(): ProjectHead {
    return this.#head;
  }

  setHead(changes: Partial<ProjectHead>): void {
    this.#head = { ...this.#head, ...changes };
  }

  /** A new id, `prefix` and a number that was never used in this document. */
  newId(prefix: string): string {
    const id = `${prefix}${this.#head.nextId}`;
    this.setHead({ nextId: this.#head.nextId + 1 });
    return id;
  }

  table<T extends TableName>(name: T): Readonly<Record<string, Entities[T]>> {
    return ((this.#tables as Partial<Project>)[name] ?? this.#base[name]) as Readonly<Record<string, Entities[T]>>;
  }

  find<T extends TableName>(name: T, id: string): Entities[T] | undefined {
    const table = this.table(name);
    return Object.hasOwn(table, id) ? table[id] : undefined;
  }

  /** The row, or `not-found`. */
  get<T extends TableName>(name: T, id: string): Entities[T] {
    const row = this.find(name, id);
    if (row === undefined)
      throw new RetakeError('not-found', `There is no ${NOUNS[name]} ${id} in the project.`, { table: name, id });
    return row;
  }

  clip(id: string): Clip {
    const item = this.get('items', id);
    if (item.type !== 'clip') throw new RetakeError('invalid-argument', `${id} is a ${item.type}, not a clip.`, { id });
    return item;
  }

  /** The clip, unless its track is locked (`conflict`). */
  openClip(id: string): Clip {
    const clip = this.clip(id);
    const track = this.get('tracks', clip.track);
    if (track.locked) refuseLocked(track);
    return clip;
  }

  /** The effect, unless the track of its clip is locked (`conflict`). */
  openEffect(id: string): Effect {
    const effect = this.get('effects', id);
    this.openClip(effect.clip);
    return effect;
  }

  put<T extends TableName>(name: T, row: Entities[T]): void {
    this.#writable(name, row.id)[row.id] = freeze(row, true);
  }

  remove(name: TableName, id: string): void {
    delete this.#writable(name, id)[id];
  }

  /** Items of a track in order. */
  lane(trackId: string): Item[] {
    return this.get('tracks', trackId).items.map((id) => this.get('items', id));
  }

  /** Writes a track's items: brings them into normal form, keeps their `track` right. Refuses a locked track. */
  setLane(trackId: string, items: readonly Item[]): void {
    const track = this.get('tracks', trackId);
    if (track.locked) refuseLocked(track);
    if (!this.#lanes.has(trackId)) this.#lanes.set(trackId, track.items);
    const normal = normaliseLane(
      items,
      (media) => this.get('media', media),
      this.get('sequences', track.sequence).rate,
    );
    for (const item of normal) {
      const placed = item.track === trackId ? item : { ...item, track: trackId };
      if (this.find('items', item.id) !== placed) this.put('items', placed);
    }
    const ids = normal.map((item) => item.id);
    const same = ids.length === track.items.length && ids.every((id, index) => id === track.items[index]);
    if (!same) this.put('tracks', { ...track, items: ids });
  }

  /** The document after the edit. Items that left all tracks go, with their effects; links of one are dissolved. */
  finish(): Project {
    this.#dropOrphans();
    return freeze({ ...this.#base, ...this.#tables, head: freeze(this.#head, true) } as Project);
  }

  /** Rows that were put or removed. */
  get touched(): Touched {
    return this.#touched;
  }

  #writable<T extends TableName>(name: T, id: string): Mutable<T> {
    const ids = this.#touched.get(name);
    if (ids) ids.add(id);
    else this.#touched.set(name, new Set([id]));
    const own = this.#tables[name] as Mutable<T> | undefined;
    if (own) return own;
    const copy = copyTable(this.table(name));
    (this.#tables as Record<TableName, unknown>)[name] = copy;
    return copy;
  }

  #dropOrphans(): void {
    if (this.#lanes.size === 0) return;
    const kept = new Set<string>();
    const links = new Set<string | null>([null]);
    for (const trackId of this.#lanes.keys()) for (const id of this.find('tracks', trackId)?.items ?? []) kept.add(id);
    for (const before of this.#lanes.values())
      for (const id of before) {
        const item = kept.has(id) ? undefined : this.find('items', id);
        if (item === undefined) continue;
        if (item.type === 'clip') {
          for (const effect of item.effects) this.remove('effects', effect);
          links.add(item.link);
        }
        this.remove('items', id);
      }
    // A piece that was cut off and then dropped in the same edit left copies of its effects.
    for (const id of this.#touched.get('effects') ?? []) {
      const effect = this.find('effects', id);
      if (effect && this.find('items', effect.clip) === undefined) this.remove('effects', id);
    }
    links.delete(null);
    this.dissolveLonelyLinks(links);
  }

  /** Takes the link off the only clip that is left of each of these groups. */
  dissolveLonelyLinks(links: ReadonlySet<string | null>): void {
    if (links.size === 0) return;
    const members = new Map<string, Clip[]>();
    for (const id in this.table('items')) {
      const item = this.table('items')[id]!;
      if (item.type !== 'clip' || item.link === null || !links.has(item.link)) continue;
      const group = members.get(item.link);
      if (group) group.push(item);
      else members.set(item.link, [item]);
    }
    for (const [only, ...others] of members.values())
      if (only && others.length === 0) this.put('items', { ...only, link: null });
  }
}
