import { useState } from 'react';
import { formatTimecode, parsePosition } from '../../core/timecode.ts';
import { sentenceOf } from '../engine/connection.ts';
import { currentSequence, seek } from '../state/queries.ts';
import { notify, useStudio } from '../state/studio.ts';

/** Frame that was typed: a position, or with a sign so many frames or so much timecode further or back. */
export function typedFrame(text: string, frame: number, startFrame: number, parse: (text: string) => number): number {
  const relative = /^\s*([+-])(.+)$/.exec(text);
  if (relative) return frame + (relative[1] === '-' ? -1 : 1) * parse(relative[2]!);
  return parse(text) - (text.includes(':') || text.includes(';') ? startFrame : 0);
}

/** The playhead's timecode; a click lets a place be typed. */
export function TimecodeField() {
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const [typed, setTyped] = useState<string>();
  if (!sequence)
    return (
      <span className="timecode" data-testid="timecode">
        --:--:--:--
      </span>
    );
  const shown = formatTimecode(sequence.startFrame + frame, sequence.rate, sequence.dropFrame);
  const take = (): void => {
    try {
      if (typed !== undefined && typed !== shown)
        seek(typedFrame(typed, frame, sequence.startFrame, (text) => parsePosition(text, sequence.rate)));
    } catch (thrown) {
      notify('error', sentenceOf(thrown));
    }
    setTyped(undefined);
  };
  if (typed === undefined)
    return (
      <button
        type="button"
        className="quiet timecode"
        data-testid="timecode"
        title="Click to type a place: 00:00:02:00, 2s, 50, +10, -5"
        onClick={() => {
          useStudio.setState({ playing: false });
          setTyped(shown);
        }}
      >
        {shown}
      </button>
    );
  return (
    <input
      className="timecode"
      aria-label="Timecode"
      value={typed}
      ref={(element) => element?.focus()}
      onFocus={({ target }) => target.select()}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
        else if (event.key === 'Escape') setTyped(undefined);
      }}
    />
  );
}
