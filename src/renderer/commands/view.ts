import { PANELS, type PanelId, resetPanels, showPanel, toggleMaximised } from '../state/dock.ts';
import { type OverlayKind, useStudio } from '../state/studio.ts';
import { fitTimeline, scaleTracks, zoomTimeline } from '../state/timeline-view.ts';
import { hasSequence, isOpen, type StudioCommand } from './command.ts';

const set = useStudio.setState;
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

/** Viewer and timeline, and how they are looked at. */
export const VIEW_COMMANDS: readonly StudioCommand[] = [
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
  ...(Object.keys(PANELS) as PanelId[]).map(
    (id): StudioCommand => ({
      id: `panel.${id}`,
      label: `Panel: ${PANELS[id]}`,
      keys: [],
      run: () => showPanel(id),
      enabled: isOpen,
    }),
  ),
  {
    id: 'panel.maximise',
    label: 'Give the whole window to the panel, or take it back',
    keys: ['`'],
    run: toggleMaximised,
    enabled: isOpen,
  },
  { id: 'panels.reset', label: 'Reset the panels', keys: [], run: resetPanels, enabled: isOpen },
  {
    id: 'timeline.fit',
    label: 'Fit the sequence into the timeline',
    keys: ['Shift+Z'],
    run: fitTimeline,
    enabled: hasSequence,
  },
  { id: 'timeline.in', label: 'Zoom the timeline in', keys: ['='], run: () => zoomTimeline(1.5), enabled: hasSequence },
  {
    id: 'timeline.out',
    label: 'Zoom the timeline out',
    keys: ['-'],
    run: () => zoomTimeline(1 / 1.5),
    enabled: hasSequence,
  },
  { id: 'tracks.taller', label: 'Taller tracks', keys: ['Alt+='], run: () => scaleTracks(1.2), enabled: hasSequence },
  { id: 'tracks.lower', label: 'Lower tracks', keys: ['Alt+-'], run: () => scaleTracks(1 / 1.2), enabled: hasSequence },
];
