import { Icon } from '../icons.tsx';
import { openMenu } from '../panels/context-menu.tsx';
import { edit } from '../state/editing.ts';
import { useTimelineLook } from '../state/timeline-view.ts';
import { type Row, RULER, type TimelineLayout } from './layout.ts';
import { lineOf } from './menus.ts';

function TrackButtons({ row }: { row: Row }) {
  const { track, kind } = row;
  return (
    <span className="track-buttons">
      <button
        type="button"
        className={track.locked ? 'chosen' : 'quiet'}
        aria-pressed={track.locked}
        aria-label={`Lock ${track.name}`}
        title="Lock the track"
        onClick={() => void edit([{ edit: 'setTrack', args: { track: track.id, locked: !track.locked } }])}
      >
        <Icon name={track.locked ? 'lock' : 'unlock'} />
      </button>
      <button
        type="button"
        className={track.muted ? 'chosen' : 'quiet'}
        aria-pressed={track.muted}
        aria-label={`${kind === 'video' ? 'Hide' : 'Mute'} ${track.name}`}
        title={kind === 'video' ? 'Hide the track' : 'Mute the track'}
        onClick={() => void edit([{ edit: 'setTrack', args: { track: track.id, muted: !track.muted } }])}
      >
        <Icon name={kind === 'video' ? (track.muted ? 'hidden' : 'eye') : track.muted ? 'muted' : 'sound'} />
      </button>
    </span>
  );
}

/** Names and switches of the rows. */
export function TrackHeads({ layout }: { layout: TimelineLayout }) {
  const scrollY = useTimelineLook((look) => look.scrollY);
  return (
    <div className="track-heads">
      <div className="track-list" style={{ paddingTop: RULER, transform: `translateY(${-scrollY}px)` }}>
        {layout.rows.map((row) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and does not lay out like this
          <div
            key={`${row.track.id}-${row.kind}`}
            role="group"
            aria-label={`${row.name} of ${row.track.name}`}
            className={`track-head ${row.kind}`}
            style={{ height: row.height }}
            onContextMenu={(event) => {
              event.preventDefault();
              openMenu(event.clientX, event.clientY, [
                lineOf('track.video'),
                lineOf('track.audio'),
                'rule',
                {
                  label: `Delete ${row.track.name} and what is on it`,
                  run: () => void edit([{ edit: 'removeTrack', args: { track: row.track.id } }]),
                },
              ]);
            }}
          >
            {row.kind === 'affect' ? (
              <span>
                <span className="valence">Valence</span> <span className="arousal">arousal</span>
              </span>
            ) : (
              <span>{row.name}</span>
            )}
            {(row.kind === 'video' || row.kind === 'audio') && <TrackButtons row={row} />}
          </div>
        ))}
      </div>
    </div>
  );
}
