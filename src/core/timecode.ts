import { RetakeError } from './errors.ts';
import { type Rational, secondsToFrame, toNumber } from './rational.ts';

/** Frames that SMPTE timecode counts in one of its seconds: 30 for 29.97, 24 for 23.976. */
export function nominalRate(rate: Rational): number {
  return Math.round(toNumber(rate));
}

/** Drop-frame timecode exists for 30000/1001 and 60000/1001 only (SMPTE ST 12-1). */
export function canDropFrames(rate: Rational): boolean {
  return rate.den === 1001 && (rate.num === 30_000 || rate.num === 60_000);
}

/**
 * SMPTE timecode of a frame, `HH:MM:SS:FF`, or `HH:MM:SS;FF` with dropped numbers (ST 12-1: 2 numbers, 4 at 59.94,
 * skipped each minute but every tenth). `frame` >= 0.
 */
export function formatTimecode(frame: number, rate: Rational, dropFrame = false): string {
  const nominal = nominalRate(rate);
  let number = frame;
  if (dropFrame && canDropFrames(rate)) {
    const dropped = nominal / 15;
    const perTenMinutes = nominal * 600 - 9 * dropped;
    const perMinute = nominal * 60 - dropped;
    const tens = Math.floor(frame / perTenMinutes);
    const rest = frame % perTenMinutes;
    number += 9 * dropped * tens + (rest >= dropped ? dropped * Math.floor((rest - dropped) / perMinute) : 0);
  }
  const pad = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(number / nominal);
  const separator = dropFrame && canDropFrames(rate) ? ';' : ':';
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${separator}${pad(number % nominal)}`;
}

const TIMECODE = /^(?:(\d+):)?(\d{1,2}):(\d{1,2})([:;.])(\d{1,2})$/;

/**
 * A position that a person typed, as a frame: `120` or `120f` (frames), `4.8s` (seconds), `01:02:03:04` or `02:03:04`
 * (timecode; `;` before the frames means drop-frame). Throws `invalid-argument` with the accepted forms.
 */
export function parsePosition(text: string, rate: Rational): number {
  const trimmed = text.trim();
  const frames = /^(\d+)f?$/.exec(trimmed);
  if (frames) return Number(frames[1]);
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(trimmed);
  if (seconds) return secondsToFrame(Number(seconds[1]), rate);
  const match = TIMECODE.exec(trimmed);
  const nominal = nominalRate(rate);
  if (match) {
    const [hours, minutes, secs, frame] = [match[1] ?? '0', match[2], match[3], match[5]].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const drop = match[4] === ';' && canDropFrames(rate);
    const droppedNumber = drop && secs === 0 && minutes % 10 !== 0 && frame < nominal / 15;
    if (minutes < 60 && secs < 60 && frame < nominal && !droppedNumber) {
      const totalMinutes = hours * 60 + minutes;
      const number = (totalMinutes * 60 + secs) * nominal + frame;
      return drop ? number - (nominal / 15) * (totalMinutes - Math.floor(totalMinutes / 10)) : number;
    }
  }
  throw new RetakeError(
    'invalid-argument',
    `"${text}" is not a position. Give frames (120), seconds (4.8s) or timecode (00:00:04:20) at ${nominal} frames per second.`,
    { value: text },
  );
}
