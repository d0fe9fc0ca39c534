import type { Handle, Interpolation, NumberKey } from '../../core/document/parameter.ts';

/** Least and most that a value may be. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Frames from a key to its neighbour on a side; undefined at the ends. */
function reach(keys: readonly NumberKey[], index: number, side: 'in' | 'out'): number | undefined {
  const other = keys[side === 'out' ? index + 1 : index - 1];
  return other && Math.abs(other.frame - keys[index]!.frame);
}

/** The handle that shapes the curve on a side of a key, as the evaluator takes it; undefined where none does. */
export function handleOf(keys: readonly NumberKey[], index: number, side: 'in' | 'out'): Handle | undefined {
  const far = reach(keys, index, side);
  const ruler = side === 'out' ? keys[index] : keys[index - 1];
  if (far === undefined || ruler?.interpolation !== 'bezier') return undefined;
  return keys[index]![side] ?? { frames: far / 3, value: 0 };
}

/** Keys with one moved; it stays between its neighbours and inside the span. */
export function withKeyAt(
  keys: readonly NumberKey[],
  index: number,
  frame: number,
  value: number,
  span: Span,
): NumberKey[] {
  const low = (keys[index - 1]?.frame ?? -Infinity) + 1;
  const high = (keys[index + 1]?.frame ?? Infinity) - 1;
  const moved = {
    ...keys[index]!,
    frame: clamp(Math.round(frame), low, high),
    value: rounded(clamp(value, span.min, span.max)),
  };
  return keys.with(index, moved);
}

/**
 * Keys with a handle pulled to a place relative to its key. The handle on the other side turns along, keeping its
 * length, unless `broken`.
 */
export function withHandle(
  keys: readonly NumberKey[],
  index: number,
  side: 'in' | 'out',
  frames: number,
  value: number,
  broken: boolean,
): NumberKey[] {
  const far = reach(keys, index, side) ?? 0;
  const pulled: Handle = { frames: rounded(clamp(Math.abs(frames), 0, far)), value: rounded(value) };
  const other = side === 'out' ? 'in' : 'out';
  const against = broken ? undefined : handleOf(keys, index, other);
  let key: NumberKey = { ...keys[index]!, [side]: pulled };
  if (against && pulled.frames > 0)
    key = { ...key, [other]: { ...against, value: rounded((-pulled.value / pulled.frames) * against.frames) } };
  return keys.with(index, key);
}

/** Keys with the stretch after one interpolated another way. */
export function withInterpolation(keys: readonly NumberKey[], index: number, how: Interpolation): NumberKey[] {
  return keys.with(index, { ...keys[index]!, interpolation: how });
}
