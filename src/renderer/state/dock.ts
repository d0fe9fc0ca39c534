import type { AddPanelOptions, DockviewApi } from 'dockview-react';

/** Panels of the workspace by id, with their names on tabs. */
export const PANELS = {
  media: 'Media',
  jobs: 'Jobs',
  log: 'Log',
  viewer: 'Viewer',
  inspector: 'Inspector',
  face: '3D',
  mouth: 'Mouth',
  curves: 'Curves',
  report: 'Report',
  timeline: 'Timeline',
} as const;

/** One of {@link PANELS}. */
export type PanelId = keyof typeof PANELS;

let dock: DockviewApi | undefined;

/** The workspace tells which dock is there; undefined when it goes. */
export function setDock(api: DockviewApi | undefined): void {
  dock = api;
}

/** Puts the panels where they are at first. */
export function arrange(api: DockviewApi): void {
  api.clear();
  const add = (id: PanelId, position?: AddPanelOptions['position'], inactive = false): void => {
    api.addPanel({
      id,
      component: id,
      title: PANELS[id],
      inactive,
      ...(position ? { position } : {}),
    } as AddPanelOptions);
  };
  add('viewer');
  add('timeline', { direction: 'below' });
  add('media', { referencePanel: 'viewer', direction: 'left' });
  add('inspector', { referencePanel: 'viewer', direction: 'right' });
  for (const id of ['jobs', 'report', 'log'] as const) add(id, { referencePanel: 'media' }, true);
  for (const id of ['face', 'mouth', 'curves'] as const) add(id, { referencePanel: 'inspector' }, true);
  api.getPanel('media')?.group.api.setSize({ width: 280 });
  api.getPanel('inspector')?.group.api.setSize({ width: 372 });
  api.getPanel('timeline')?.group.api.setSize({ height: Math.max(308, Math.round(api.height * 0.4)) });
}

/** Shows a panel, wherever it lies. */
export function showPanel(id: PanelId): void {
  dock?.getPanel(id)?.api.setActive();
}

/** Gives the whole window to the panel that was used last, or takes it back. */
export function toggleMaximised(): void {
  if (dock?.hasMaximizedGroup()) dock.exitMaximizedGroup();
  else dock?.activePanel?.api.maximize();
}

/** Puts all panels back where they were at first. */
export function resetPanels(): void {
  if (dock) arrange(dock);
}
