import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CacheFolder } from './cache-folder.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

it('keeps files whole or not at all, drops the oldest, and may vanish at any time', async () => {
  const root = join(mkdtempSync(join(tmpdir(), 'retake-cache-')), 'film.retake-cache');
  const cache = new CacheFolder(root);
  expect(cache.read('thumbs', 'a')).toBeUndefined();
  await cache.write('thumbs', 'a', '.jpg', bytes(100));
  await cache.write('thumbs', '../../b', '.jpg', bytes(50));
  expect(cache.read('thumbs', 'a', '.jpg')).toEqual(Buffer.from(bytes(100)));
  expect(cache.size()).toBe(150);
  expect(readdirSync(root)).toEqual(['thumbs']);

  const failed = cache.make('peaks', 'x', '', async (path) => {
    writeFileSync(path, 'half');
    throw new Error('stopped');
  });
  await expect(failed).rejects.toThrow('stopped');
  expect(cache.size()).toBe(150);

  // The folder goes while a file is being made in it.
  const survivor = await cache.make('proxies', 'p', '.mov', async (path) => {
    writeFileSync(path, bytes(30));
    rmSync(join(root, 'thumbs'), { recursive: true });
  });
  expect(survivor.endsWith('.mov')).toBe(true);
  expect(cache.size()).toBe(30);
  rmSync(root, { recursive: true });
  await cache.write('thumbs', 'a', '.jpg', bytes(10));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await cache.write('thumbs', 'c', '.jpg', bytes(10));
  expect(cache.trim(10)).toBe(10);
  expect(cache.read('thumbs', 'a', '.jpg')).toBeUndefined();
  expect(cache.read('thumbs', 'c', '.jpg')).toHaveLength(10);
});
