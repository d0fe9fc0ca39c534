import type { Work } from '../../contract/work.ts';
import { ask } from '../state/studio.ts';

/** Seconds as a person reads them. */
export function shownSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Background work under way: how far, how fast, how long still, and a way to stop it. */
export function ProgressLine({ work }: { work: Work }) {
  const { label, done, total, framesPerSecond, secondsLeft } = work;
  return (
    <div className="progress-line">
      <div className="progress-words">
        <span>{label}</span>
        <span className="numbers">
          {total > 0 ? `${Math.round((done / total) * 100)} %` : ''}
          {framesPerSecond > 0 ? `  ${framesPerSecond.toFixed(framesPerSecond < 10 ? 1 : 0)} frames/s` : ''}
          {secondsLeft !== null ? `  ${shownSeconds(secondsLeft)} left` : ''}
        </span>
      </div>
      <progress aria-label={label} value={total > 0 ? done : undefined} max={total > 0 ? total : undefined} />
      <button type="button" onClick={() => void ask((client) => client.work.cancel({ work: work.work }))}>
        Cancel
      </button>
    </div>
  );
}
