import {
  type DockviewApi,
  DockviewDefaultTab,
  DockviewReact,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import { type FunctionComponent, useEffect, useRef, useState } from 'react';
import { MouthPanel } from '../mouth/mouth-panel.tsx';
import { arrange, PANELS, type PanelId, setDock } from '../state/dock.ts';
import { keepPreference, loadPreferences } from '../state/preferences.ts';
import { useStudio } from '../state/studio.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { Viewer } from '../viewer/viewer.tsx';
import { FaceViewport } from '../viewport/face-viewport.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { Inspector } from './inspector.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { MediaPanel } from './media-panel.tsx';
import { ReportPanel } from './report-panel.tsx';

const CONTENTS: Readonly<Record<PanelId, FunctionComponent>> = {
  media: MediaPanel,
  jobs: JobsPanel,
  log: LogPanel,
  viewer: Viewer,
  inspector: Inspector,
  face: FaceViewport,
  mouth: MouthPanel,
  curves: CurvesPanel,
  report: ReportPanel,
  timeline: Timeline,
};

/** A panel works only while it is seen: what lies behind another tab asks the engine for nothing. */
function seen(Content: FunctionComponent, id: PanelId): FunctionComponent<IDockviewPanelProps> {
  return function Panel({ api }: IDockviewPanelProps) {
    const [visible, setVisible] = useState(api.isVisible);
    useEffect(() => {
      const watch = api.onDidVisibilityChange((event) => setVisible(event.isVisible));
      return () => watch.dispose();
    }, [api]);
    return (
      <section className="panel" aria-label={PANELS[id]}>
        {visible && <Content />}
      </section>
    );
  };
}

const COMPONENTS = Object.fromEntries(
  Object.entries(CONTENTS).map(([id, content]) => [id, seen(content, id as PanelId)]),
);

function Tab(props: IDockviewPanelHeaderProps) {
  return <DockviewDefaultTab hideClose {...props} />;
}

const THEME = { name: 'retake', className: 'dockview-theme-dark retake-dock', gap: 2 };
const SAVE_MS = 400;

/** Whether a layout holds every panel: one of an older version may not. */
function complete(api: DockviewApi): boolean {
  return Object.keys(PANELS).every((id) => api.getPanel(id));
}

/** The panels, docked as this project had them the last time. Tabs are dragged to other places. */
export function Dock() {
  const path = useStudio(({ open }) => open?.path);
  const [layout, setLayout] = useState<unknown>();
  const [ready, setReady] = useState(false);
  const unsaved = useRef<{ timer: ReturnType<typeof setTimeout>; save: () => void }>(undefined);
  const key = `layout:${path}`;
  useEffect(() => {
    let over = false;
    setReady(false);
    void loadPreferences().then((found) => {
      if (over) return;
      setLayout(found[key]);
      setReady(true);
    });
    return () => {
      over = true;
      // Who moves a panel and closes the project at once finds it moved the next time.
      clearTimeout(unsaved.current?.timer);
      unsaved.current?.save();
      setDock(undefined);
    };
  }, [key]);
  if (!ready) return <div className="dock" />;
  const start = (api: DockviewApi): void => {
    setDock(api);
    try {
      if (!layout) throw new TypeError('no layout yet');
      api.fromJSON(layout as never);
      if (!complete(api)) arrange(api);
    } catch {
      arrange(api);
    }
    api.onDidLayoutChange(() => {
      clearTimeout(unsaved.current?.timer);
      const moved = api.toJSON();
      const save = (): void => {
        unsaved.current = undefined;
        void keepPreference(key, moved as never);
      };
      unsaved.current = { timer: setTimeout(save, SAVE_MS), save };
    });
  };
  return (
    <div className="dock">
      <DockviewReact
        key={key}
        components={COMPONENTS}
        defaultTabComponent={Tab}
        theme={THEME}
        disableFloatingGroups
        onReady={({ api }) => start(api)}
      />
    </div>
  );
}
