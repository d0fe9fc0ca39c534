import { describe, expect, it } from 'vitest';
import { unpackAssets } from './mediapipe-assets.ts';

const data = Uint8Array.of(1, 2, 3, 4, 5);
const loader = (table: unknown): string => `(function(){ loadPackage(${JSON.stringify(table)}) })();`;

describe('unpackAssets', () => {
  it('cuts files out by their base names', () => {
    const files = [
      { filename: '/a/b/first.tflite', start: 0, end: 2 },
      { filename: '/second.bin', start: 2, end: 5 },
    ];
    const assets = unpackAssets(loader({ files }), data);
    expect(assets.get('first.tflite')).toEqual(Uint8Array.of(1, 2));
    expect(assets.get('second.bin')).toEqual(Uint8Array.of(3, 4, 5));
  });

  it('refuses a loader without a table', () => {
    expect(() => unpackAssets('nothing here', data)).toThrow('table');
  });

  it('refuses files outside the data', () => {
    expect(() => unpackAssets(loader({ files: [{ filename: '/x', start: 3, end: 9 }] }), data)).toThrow('outside');
  });
});
