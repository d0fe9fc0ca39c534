import { commandOf, useTooltip } from '../commands.ts';
import { EmotionWheel } from '../emotion-wheel.tsx';
import { EMOTIONS } from '../emotions.ts';
import { CommandToggle } from '../panels/command-toggle.tsx';
import { Popover } from '../panels/popover.tsx';
import { lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { CLOSEST, fitScale, fitTimeline, LANE_NAMES, LANES, useTimelineLook } from '../state/timeline-view.ts';
import { direct } from './direct.ts';

function ToolButtons() {
  const tool = useStudio((state) => state.tool);
  const snapping = useStudio((state) => state.snapping);
  return (
    <>
      {(['tool.select', 'tool.blade'] as const).map((id) => (
        <CommandToggle key={id} command={id} on={id === `tool.${tool}`}>
          {id === 'tool.select' ? 'Select' : 'Blade'}
        </CommandToggle>
      ))}
      <CommandToggle command="snapping" on={snapping}>
        Snap
      </CommandToggle>
      <button type="button" className="quiet" title={useTooltip('split')} onClick={commandOf('split').run}>
        Split
      </button>
    </>
  );
}

function LaneSwitches() {
  const lanes = useTimelineLook((look) => look.lanes);
  return (
    <Popover label="Lanes" title="What is shown under captured clips">
      {() => (
        <div className="menu-list">
          {LANES.map((kind) => (
            <label key={kind} className="inline">
              <input
                type="checkbox"
                checked={lanes.includes(kind)}
                onChange={() =>
                  useTimelineLook.setState({
                    lanes: LANES.filter((one) => (one === kind) !== lanes.includes(one)),
                  })
                }
              />
              {LANE_NAMES[kind]}
            </label>
          ))}
        </div>
      )}
    </Popover>
  );
}

function Zoom() {
  const length = useStudio(lengthOf);
  const { pxPerFrame, width, trackScale } = useTimelineLook();
  const fit = fitScale(width, length);
  return (
    <>
      <label className="inline" title="Height of the tracks (Alt and wheel)">
        Height
        <input
          type="range"
          aria-label="Height of the tracks"
          min={0.6}
          max={3}
          step={0.1}
          value={trackScale}
          onChange={({ target }) => useTimelineLook.setState({ trackScale: Number(target.value) })}
        />
      </label>
      <label className="inline" title="Zoom (Ctrl and wheel)">
        Zoom
        <input
          type="range"
          aria-label="Zoom of the timeline"
          min={Math.log(fit / 4)}
          max={Math.log(CLOSEST)}
          step={0.01}
          value={Math.log(pxPerFrame ?? fit)}
          onChange={({ target }) => useTimelineLook.setState({ pxPerFrame: Math.exp(Number(target.value)) })}
        />
      </label>
      <button type="button" className="quiet" title={useTooltip('timeline.fit')} onClick={fitTimeline}>
        Fit
      </button>
    </>
  );
}

/** Tools, emotions to direct with, and how the timeline is looked at. */
export function TimelineBar() {
  return (
    <div className="timeline-bar">
      <ToolButtons />
      <span className="divider" />
      <Popover label="Wheel" title="Emotions on the plane of valence and arousal" above>
        {(close) => (
          <div className="wheel-popup">
            <EmotionWheel
              label={null}
              intensity={1}
              onDropped={close}
              onChange={(label, intensity) => {
                close();
                void direct(label, useStudio.getState().frame, intensity);
              }}
            />
          </div>
        )}
      </Popover>
      {EMOTIONS.map(({ label, colour }) => (
        <button
          key={label}
          type="button"
          className="emotion-chip"
          draggable
          title={`Drag to the Direction lane, or click to put ${label} at the playhead`}
          style={{ '--emotion': colour } as React.CSSProperties}
          onDragStart={(event) => event.dataTransfer.setData('application/x-retake-emotion', label)}
          onClick={() => void direct(label, useStudio.getState().frame)}
        >
          {label}
        </button>
      ))}
      <span className="spacer" />
      <LaneSwitches />
      <Zoom />
    </div>
  );
}
