import { describe, expect, it } from 'vitest';
import type { Performance } from '../../core/performance.ts';
import { referenceNotes } from './style-source.ts';

const seen = (shots: number[]): Performance => ({
  width: 64,
  height: 64,
  frameCount: 200,
  shots,
  actors: [],
  tracks: [],
});

describe('referenceNotes', () => {
  it('says when a reference has cuts or shows several people, and nothing about a plain one', () => {
    expect(referenceNotes(seen([0]), 1, false)).toEqual([]);
    expect(referenceNotes(seen([0, 40]), 1, false).join()).toMatch(/1 cut;.*shot by shot/);
    expect(referenceNotes(seen([0, 40, 90]), 2, false).join()).toMatch(/2 people.*--actor.*2 cuts/);
    expect(referenceNotes(seen([0]), 2, true)).toEqual([]);
  });
});
