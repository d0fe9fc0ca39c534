import { describe, expect, it } from 'vitest';
import { draggedRange } from './direction-range.ts';

const shown = { start: 10, end: 60 };
const range = { start: 20, duration: 20 };

describe('the range of a dragged direction', () => {
  it('moves its onset and its offset apart from one another, and keeps two frames between them', () => {
    expect(draggedRange(range, 'start', 5, shown)).toEqual({ start: 25, duration: 15 });
    expect(draggedRange(range, 'start', 50, shown)).toEqual({ start: 38, duration: 2 });
    expect(draggedRange(range, 'end', -5, shown)).toEqual({ start: 20, duration: 15 });
    expect(draggedRange(range, 'end', -50, shown)).toEqual({ start: 20, duration: 2 });
  });

  it('goes no further than its clip shows', () => {
    expect(draggedRange(range, 'start', -50, shown)).toEqual({ start: 10, duration: 30 });
    expect(draggedRange(range, 'end', 50, shown)).toEqual({ start: 20, duration: 40 });
    expect(draggedRange(range, null, -50, shown)).toEqual({ start: 10, duration: 20 });
    expect(draggedRange(range, null, 50, shown)).toEqual({ start: 40, duration: 20 });
    expect(draggedRange(range, null, 7, shown)).toEqual({ start: 27, duration: 20 });
  });

  it('leaves what a trim put outside where it is', () => {
    const outside = { start: 0, duration: 100 };
    for (const edge of ['start', 'end', null] as const) expect(draggedRange(outside, edge, 0, shown)).toEqual(outside);
  });
});
