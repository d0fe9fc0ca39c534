import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requireDistinct, requireInput, requireOutput } from './paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-paths-'));
const clip = join(folder, 'clip.mp4');
writeFileSync(clip, 'x');
symlinkSync(clip, join(folder, 'link.mp4'));
linkSync(clip, join(folder, 'hard.mp4'));
symlinkSync(join(folder, 'round.mp4'), join(folder, 'round.mp4'));
mkdirSync(join(folder, 'inside'));
afterAll(() => rmSync(folder, { recursive: true }));

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('paths to read', () => {
  it('pass when they are files', async () => {
    expect(await requireInput(clip, 'clip')).toBe(clip);
    expect(await requireInput(join(folder, 'link.mp4'), 'clip')).toBe(join(folder, 'link.mp4'));
  });

  it('fail with what is wrong with them', async () => {
    await expect(requireInput(join(folder, 'none.mp4'), 'clip')).rejects.toEqual(code('file-not-found'));
    await expect(requireInput(join(clip, 'below.mp4'), 'clip')).rejects.toEqual(code('file-not-found'));
    await expect(requireInput(folder, 'clip')).rejects.toEqual(code('file-unreadable'));
    await expect(requireInput(join(folder, 'round.mp4'), 'clip')).rejects.toEqual(code('file-unreadable'));
    expect(await requireInput(folder, 'clip', true)).toBe(folder);
  });
});

describe('paths to write', () => {
  it('pass in a folder that exists', async () => {
    expect(await requireOutput(join(folder, 'out.mp4'), [clip])).toBe(join(folder, 'out.mp4'));
    expect(await requireOutput(join(folder, 'inside'), [clip], true)).toBe(join(folder, 'inside'));
    expect(await requireOutput(join(folder, 'new'), [clip], true)).toBe(join(folder, 'new'));
  });

  it('are never the source, not even through links', async () => {
    for (const name of ['clip.mp4', 'link.mp4', 'hard.mp4', 'inside/../clip.mp4'])
      await expect(requireOutput(join(folder, name), [clip])).rejects.toEqual(code('output-exists-as-input'));
  });

  it('fail when there is no such folder, or a file in its place', async () => {
    await expect(requireOutput(join(folder, 'none', 'out.mp4'), [])).rejects.toEqual(code('output-unwritable'));
    await expect(requireOutput(join(clip, 'out.mp4'), [])).rejects.toEqual(code('output-unwritable'));
    await expect(requireOutput(join(folder, 'inside'), [])).rejects.toEqual(code('output-unwritable'));
    await expect(requireOutput(clip, [], true)).rejects.toEqual(code('output-unwritable'));
  });

  it('never replace a folder with anything in it that Retake did not write', async () => {
    const full = join(folder, 'full');
    mkdirSync(join(full, 'patch'), { recursive: true });
    writeFileSync(join(full, 'frame-000001.png'), 'x');
    expect(await requireOutput(full, [], true)).toBe(full);
    writeFileSync(join(full, 'letter.txt'), 'x');
    await expect(requireOutput(full, [], true)).rejects.toThrow('holds other files (letter.txt)');
  });

  it('fail without permission', async (test) => {
    if (process.getuid?.() === 0) {
      console.warn('SKIPPED: permissions do not bind root');
      test.skip();
    }
    chmodSync(join(folder, 'inside'), 0o500);
    await expect(requireOutput(join(folder, 'inside', 'out.mp4'), [])).rejects.toEqual(code('output-unwritable'));
  });

  it('are all different', () => {
    expect(() => requireDistinct(['/a', undefined, '/b', undefined])).not.toThrow();
    expect(() => requireDistinct(['/a', '/b', '/a'])).toThrow('Two outputs');
  });
});
