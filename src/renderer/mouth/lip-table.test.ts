import { describe, expect, it } from 'vitest';
import { LIP_COLUMNS, LIPS_CLOSED } from '../../contract/lip-fit.ts';
import { closures, columnOf, type LipTable, lipsAt, worstFrames } from './lip-table.ts';

const all = LIPS_CLOSED.plate + LIPS_CLOSED.mesh + LIPS_CLOSED.edit;

/** Two tracks of 20 frames; errors and flags by frame. */
function table(errors: Record<number, number>, flags: Record<number, number>): LipTable {
  const values = new Float32Array(40 * LIP_COLUMNS.length);
  for (let row = 0; row < 40; row++) {
    values[row * 8 + 6] = errors[row] ?? 0.01;
    values[row * 8 + 7] = flags[row] ?? 0;
  }
  values.fill(Number.NaN, 25 * 8, 26 * 8);
  return {
    tracks: [
      { actor: 'a', shot: 0, firstFrame: 0, frameCount: 20 },
      { actor: 'b', shot: 1, firstFrame: 100, frameCount: 20 },
    ],
    values,
  };
}

describe('table of lips', () => {
  it('reads tracks that lie one after the other', () => {
    const lips = table({ 23: 0.5 }, {});
    expect(columnOf(lips, 1, 'error')[3]).toBe(0.5);
    expect(lipsAt(lips, 1, 103)?.error).toBe(0.5);
    expect(lipsAt(lips, 1, 105)).toBeUndefined();
    expect(lipsAt(lips, 0, 25)).toBeUndefined();
  });

  it('joins frames of closed lips', () => {
    expect(closures(table({}, { 3: all, 4: all, 9: LIPS_CLOSED.plate }), 0, LIPS_CLOSED.plate)).toEqual([
      { from: 3, until: 5 },
      { from: 9, until: 10 },
    ]);
  });

  it('puts lost closures first, then the largest errors, each place once', () => {
    const lips = table({ 5: 0.4, 6: 0.39, 15: 0.2, 30: 0.9 }, { 12: LIPS_CLOSED.plate, 13: all });
    expect(worstFrames(lips, [0, 200], 3).map(({ frame }) => frame)).toEqual([12, 110, 5]);
    expect(worstFrames(lips, [0, 20], 8)[0]).toMatchObject({ frame: 12, lostClosure: true });
    expect(worstFrames(lips, [0, 20], 8).map(({ frame }) => frame)).not.toContain(110);
  });
});
