import { layOut } from '../../core/document/query.ts';
import type { Clip } from '../../core/document/schema.ts';
import {
  canPaste,
  canPasteEffects,
  copyEffects,
  copySelection,
  cutSelection,
  duplicateSelection,
  paste,
  pasteEffects,
  removeSelection,
  selectAll,
  selectedClips,
  toggleEnabled,
  toggleLinked,
} from '../state/clips.ts';
import { edit, stepHistory } from '../state/editing.ts';
import { addEffect } from '../state/effects.ts';
import { currentSequence, inspectedClip } from '../state/queries.ts';
import { ask, useStudio } from '../state/studio.ts';
import { hasSequence, isOpen, isWritable, type StudioCommand } from './command.ts';

const get = useStudio.getState;
const set = useStudio.setState;

/** Picture and sound clips under the playhead. */
function clipsUnderPlayhead(): Clip[] {
  const { project, frame } = get();
  const sequence = currentSequence(get());
  if (!project || !sequence) return [];
  return sequence.tracks.flatMap((id) =>
    layOut(project, project.tracks[id]!).flatMap(({ item, start, end }) =>
      item.type === 'clip' && start < frame && frame < end ? [item] : [],
    ),
  );
}

const anySelected = (): boolean => isWritable() && selectedClips().length > 0;

function addTrack(kind: 'video' | 'audio'): void {
  const sequence = currentSequence(get());
  if (sequence) void edit([{ edit: 'addTrack', args: { sequence: sequence.id, kind } }]);
}

function clearInOut(): void {
  const sequence = currentSequence(get());
  if (sequence) void edit([{ edit: 'setInOut', args: { sequence: sequence.id, inPoint: null, outPoint: null } }]);
}

function depict(): void {
  const { open } = get();
  const clip = inspectedClip(get());
  if (open && clip) void ask((client) => client.work.depict({ handle: open.handle, media: clip.media }));
}

/** Changes of the timeline. */
export const EDIT_COMMANDS: readonly StudioCommand[] = [
  {
    id: 'undo',
    label: 'Undo',
    keys: ['Mod+Z'],
    run: () => void stepHistory('undo'),
    enabled: () => get().history.undo.length > 0,
  },
  {
    id: 'redo',
    label: 'Redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    run: () => void stepHistory('redo'),
    enabled: () => get().history.redo.length > 0,
  },
  { id: 'history', label: 'Show undo list', keys: ['Mod+H'], run: () => set({ dialog: 'history' }), enabled: isOpen },
  { id: 'tool.select', label: 'Selection tool', keys: ['A'], run: () => set({ tool: 'select' }) },
  { id: 'tool.blade', label: 'Blade tool', keys: ['B'], run: () => set({ tool: 'blade' }) },
  {
    id: 'snapping',
    label: 'Snapping on or off',
    keys: ['N'],
    run: () => set(({ snapping }) => ({ snapping: !snapping })),
  },
  {
    id: 'split',
    label: 'Split at the playhead',
    keys: ['Mod+B'],
    run: () => {
      const under = clipsUnderPlayhead();
      const chosen = under.filter(({ id }) => get().selection.includes(id));
      const clips = (chosen.length > 0 ? chosen : under).map(({ id }) => id);
      if (clips.length > 0) void edit([{ edit: 'split', args: { clips, frame: get().frame } }]);
    },
    enabled: () => isWritable() && clipsUnderPlayhead().length > 0,
  },
  { id: 'cut', label: 'Cut', keys: ['Mod+X'], run: () => void cutSelection(), enabled: anySelected },
  { id: 'copy', label: 'Copy', keys: ['Mod+C'], run: copySelection, enabled: () => selectedClips().length > 0 },
  {
    id: 'paste',
    label: 'Paste at the playhead',
    keys: ['Mod+V'],
    run: () => void paste(),
    enabled: () => isWritable() && canPaste(),
  },
  { id: 'duplicate', label: 'Duplicate', keys: ['Mod+D'], run: () => void duplicateSelection(), enabled: anySelected },
  {
    id: 'delete',
    label: 'Delete, leaving a gap',
    keys: ['Delete', 'Backspace'],
    run: () => void removeSelection(false),
    enabled: () => isWritable() && get().selection.length > 0,
  },
  {
    id: 'delete.ripple',
    label: 'Ripple delete',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    run: () => void removeSelection(true),
    enabled: anySelected,
  },
  { id: 'select.all', label: 'Select all clips', keys: ['Mod+A'], run: selectAll, enabled: hasSequence },
  {
    id: 'select.none',
    label: 'Select nothing',
    keys: ['Escape'],
    run: () => set({ selection: [] }),
    enabled: () => get().selection.length > 0,
  },
  {
    id: 'clip.enable',
    label: 'Switch clips on or off',
    keys: ['Shift+E'],
    run: () => void toggleEnabled(),
    enabled: anySelected,
  },
  {
    id: 'clip.link',
    label: 'Link or unlink clips',
    keys: ['Alt+L'],
    run: () => void toggleLinked(),
    enabled: anySelected,
  },
  {
    id: 'effects.copy',
    label: 'Copy effects',
    keys: ['Mod+Alt+C'],
    run: copyEffects,
    enabled: () => selectedClips().some(({ effects }) => effects.length > 0),
  },
  {
    id: 'effects.paste',
    label: 'Paste effects',
    keys: ['Mod+Alt+V'],
    run: () => void pasteEffects(),
    enabled: () => anySelected() && canPasteEffects(),
  },
  {
    id: 'effect.emotion',
    label: 'Add an emotion to the clip',
    keys: ['E'],
    run: () => void addEffect('emotion'),
    enabled: () => isWritable() && inspectedClip(get()) !== undefined,
  },
  {
    id: 'effect.units',
    label: 'Add action units to the clip',
    keys: ['U'],
    run: () => void addEffect('action-units'),
    enabled: () => isWritable() && inspectedClip(get()) !== undefined,
  },
  {
    id: 'media.depict',
    label: 'Read the depicted expression of the clip',
    keys: [],
    run: depict,
    enabled: () => isWritable() && inspectedClip(get()) !== undefined,
  },
  {
    id: 'inout.clear',
    label: 'Clear in and out',
    keys: ['Alt+X'],
    run: clearInOut,
    enabled: () => isWritable() && hasSequence(),
  },
  {
    id: 'track.video',
    label: 'Add a video track',
    keys: [],
    run: () => addTrack('video'),
    enabled: () => isWritable() && hasSequence(),
  },
  {
    id: 'track.audio',
    label: 'Add an audio track',
    keys: [],
    run: () => addTrack('audio'),
    enabled: () => isWritable() && hasSequence(),
  },
];
