import type { ProjectChange } from '../../contract/project.ts';
import { type Clipboard, copyClips } from '../../core/document/clipboard.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import type { Clip } from '../../core/document/schema.ts';
import { edit } from './editing.ts';
import { currentSequence } from './queries.ts';
import { useStudio } from './studio.ts';

const get = useStudio.getState;
const set = useStudio.setState;

let clipboard: Clipboard | null = null;
let copiedEffects: readonly Effect[] = [];

/** The selected clips. */
export function selectedClips(): Clip[] {
  const { project, selection } = get();
  return selection.flatMap((id) => {
    const item = project?.items[id];
    return item?.type === 'clip' ? [item] : [];
  });
}

/** Selects clips together with those that are linked to them. */
export function withLinked(ids: readonly string[]): string[] {
  const { project } = get();
  const links = new Set(
    ids.flatMap((id) => {
      const item = project?.items[id];
      return item?.type === 'clip' && item.link !== null ? [item.link] : [];
    }),
  );
  const linked = Object.values(project?.items ?? {}).flatMap((item) =>
    item.type === 'clip' && item.link !== null && links.has(item.link) ? [item.id] : [],
  );
  return [...new Set([...ids, ...linked])];
}

/** Selects the clips that an edit made, without the effects that came with them: those would be what is deleted. */
export function selectMade(change: ProjectChange | undefined): void {
  const { project } = get();
  if (change) set({ selection: change.created.filter((id) => project?.items[id]) });
}

/** Whether there is something to paste. */
export const canPaste = (): boolean => clipboard !== null;

/** Copies the selected clips with their effects. */
export function copySelection(): void {
  const { project, selection } = get();
  if (project) clipboard = copyClips(project, withLinked(selection)) ?? clipboard;
}

/** Copies the selected clips and takes them off the timeline. */
export async function cutSelection(): Promise<void> {
  copySelection();
  await removeSelection(false);
}

/** Pastes at the playhead, over what is there, and selects what was pasted. */
export async function paste(): Promise<void> {
  const { project, frame } = get();
  const sequence = currentSequence(get());
  if (!clipboard || !project || !sequence) return;
  // Copied in another sequence: the first track of the kind.
  const first = (kind: string): string | undefined => sequence.tracks.find((id) => project.tracks[id]!.kind === kind);
  const tracks = Object.fromEntries(
    clipboard.clips.flatMap(({ track, kind }) => {
      const target = sequence.tracks.includes(track) ? undefined : first(kind);
      return target === undefined ? [] : [[track, target]];
    }),
  );
  selectMade(await edit([{ edit: 'paste', args: { clipboard, at: frame, tracks } }]));
}

/** Pastes a copy of the selected clips right behind them. */
export async function duplicateSelection(): Promise<void> {
  const kept = clipboard;
  copySelection();
  const clips = selectedClips();
  if (!clipboard || clips.length === 0) return;
  const end = Math.max(...clipboard.clips.map(({ offset, clip }) => offset + clip.duration));
  const { project } = get();
  const starts = clips.map((clip) => {
    let at = 0;
    for (const id of project!.tracks[clip.track]!.items) {
      if (id === clip.id) return at;
      const item = project!.items[id]!;
      if (item.type !== 'transition') at += item.duration;
    }
    return at;
  });
  const change = await edit([{ edit: 'paste', args: { clipboard, at: Math.min(...starts) + end } }], 'Duplicate');
  clipboard = kept;
  selectMade(change);
}

/** Deletes the selected clips, or, where only effects are selected, those. */
export async function removeSelection(ripple: boolean): Promise<void> {
  const { project, selection } = get();
  const effects = selection.filter((id) => project?.effects[id]);
  const clips = selectedClips().map(({ id }) => id);
  // A selected direction brings its clip into the selection; it is the direction that is meant.
  if (effects.length > 0) await edit([{ edit: 'removeEffects', args: { effects } }]);
  else if (clips.length > 0) await edit([{ edit: 'remove', args: { items: clips, ripple } }]);
}

/** Selects every clip of the sequence. */
export function selectAll(): void {
  const { project } = get();
  const sequence = currentSequence(get());
  if (!project || !sequence) return;
  const items = sequence.tracks.flatMap((id) => project.tracks[id]!.items);
  set({ selection: items.filter((id) => project.items[id]!.type === 'clip') });
}

/** Switches the selected clips on or off, all to what the first one is not. */
export async function toggleEnabled(): Promise<void> {
  const clips = selectedClips();
  const enabled = !(clips[0]?.enabled ?? false);
  if (clips.length > 0) await edit(clips.map(({ id }) => ({ edit: 'setClip' as const, args: { clip: id, enabled } })));
}

/** Links the selected clips, or unlinks them where they are. */
export async function toggleLinked(): Promise<void> {
  const clips = selectedClips().map(({ id }) => id);
  const linked = selectedClips().some(({ link }) => link !== null);
  if (linked) await edit([{ edit: 'unlink', args: { clips } }]);
  else if (clips.length > 1) await edit([{ edit: 'link', args: { clips } }]);
}

/** Copies the effects of the first selected clip that has some. */
export function copyEffects(): void {
  const { project } = get();
  const clip = selectedClips().find(({ effects }) => effects.length > 0);
  if (project && clip) copiedEffects = clip.effects.map((id) => project.effects[id]!);
}

/** Whether effects were copied. */
export const canPasteEffects = (): boolean => copiedEffects.length > 0;

/** Puts the copied effects on the selected picture clips. */
export async function pasteEffects(): Promise<void> {
  const { project } = get();
  const clips = selectedClips().filter(({ track }) => project?.tracks[track]?.kind === 'video');
  if (clips.length === 0 || copiedEffects.length === 0) return;
  await edit([{ edit: 'copyEffects', args: { effects: [...copiedEffects], clips: clips.map(({ id }) => id) } }]);
}
