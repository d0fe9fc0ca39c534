import { LIP_COLUMNS, LIPS_CLOSED, type LipColumn } from '../../contract/lip-fit.ts';
import type { CapturedTrack } from '../engine/captured.ts';

const WIDTH = LIP_COLUMNS.length;

/** How the mouths of a clip fit, over its tracks. */
export interface LipTable {
  readonly tracks: readonly CapturedTrack[];
  /** All tracks one after the other, [rows, 8]: see LIP_COLUMNS. */
  readonly values: Float32Array;
}

/** A frame at which to look. */
export interface WorstFrame {
  readonly frame: number;
  readonly track: number;
  /** Mean distance of mesh and plate lips, centimetres. */
  readonly error: number;
  /** Lips that touch in the plate do not in the edit. */
  readonly lostClosure: boolean;
}

/** First row of each track. */
function offsets(table: LipTable): number[] {
  let at = 0;
  return table.tracks.map(({ frameCount }) => {
    const first = at;
    at += frameCount;
    return first;
  });
}

/** A column of a track. */
export function columnOf(table: LipTable, track: number, column: LipColumn): Float32Array {
  const first = offsets(table)[track]!;
  const at = LIP_COLUMNS.indexOf(column);
  return Float32Array.from(
    { length: table.tracks[track]!.frameCount },
    (_, row) => table.values[(first + row) * WIDTH + at]!,
  );
}

/** The numbers of a track at a media frame; undefined where it has no face. */
export function lipsAt(table: LipTable, track: number, frame: number): Record<LipColumn, number> | undefined {
  const known = table.tracks[track];
  const row = known ? frame - known.firstFrame : -1;
  if (!known || row < 0 || row >= known.frameCount) return undefined;
  const at = (offsets(table)[track]! + row) * WIDTH;
  if (Number.isNaN(table.values[at]!)) return undefined;
  return Object.fromEntries(LIP_COLUMNS.map((name, k) => [name, table.values[at + k]!])) as Record<LipColumn, number>;
}

/** Stretches of media frames [from, until) in which a bit of `closed` is set. */
export function closures(table: LipTable, track: number, bit: number): { from: number; until: number }[] {
  const flags = columnOf(table, track, 'closed');
  const { firstFrame } = table.tracks[track]!;
  const found: { from: number; until: number }[] = [];
  for (let row = 0; row < flags.length; row++) {
    if (!(flags[row]! & bit)) continue;
    const last = found.at(-1);
    if (last && last.until === firstFrame + row) last.until += 1;
    else found.push({ from: firstFrame + row, until: firstFrame + row + 1 });
  }
  return found;
}

/** Frames where the fit is worst, worst first: lost closures before all else, then peaks at least `apart` frames apart. */
export function worstFrames(table: LipTable, range: readonly [number, number], count = 8, apart = 6): WorstFrame[] {
  const all: WorstFrame[] = [];
  table.tracks.forEach(({ firstFrame }, track) => {
    const errors = columnOf(table, track, 'error');
    const flags = columnOf(table, track, 'closed');
    errors.forEach((error, row) => {
      const frame = firstFrame + row;
      if (Number.isNaN(error) || frame < range[0] || frame >= range[1]) return;
      const lostClosure = (flags[row]! & LIPS_CLOSED.plate) !== 0 && (flags[row]! & LIPS_CLOSED.edit) === 0;
      all.push({ frame, track, error, lostClosure });
    });
  });
  all.sort((a, b) => Number(b.lostClosure) - Number(a.lostClosure) || b.error - a.error);
  const kept: WorstFrame[] = [];
  for (const one of all) {
    if (kept.length >= count) break;
    if (kept.every(({ frame, track }) => track !== one.track || Math.abs(frame - one.frame) >= apart)) kept.push(one);
  }
  return kept;
}
