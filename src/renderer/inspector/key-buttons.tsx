import type { NumberKey } from '../../core/document/parameter.ts';
import type { Clip } from '../../core/document/schema.ts';
import { placeOf } from '../panels/clip-place.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';

/** Puts the playhead on the key before or after a media frame of a clip. */
function jump(clipId: string, frame: number): void {
  const state = useStudio.getState();
  const sequence = currentSequence(state);
  const clip = state.project?.items[clipId] as Clip | undefined;
  if (state.project && sequence && clip) placeOf(state.project, sequence, clip)?.seekMedia(frame);
}

function KeyJump({
  clip,
  which,
  label,
  to,
}: {
  clip: string;
  which: 'Previous' | 'Next';
  label: string;
  /** Frame of the key; undefined where there is none on that side. */
  to: number | undefined;
}) {
  return (
    <button
      type="button"
      className="quiet"
      aria-label={`${which} key of ${label}`}
      title={`${which} key`}
      disabled={to === undefined}
      onClick={() => to !== undefined && jump(clip, to)}
    >
      {which === 'Previous' ? '\u2039' : '\u203a'}
    </button>
  );
}

/** The key at the playhead, and the way to those beside it. */
export function KeyButtons({
  clip,
  label,
  keys,
  frame,
  disabled,
  onToggle,
}: {
  clip: string;
  label: string;
  keys: readonly NumberKey[];
  frame: number;
  disabled: boolean;
  onToggle: () => void;
}) {
  const here = keys.some((key) => key.frame === frame);
  const before = keys.findLast((key) => key.frame < frame);
  const after = keys.find((key) => key.frame > frame);
  return (
    <span className="key-buttons">
      {keys.length > 0 && <KeyJump clip={clip} which="Previous" label={label} to={before?.frame} />}
      <button
        type="button"
        className={here ? 'key on' : keys.length > 0 ? 'key some' : 'key'}
        aria-pressed={here}
        aria-label={`Key ${label} at the playhead`}
        title={here ? 'Delete the key at the playhead' : 'Key at the playhead'}
        disabled={disabled}
        onClick={onToggle}
      >
        {here ? '\u25c6' : '\u25c7'}
      </button>
      {keys.length > 0 && <KeyJump clip={clip} which="Next" label={label} to={after?.frame} />}
    </span>
  );
}
