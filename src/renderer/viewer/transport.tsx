import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { commandOf, useTooltip } from '../commands.ts';
import { CommandToggle } from '../panels/command-toggle.tsx';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { TimecodeField } from './timecode-field.tsx';

const frames = (runs: readonly (readonly [number, number])[]): number =>
  runs.reduce((sum, [from, until]) => sum + until - from, 0);

/** While it plays, how many frames are really shown; while it rests, how much of the edit is rendered ahead. */
function PlayState() {
  const rate = useStudio(({ shownRate }) => (shownRate === null ? null : Math.round(shownRate * 10) / 10));
  const fps = useStudio((state) => toNumber(currentSequence(state)?.rate ?? { num: 25, den: 1 }));
  const share = useStudio(({ prepared }) => {
    const waiting = prepared ? frames(prepared.waiting) : 0;
    return waiting === 0 ? null : Math.floor((100 * frames(prepared!.ready)) / (waiting + frames(prepared!.ready)));
  });
  if (rate !== null)
    return (
      <span
        className={rate < fps * 0.8 ? 'play-state numbers warn' : 'play-state numbers'}
        data-testid="shown-rate"
        title={`Frames per second that are really shown, of ${Number(fps.toFixed(3))}`}
      >
        {`${rate.toFixed(1)} fps`}
      </span>
    );
  if (share === null) return null;
  return (
    <span className="play-state muted numbers" title="How much of the edit is rendered ahead for playing">
      {`${share} % rendered`}
    </span>
  );
}

function TransportButton({ id, sign }: { id: string; sign: string }) {
  const { label, run } = commandOf(id);
  return (
    <button type="button" title={useTooltip(id)} aria-label={label} onClick={run}>
      {sign}
    </button>
  );
}

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
          <TransportButton key={id} id={id} sign={sign} />
        ))}
        <CommandToggle command="loop" on={loop}>
          Loop
        </CommandToggle>
        <PlayState />
        {playing && speed !== 1 && <span className="speed numbers">{`${speed}\u00d7`}</span>}
      </div>
      <span className="timecode muted">{rate ? formatTimecode(length, rate) : ''}</span>
    </div>
  );
}
