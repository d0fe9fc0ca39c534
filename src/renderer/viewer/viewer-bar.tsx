import { commandOf, tooltipOf } from '../commands.ts';
import { CommandToggle } from '../panels/command-toggle.tsx';
import { Popover } from '../panels/popover.tsx';
import { useStudio, type ViewerMode } from '../state/studio.ts';
import { OVERLAY_NAMES, OVERLAYS } from './overlays.ts';

const MODES: readonly (readonly [ViewerMode, string])[] = [
  ['edited', 'Edited'],
  ['source', 'Source'],
  ['split', 'Side by side'],
  ['wipe', 'Wipe'],
  ['difference', 'Difference'],
];
const ZOOMS = [0, 0.25, 0.5, 1, 2, 4, 8];

/** What the viewer shows, what is drawn over it, how large. */
export function ViewerBar({ scale }: { scale: number }) {
  const mode = useStudio((state) => state.viewerMode);
  const overlays = useStudio((state) => state.overlays);
  const { zoom } = useStudio((state) => state.view);
  const zooms = ZOOMS.includes(zoom) ? ZOOMS : [...ZOOMS, zoom].sort((a, b) => a - b);
  return (
    <div className="viewer-bar">
      {MODES.map(([id, label]) => (
        <CommandToggle key={id} command={`view.${id}`} on={mode === id}>
          {label}
        </CommandToggle>
      ))}
      <span className="spacer" />
      <Popover
        label={overlays.length > 0 ? `Overlays ${overlays.length}` : 'Overlays'}
        title="What is drawn over the picture"
      >
        {() => (
          <div className="menu-list">
            {OVERLAYS.map((kind) => (
              <label key={kind} className="inline" title={tooltipOf(`overlay.${kind}`)}>
                <input
                  type="checkbox"
                  checked={overlays.includes(kind)}
                  onChange={() => commandOf(`overlay.${kind}`).run()}
                />
                {OVERLAY_NAMES[kind]}
              </label>
            ))}
          </div>
        )}
      </Popover>
      <select
        aria-label="Zoom of the viewer"
        title="Wheel zooms, drag pans, Z fits"
        value={zoom}
        onChange={({ target }) => useStudio.setState({ view: { zoom: Number(target.value), panX: 0, panY: 0 } })}
      >
        {zooms.map((one) => (
          <option key={one} value={one}>
            {one === 0 ? `Fit ${Math.round(scale * 100)} %` : `${Math.round(one * 100)} %`}
          </option>
        ))}
      </select>
    </div>
  );
}
