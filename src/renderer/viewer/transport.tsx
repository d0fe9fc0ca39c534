import { formatTimecode } from '../../core/timecode.ts';
import { commandOf, tooltipOf } from '../commands.ts';
import { currentSequence, lengthOf, useStudio } from '../state/studio.ts';
import { TimecodeField } from './timecode-field.tsx';

/** Timecode and the buttons that move the playhead. */
export function Transport() {
  const sequence = useStudio(currentSequence);
  const speed = useStudio((state) => state.speed);
  const playing = useStudio((state) => state.playing);
  const loop = useStudio((state) => state.loop);
  const length = useStudio(lengthOf);
  const rate = sequence?.rate;
  return (
    <div className="transport">
      <TimecodeField />
      <div className="transport-buttons">
        {(
          [
            ['start', '|\u25c2'],
            ['step.back', '\u25c2'],
            ['play', playing ? '\u25a0' : '\u25b6'],
            ['step.forward', '\u25b8'],
            ['end', '\u25b8|'],
          ] as const
        ).map(([id, sign]) => (
          <button
            key={id}
            type="button"
            title={tooltipOf(id)}
            aria-label={commandOf(id).label}
            onClick={commandOf(id).run}
          >
            {sign}
          </button>
        ))}
        <button
          type="button"
          className={loop ? 'chosen' : 'quiet'}
          aria-pressed={loop}
          title={tooltipOf('loop')}
          onClick={commandOf('loop').run}
        >
          Loop
        </button>
        {playing && speed !== 1 && <span className="speed numbers">{`${speed}\u00d7`}</span>}
      </div>
      <span className="timecode muted">{rate ? formatTimecode(length, rate) : ''}</span>
    </div>
  );
}
