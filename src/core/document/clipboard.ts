import { z } from 'zod';
import { effectSchema } from './effect-schema.ts';
import { laneLength } from './lane.ts';
import { clipSchema, type Project } from './schema.ts';
import { frameSchema, idSchema } from './values.ts';

/** Copied clips: where each lay relative to the first of them, what it is, and its effects. Links are numbered. */
export const clipboardSchema = z.strictObject({
  clips: z
    .array(
      z.strictObject({
        track: idSchema,
        kind: z.enum(['video', 'audio']),
        offset: frameSchema,
        link: z.int().nullable(),
        clip: clipSchema.omit({ type: true, id: true, track: true, link: true, effects: true }),
        effects: z.array(effectSchema),
      }),
    )
    .min(1),
});

/** See {@link clipboardSchema}. */
export type Clipboard = z.infer<typeof clipboardSchema>;

/** Copies clips out of a project, for `paste`. Ids that are not clips are left out; null when none is left. */
export function copyClips(project: Project, ids: readonly string[]): Clipboard | null {
  const wanted = new Set(ids);
  const links: string[] = [];
  const found: Clipboard['clips'] = [];
  for (const track of Object.values(project.tracks)) {
    const items = track.items.map((id) => project.items[id]!);
    for (const [index, item] of items.entries()) {
      if (item.type !== 'clip' || !wanted.has(item.id)) continue;
      const { type: _type, id: _id, track: _track, link, effects, ...clip } = item;
      if (link !== null && !links.includes(link)) links.push(link);
      found.push({
        track: track.id,
        kind: track.kind,
        offset: laneLength(items.slice(0, index)),
        link: link === null ? null : links.indexOf(link),
        clip,
        effects: effects.map((effect) => project.effects[effect]!),
      });
    }
  }
  const first = Math.min(...found.map(({ offset }) => offset));
  // A link of which only one clip was copied is none.
  const shared = (link: number | null): boolean => found.filter((one) => one.link === link).length > 1;
  if (found.length === 0) return null;
  return {
    clips: found.map((one) => ({ ...one, offset: one.offset - first, link: shared(one.link) ? one.link : null })),
  };
}
