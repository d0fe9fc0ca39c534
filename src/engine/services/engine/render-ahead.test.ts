import { describe, expect, it } from 'vitest';
import { bytesOf, previewImages } from './preview-images.ts';
import { orderFrom, runsOf } from './render-ahead.ts';

const preview = (bytes: number) => ({
  image: { width: 2, height: 2, bytes: new Uint8Array(bytes) },
  notes: { layers: [], touched: true },
});

describe('rendering ahead', () => {
  it('begins at the playhead and comes back for what lies before it', () => {
    expect([...orderFrom({ frame: 3, from: 1, until: 6 })]).toEqual([3, 4, 5, 1, 2]);
    expect([...orderFrom({ frame: 9, from: 0, until: 3 })]).toEqual([0, 1, 2]);
  });

  it('tells frames as runs', () => {
    expect(runsOf(0, 8, (frame) => [0, 1, 4, 6, 7].includes(frame))).toEqual([
      [0, 2],
      [4, 5],
      [6, 8],
    ]);
    expect(runsOf(3, 3, () => true)).toEqual([]);
  });
});

describe('previews that are kept', () => {
  it('gives up those used longest ago when they pass the budget; asking for their bytes is no use', () => {
    const kept = previewImages(100);
    kept.set('a', preview(40));
    kept.set('b', preview(40));
    expect(kept.get('a')).toBeDefined();
    expect([bytesOf(kept, 'b'), bytesOf(kept, undefined)]).toEqual([40, 0]);
    kept.set('c', preview(40));
    expect(['a', 'b', 'c'].map((name) => bytesOf(kept, name))).toEqual([40, 0, 40]);
    kept.set('c', preview(10));
    expect(kept.calculatedSize).toBe(50);
  });
});
