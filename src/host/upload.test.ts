import { describe, expect, it } from 'vitest';
import { segmentsOf } from './engine-server.ts';
import { uploadName } from './upload.ts';

describe('names that come from outside', () => {
  it.each(['', '.', '..', '.hidden', 'a/b.mp4', 'a\\b.mp4', 'a\0.mp4', 'a\nb', 'c:d.mp4', 'x'.repeat(201)])(
    'refuses the file name %j',
    (name) => {
      expect(() => uploadName(name)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    },
  );

  it.each(['take 1.mov', 'Größe.mp4', '片.mkv', "it's.wav"])('takes the file name %j', (name) => {
    expect(uploadName(name)).toBe(name);
  });

  it.each([
    '/media/..',
    '/media/%2e%2e/x',
    '/media/%2e%2e%2fetc',
    '/media/a%5cb',
    '/media/%00',
    '/media/%zz',
    '/a/./b',
  ])('refuses the address %s', (address) => {
    expect(() => segmentsOf(address)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('reads addresses', () => {
    expect(segmentsOf('/media/abc/thumb%20nail/')).toEqual(['media', 'abc', 'thumb nail']);
  });
});
