import { layOut } from '../core/document/query.ts';
import type { Clip } from '../core/document/schema.ts';
import {
  closeProject,
  currentSequence,
  edit,
  inspectedClip,
  lengthOf,
  type OverlayKind,
  openSample,
  seek,
  stepHistory,
  track,
  useStudio,
} from './state/studio.ts';

/** One thing that can be done: feeds menu, palette, shortcut and tooltip. */
export interface StudioCommand {
  readonly id: string;
  readonly label: string;
  /** As a person presses it: `Mod+Shift+Z`; Mod is Ctrl, on a Mac the command key. */
  readonly keys: readonly string[];
  readonly run: () => void;
  /** Whether it can be done now; always when missing. */
  readonly enabled?: () => boolean;
}

const get = useStudio.getState;
const set = useStudio.setState;
const isOpen = (): boolean => get().project !== null;
const hasSequence = (): boolean => currentSequence(get()) !== undefined;

function selectedClips(): Clip[] {
  const { project, selection } = get();
  return selection.flatMap((id) => {
    const item = project?.items[id];
    return item?.type === 'clip' ? [item] : [];
  });
}

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

/** First and last frames of clips, for jumping from cut to cut. */
function cuts(): number[] {
  const { project } = get();
  const sequence = currentSequence(get());
  if (!project || !sequence) return [];
  const all = sequence.tracks.flatMap((id) =>
    layOut(project, project.tracks[id]!).flatMap(({ start, end }) => [start, end]),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

function setPoint(which: 'inPoint' | 'outPoint'): void {
  const sequence = currentSequence(get());
  if (!sequence) return;
  const { frame } = get();
  const inPoint = which === 'inPoint' ? frame : sequence.inPoint;
  const outPoint = which === 'outPoint' ? frame + 1 : sequence.outPoint;
  const fits = inPoint === null || outPoint === null || inPoint < outPoint;
  void edit([
    {
      edit: 'setInOut',
      args: {
        sequence: sequence.id,
        inPoint: fits || which === 'inPoint' ? inPoint : null,
        outPoint: fits || which === 'outPoint' ? outPoint : null,
      },
    },
  ]);
}

const WHOLE = { zoom: 0, panX: 0, panY: 0 };

function overlay(kind: OverlayKind, label: string, keys: string): StudioCommand {
  return {
    id: `overlay.${kind}`,
    label: `Overlay: ${label}`,
    keys: [keys],
    run: () =>
      set(({ overlays }) => ({
        overlays: overlays.includes(kind) ? overlays.filter((one) => one !== kind) : [...overlays, kind],
      })),
  };
}

/** All commands, in the order of the palette. */
export const COMMANDS: readonly StudioCommand[] = [
  { id: 'palette', label: 'Find a command', keys: ['Mod+K'], run: () => set({ dialog: 'palette' }) },
  { id: 'project.new', label: 'New project', keys: ['Mod+Alt+N'], run: () => set({ dialog: 'create' }) },
  { id: 'project.open', label: 'Open project', keys: ['Mod+O'], run: () => set({ dialog: 'open' }) },
  { id: 'project.sample', label: 'Open the sample project', keys: [], run: () => void openSample() },
  { id: 'project.close', label: 'Close project', keys: [], run: () => void closeProject(), enabled: isOpen },
  { id: 'media.import', label: 'Import media', keys: ['Mod+I'], run: () => set({ dialog: 'import' }), enabled: isOpen },
  {
    id: 'media.track',
    label: 'Track faces of the selected clip',
    keys: ['T'],
    run: () => {
      const clip = inspectedClip(get());
      if (clip) void track(clip.media);
    },
    enabled: () => inspectedClip(get()) !== undefined,
  },
  {
    id: 'export',
    label: 'Export sequence',
    keys: ['Mod+E'],
    run: () => set({ dialog: 'export' }),
    enabled: hasSequence,
  },
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
  {
    id: 'play',
    label: 'Play or stop',
    keys: ['Space', 'L'],
    run: () => set(({ playing }) => ({ playing: !playing })),
    enabled: hasSequence,
  },
  { id: 'stop', label: 'Stop', keys: ['K'], run: () => set({ playing: false }), enabled: hasSequence },
  {
    id: 'loop',
    label: 'Loop between in and out',
    keys: ['Mod+L'],
    run: () => set(({ loop }) => ({ loop: !loop })),
    enabled: hasSequence,
  },
  {
    id: 'step.back',
    label: 'One frame back',
    keys: ['ArrowLeft', ','],
    run: () => seek(get().frame - 1),
    enabled: hasSequence,
  },
  {
    id: 'step.forward',
    label: 'One frame forward',
    keys: ['ArrowRight', '.'],
    run: () => seek(get().frame + 1),
    enabled: hasSequence,
  },
  {
    id: 'second.back',
    label: 'Ten frames back',
    keys: ['Shift+ArrowLeft', 'J'],
    run: () => seek(get().frame - 10),
    enabled: hasSequence,
  },
  {
    id: 'second.forward',
    label: 'Ten frames forward',
    keys: ['Shift+ArrowRight'],
    run: () => seek(get().frame + 10),
    enabled: hasSequence,
  },
  {
    id: 'cut.previous',
    label: 'Previous cut',
    keys: ['ArrowUp'],
    run: () => seek(cuts().findLast((at) => at < get().frame) ?? 0),
    enabled: hasSequence,
  },
  {
    id: 'cut.next',
    label: 'Next cut',
    keys: ['ArrowDown'],
    run: () => seek(cuts().find((at) => at > get().frame) ?? lengthOf(get()) - 1),
    enabled: hasSequence,
  },
  { id: 'start', label: 'Go to the start', keys: ['Home'], run: () => seek(0), enabled: hasSequence },
  { id: 'end', label: 'Go to the end', keys: ['End'], run: () => seek(lengthOf(get()) - 1), enabled: hasSequence },
  { id: 'in', label: 'Set in point', keys: ['I'], run: () => setPoint('inPoint'), enabled: hasSequence },
  { id: 'out', label: 'Set out point', keys: ['O'], run: () => setPoint('outPoint'), enabled: hasSequence },
  {
    id: 'marker',
    label: 'Add marker',
    keys: ['M'],
    run: () => {
      const sequence = currentSequence(get());
      if (sequence)
        void edit([
          {
            edit: 'addMarker',
            args: { owner: { table: 'sequences', id: sequence.id }, marker: { frame: get().frame } },
          },
        ]);
    },
    enabled: hasSequence,
  },
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
    enabled: () => clipsUnderPlayhead().length > 0,
  },
  {
    id: 'delete',
    label: 'Delete, leaving a gap',
    keys: ['Delete', 'Backspace'],
    run: () => void edit([{ edit: 'remove', args: { items: selectedClips().map(({ id }) => id) } }]),
    enabled: () => selectedClips().length > 0,
  },
  {
    id: 'delete.ripple',
    label: 'Ripple delete',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    run: () => void edit([{ edit: 'remove', args: { items: selectedClips().map(({ id }) => id), ripple: true } }]),
    enabled: () => selectedClips().length > 0,
  },
  { id: 'view.edited', label: 'View: edited', keys: ['1'], run: () => set({ viewerMode: 'edited' }) },
  { id: 'view.source', label: 'View: source', keys: ['2'], run: () => set({ viewerMode: 'source' }) },
  { id: 'view.split', label: 'View: side by side', keys: ['3'], run: () => set({ viewerMode: 'split' }) },
  { id: 'view.wipe', label: 'View: wipe', keys: ['4'], run: () => set({ viewerMode: 'wipe' }) },
  { id: 'view.difference', label: 'View: difference', keys: ['5'], run: () => set({ viewerMode: 'difference' }) },
  { id: 'view.fit', label: 'Fit the picture into the viewer', keys: ['Z'], run: () => set({ view: WHOLE }) },
  {
    id: 'view.pixels',
    label: 'Show the picture pixel for pixel',
    keys: ['Alt+1'],
    run: () => set({ view: { ...WHOLE, zoom: 1 } }),
  },
  overlay('mesh', 'reconstructed mesh', 'Shift+M'),
  overlay('landmarks', 'tracked landmarks', 'Shift+L'),
  overlay('matte', 'matte of changed pixels', 'Shift+A'),
  overlay('faces', 'face boxes with names', 'Shift+F'),
  overlay('safe', 'safe areas', 'Shift+S'),
];

/** The command of an id. */
export function commandOf(id: string): StudioCommand {
  const found = COMMANDS.find((command) => command.id === id);
  if (!found) throw new Error(`there is no command ${id}`);
  return found;
}

/** Label with its first shortcut, for tooltips. */
export function tooltipOf(id: string): string {
  const { label, keys } = commandOf(id);
  return keys[0] ? `${label} (${shownKeys(keys[0])})` : label;
}

const ON_MAC = navigator.platform.startsWith('Mac');

/** A shortcut as it is printed on the keys. */
export function shownKeys(keys: string): string {
  return keys
    .replace('Mod', ON_MAC ? '\u2318' : 'Ctrl')
    .replace('ArrowLeft', '\u2190')
    .replace('ArrowRight', '\u2192')
    .replace('ArrowUp', '\u2191')
    .replace('ArrowDown', '\u2193');
}

function pressed(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts = [
    ...(event.ctrlKey || event.metaKey ? ['Mod'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey ? ['Shift'] : []),
    key,
  ];
  return parts.join('+');
}

/** Runs commands by their keys, but leaves fields, dialogs and buttons their own. */
export function listenForShortcuts(): () => void {
  const listen = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement | null;
    const field = target?.closest('input, textarea, select, [contenteditable]');
    const keys = pressed(event);
    if (get().dialog !== 'none') return;
    if (field && !keys.startsWith('Mod+')) return;
    if (target?.closest('button, [role="slider"]') && ['Space', 'Enter'].includes(keys)) return;
    const command = COMMANDS.find((one) => one.keys.includes(keys));
    if (!command || command.enabled?.() === false) return;
    event.preventDefault();
    command.run();
  };
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
