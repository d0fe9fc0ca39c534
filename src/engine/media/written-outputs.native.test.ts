import { spawnSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rational } from '../../core/rational.ts';
import { fileWriteError, writeError } from './av-error.ts';
import { av } from './native.ts';
import { probeMedia } from './probe.ts';
import { writeImage } from './still-image.ts';
import { filmOptions, refused, writeFilm } from './testing/films.ts';
import { TEST_COLOUR, testFrame, YUV420 } from './testing/synthetic.ts';
import { createVideoWriter } from './video-writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-outputs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an output appears whole or not at all', () => {
  async function emptyFolder(name: string): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    return path;
  }

  it('leaves nothing after an abort, an error, or a cancellation', async () => {
    const place = await emptyFolder('aborts');
    const aborted = await createVideoWriter(join(place, 'a.mp4'), filmOptions('h264'));
    await aborted.write(testFrame(96, 64, 0));
    expect((await readdir(place)).filter((name) => name.startsWith('.a.mp4.partial-'))).toHaveLength(1);
    await aborted.abort();
    const wrong = await createVideoWriter(join(place, 'b'), filmOptions('png-sequence'));
    await wrong.write(testFrame(96, 64, 0));
    await expect(wrong.write(testFrame(64, 64, 1))).rejects.toMatchObject({ code: 'invalid-argument' });
    const stop = new AbortController();
    const cancelled = await createVideoWriter(join(place, 'c.mkv'), filmOptions('ffv1', { signal: stop.signal }));
    await cancelled.write(testFrame(96, 64, 0));
    stop.abort();
    await expect(cancelled.write(testFrame(96, 64, 1))).rejects.toMatchObject({ code: 'cancelled' });
    await expect(writeFilm(join(place, 'd.mp4'), 0, filmOptions('h264'))).rejects.toMatchObject({
      code: 'invalid-range',
    });
    expect(await readdir(place)).toEqual([]);
  });

  it('replaces an older output only when finished', async () => {
    const place = await emptyFolder('replaces');
    const path = join(place, 'out.mp4');
    await writeFile(path, 'older');
    const writer = await createVideoWriter(path, filmOptions('h264'));
    await writer.write(testFrame(96, 64, 0));
    expect((await stat(path)).size).toBe(5);
    await writer.finish();
    expect(await readdir(place)).toEqual(['out.mp4']);
    expect((await probeMedia(path)).video!.frameCount).toBe(1);
  });

  it('refuses to overwrite its source, by name or by link', async () => {
    const place = await emptyFolder('same');
    const source = join(place, 'in.mkv');
    await writeFilm(source, 2, filmOptions('ffv1'));
    const twin = join(place, 'twin.mkv');
    await link(source, twin);
    for (const path of [source, twin, join(place, 'x', '..', 'in.mkv')])
      await expect(createVideoWriter(path, filmOptions('ffv1', { inputs: [source] }))).rejects.toMatchObject({
        code: 'output-exists-as-input',
      });
    await expect(
      createVideoWriter(source, filmOptions('ffv1', { sourceForAudio: { path: source } })),
    ).rejects.toMatchObject({ code: 'output-exists-as-input' });
    expect((await readdir(place)).sort()).toEqual(['in.mkv', 'twin.mkv']);
  });

  it('refuses a missing folder, a file as folder, a folder as file', async () => {
    const place = await emptyFolder('places');
    await writeFile(join(place, 'file'), 'x');
    await mkdir(join(place, 'folder.mp4'));
    for (const name of ['missing/out.mp4', 'file/out.mp4', 'folder.mp4'])
      await expect(createVideoWriter(join(place, name), filmOptions('h264'))).rejects.toMatchObject({
        code: 'output-unwritable',
      });
    expect((await readdir(place)).sort()).toEqual(['file', 'folder.mp4']);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that may not be written to', async () => {
    const place = await emptyFolder('locked');
    await chmod(place, 0o500);
    await expect(createVideoWriter(join(place, 'out.mp4'), filmOptions('h264'))).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });
});

describe('full disk', () => {
  it('is told as such, from FFmpeg and from Node', () => {
    const full = av.FFmpegError.AVERROR(av.PosixError.ENOSPC);
    expect(writeError(full, 'x.mp4')).toMatchObject({ code: 'disk-full' });
    expect(fileWriteError(Object.assign(new Error('full'), { code: 'ENOSPC' }), 'x.png')).toMatchObject({
      code: 'disk-full',
    });
    expect(writeError(av.FFmpegError.AVERROR(av.PosixError.EACCES), 'x.mp4')).toMatchObject({
      code: 'output-unwritable',
    });
  });

  it('ends a video, a sequence and a picture without a trace', async () => {
    const place = join(folder, 'full');
    await mkdir(place);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', place]).status === 0;
    if (!mounted) {
      console.warn(
        'SKIPPED: a small file system cannot be mounted here, so the full disk is only checked by its error codes.',
      );
      return;
    }
    try {
      const settings = { width: 320, height: 240, rate: rational(25), layout: YUV420, colour: TEST_COLOUR } as const;
      for (const preset of ['ffv1', 'h264', 'png-sequence', 'exr-sequence'] as const) {
        const work = async (): Promise<void> => {
          await using writer = await createVideoWriter(join(place, `out-${preset}`), { ...settings, preset });
          for (let i = 0; i < 120; i++) await writer.write(testFrame(320, 240, i));
          await writer.finish();
        };
        await refused(work(), 'disk-full', `out-${preset}`);
        expect(await readdir(place), preset).toEqual([]);
      }
      const file = await open(join(place, 'filler'), 'w');
      await file.write(Buffer.alloc(305_000));
      await file.close();
      await refused(writeImage(join(place, 'p.png'), testFrame(320, 240, 1)), 'disk-full', 'p.png');
      expect(await readdir(place)).toEqual(['filler']);
    } finally {
      spawnSync('umount', [place]);
    }
  });
});
