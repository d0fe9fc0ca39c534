import { describe, expect, it } from 'vitest';
import { flaggedRuns, reasonWords } from './flagged.ts';

describe('flagged frames', () => {
  it('are told by stretches, without those that nobody wanted edited', () => {
    const notes = [
      { frame: 7, reason: 'occluded' },
      { frame: 5, reason: 'occluded' },
      { frame: 6, reason: 'occluded' },
      { frame: 8, reason: 'profile' },
      { frame: 1, reason: 'unchanged' },
      { frame: 20, reason: 'occluded' },
    ];
    expect(flaggedRuns(notes)).toEqual([
      { from: 5, until: 8, reason: 'occluded' },
      { from: 8, until: 9, reason: 'profile' },
      { from: 20, until: 21, reason: 'occluded' },
    ]);
    expect(reasonWords('occluded')).toBe('Face is covered');
  });
});
