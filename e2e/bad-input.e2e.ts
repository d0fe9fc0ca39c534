import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorResultSchema } from '../src/contract/results.ts';
import type { ErrorCode } from '../src/core/errors.ts';
import { openVideo, probeMedia } from '../src/engine/media/index.ts';
import { toneWav, writeActor, writeStripes } from './support/clips.ts';
import { hashOf, namesIn, type Outcome, retake, startRetake } from './support/retake.ts';

const root = mkdtempSync(join(tmpdir(), 'retake-bad-'));
const inputs = join(root, 'in');
const outputs = join(root, 'out');
const input = (name: string): string => join(inputs, name);
const output = (name: string): string => join(outputs, name);

beforeAll(async () => {
  mkdirSync(inputs);
  await writeStripes(input('clip.mp4'));
  await writeStripes(input('long.mp4'), { frames: 400 });
});
beforeEach(() => {
  rmSync(outputs, { recursive: true, force: true });
  mkdirSync(outputs);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The promise of DESIGN.md section 5, checked the same way each time: code, words, exit, no output, no trace. */
function expectRefusal(outcome: Outcome, code: ErrorCode, words: RegExp): void {
  const { error } = errorResultSchema.parse(outcome.json());
  expect(error.code).toBe(code);
  expect(error.message).toMatch(words);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain(error.message);
  expect(outcome.stderr).not.toMatch(/\n\s+at /);
  expect(namesIn(outputs)).toEqual([]);
}

async function refused(clip: string, code: ErrorCode, words: RegExp): Promise<void> {
  const before = hashOf(clip);
  expectRefusal(await retake('emotion', clip, '--to', 'happy', '--out', output('x.mp4'), '--json'), code, words);
  expect(hashOf(clip)).toBe(before);
}

describe('files that are no usable clip', () => {
  it('truncated: the index is cut off', async () => {
    await writeStripes(input('cut.mkv'), { frames: 40, preset: 'ffv1' });
    const bytes = readFileSync(input('cut.mkv'));
    writeFileSync(input('cut.mkv'), bytes.subarray(0, 400));
    await refused(input('cut.mkv'), 'media-damaged', /again/);
  });

  it('truncated: the pictures break off; the readable part is there for who asks for it', async () => {
    const bytes = readFileSync(input('long.mp4'));
    writeFileSync(input('half.mp4'), bytes.subarray(0, Math.floor(bytes.length / 2)));
    await refused(input('half.mp4'), 'media-damaged', /breaks off.*--until/s);
    const args = [input('half.mp4'), '--until', '20', '--out', output('p.json'), '--json'];
    expect((await retake('track', ...args)).code).toBe(0);
  });

  it('zero bytes', async () => {
    writeFileSync(input('empty.mp4'), '');
    await refused(input('empty.mp4'), 'not-media', /empty/);
  });

  it('a text file renamed .mp4', async () => {
    writeFileSync(input('text.mp4'), 'Dear editor,\nthis is not a film.\n'.repeat(50));
    await refused(input('text.mp4'), 'not-media', /not|no /);
  });

  it('sound only', async () => {
    writeFileSync(input('sound.wav'), toneWav(1, 0.5));
    await refused(input('sound.wav'), 'no-video', /video|picture/);
  });

  it('a path that is not there', async () => {
    expectRefusal(
      await retake('emotion', input('none.mp4'), '--to', 'happy', '--out', output('x.mp4'), '--json'),
      'file-not-found',
      /Check the path/,
    );
  });

  it('a path that cannot be read: links in a circle', async () => {
    symlinkSync(input('circle.mp4'), input('circle.mp4'));
    expectRefusal(
      await retake('emotion', input('circle.mp4'), '--to', 'happy', '--out', output('x.mp4'), '--json'),
      'file-unreadable',
      /chain of links/,
    );
  });

  it('a folder without frames', async () => {
    mkdirSync(input('folder'));
    expectRefusal(
      await retake('emotion', input('folder'), '--to', 'happy', '--out', output('x.mp4'), '--json'),
      'not-media',
      /folder/,
    );
  });
});

describe('clips with nothing to edit', () => {
  it('one frame', async () => {
    await writeStripes(input('one.mp4'), { frames: 1 });
    await refused(input('one.mp4'), 'no-face', /--from/);
  });

  it('16 x 16 pixels', async () => {
    await writeStripes(input('tiny.mp4'), { width: 16, height: 16, frames: 3 });
    await refused(input('tiny.mp4'), 'no-face', /No face/);
  });

  it('8K', async () => {
    await writeStripes(input('8k.mp4'), { width: 7680, height: 4320, frames: 1 });
    await refused(input('8k.mp4'), 'no-face', /No face/);
  });

  it('transparency', async () => {
    await writeStripes(input('alpha.mkv'), { frames: 2, alpha: true, preset: 'ffv1' });
    await refused(input('alpha.mkv'), 'no-face', /No face/);
  });
});

describe('unusual clips with a face are edited all the same', () => {
  const edit = async (clip: string, out: string, ...rest: string[]): Promise<Outcome> => {
    const before = hashOf(clip);
    const outcome = await retake('emotion', clip, '--to', 'happy', '--out', out, '--json', ...rest);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(hashOf(clip)).toBe(before);
    return outcome;
  };

  it('no sound', async () => {
    await writeActor(input('silent.mp4'), {});
    await edit(input('silent.mp4'), output('silent.mp4'));
    expect((await probeMedia(output('silent.mp4'))).audio).toEqual([]);
  });

  it('5.1 sound: all six channels come along', async () => {
    writeFileSync(input('six.wav'), toneWav(6, 0.5, 48_000));
    await writeActor(input('six.mp4'), { sound: input('six.wav') });
    await edit(input('six.mp4'), output('six.mp4'));
    expect((await probeMedia(output('six.mp4'))).audio[0]!.channels).toBe(6);
  });

  it('transparency: the warning says what keeps it, and what keeps it does', async () => {
    await writeActor(input('glass.mkv'), { alpha: true });
    const outcome = await edit(input('glass.mkv'), output('glass.mkv'), '--preset', 'ffv1');
    expect(outcome.stderr).toMatch(/transparency/);
    await using source = await openVideo(output('glass.mkv'));
    const { picture } = await source.frameAt(3);
    expect(picture.layout.alpha).toBe(true);
    expect(new Set(picture.planes[3])).toEqual(new Set([180]));
  });
});

describe('requests that cannot be met', () => {
  const emotion = (...rest: string[]): Promise<Outcome> => retake('emotion', input('clip.mp4'), '--json', ...rest);

  it('output folder missing', async () => {
    expectRefusal(await emotion('--to', 'sad', '--out', output('no/x.mp4')), 'output-unwritable', /does not exist/);
  });

  it('output folder is a file', async () => {
    expectRefusal(
      await emotion('--to', 'sad', '--out', join(input('clip.mp4'), 'x.mp4')),
      'output-unwritable',
      /not a folder/,
    );
  });

  it('output = input, directly and through links', async () => {
    const before = hashOf(input('clip.mp4'));
    symlinkSync(input('clip.mp4'), input('link.mp4'));
    for (const name of ['clip.mp4', 'link.mp4'])
      expectRefusal(await emotion('--to', 'sad', '--out', input(name)), 'output-exists-as-input', /never writes over/);
    expectRefusal(
      await retake('emotion', input('link.mp4'), '--to', 'sad', '--out', input('clip.mp4'), '--json'),
      'output-exists-as-input',
      /never writes over/,
    );
    expect(hashOf(input('clip.mp4'))).toBe(before);
  });

  it.each([
    [['--from', '99'], /after the end/],
    [['--until', '13'], /after the end/],
    [['--from', '5', '--until', '5'], /must come before/],
    [['--from', '8', '--until', '00:00:00:04'], /must come before/],
  ])('wrong range %j', async (range, words) => {
    expectRefusal(await emotion('--to', 'sad', ...range, '--out', output('x.mp4')), 'invalid-range', words);
  });

  it('unknown label, in --to, --keys and --au', async () => {
    const out = ['--out', output('x.mp4')];
    expectRefusal(await emotion('--to', 'joyful', ...out), 'unknown-label', /neutral, happy, sad/);
    expectRefusal(await emotion('--keys', '0s:happy 5:glum', ...out), 'unknown-label', /glum/);
    expectRefusal(await emotion('--au', 'browUp=1', ...out), 'unknown-label', /ARKit/);
  });

  it('a number outside its range', async () => {
    expectRefusal(
      await emotion('--to', 'sad', '--intensity', '2', '--out', output('x.mp4')),
      'invalid-argument',
      /0 to 1.5/,
    );
  });

  it('wrong usage has its own exit code', async () => {
    const outcome = await emotion('--too', 'sad');
    expect(outcome.code).toBe(2);
    expect(errorResultSchema.parse(outcome.json()).error.message).toMatch(/unknown option '--too'/i);
  });
});

describe('machines in trouble', () => {
  it('full disk', async (test) => {
    const small = join(root, 'small');
    mkdirSync(small);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', small]);
    if (mounted.status !== 0) {
      console.warn('SKIPPED: no permission to mount a small disk for the full-disk test');
      test.skip();
    }
    try {
      const outcome = await retake(
        'track',
        input('long.mp4'),
        '--overlay',
        join(small, 'o.mp4'),
        '--out',
        join(small, 'p.json'),
        '--json',
      );
      expectRefusal(outcome, 'disk-full', /full/);
      expect(namesIn(small)).toEqual([]);
    } finally {
      spawnSync('umount', [small]);
    }
  });

  it('output folder not writable', async (test) => {
    if (process.getuid?.() !== 0) {
      const closed = join(root, 'closed');
      mkdirSync(closed, { mode: 0o500 });
      const outcome = await retake(
        'emotion',
        input('clip.mp4'),
        '--to',
        'sad',
        '--out',
        join(closed, 'x.mp4'),
        '--json',
      );
      return expectRefusal(outcome, 'output-unwritable', /not open to you/);
    }
    // Permissions do not bind root; a disk mounted read-only does.
    const closed = join(root, 'read-only');
    mkdirSync(closed);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', closed]).status !== 0) {
      console.warn('SKIPPED: running as root without permission to mount a read-only disk');
      test.skip();
    }
    try {
      const outcome = await retake(
        'emotion',
        input('clip.mp4'),
        '--to',
        'sad',
        '--out',
        join(closed, 'x.mp4'),
        '--json',
      );
      expectRefusal(outcome, 'output-unwritable', /read-only/);
    } finally {
      spawnSync('umount', [closed]);
    }
  });

  describe('models', () => {
    const bundled = fileURLToPath(new URL('../native-models/dist', import.meta.url));
    const packs = join(root, 'packs');
    const run = (): Promise<Outcome> =>
      startRetake(['emotion', input('clip.mp4'), '--to', 'sad', '--out', output('x.mp4'), '--json'], {
        RETAKE_PACKS: packs,
      }).done;
    const onnxOf = (id: string): string => {
      const manifest = JSON.parse(readFileSync(join(packs, id, 'pack.json'), 'utf8')) as { entry: string };
      return join(packs, id, manifest.entry);
    };
    beforeEach(() => {
      rmSync(packs, { recursive: true, force: true });
      mkdirSync(packs);
      for (const id of ['face-detector-short', 'face-landmarks', 'face-landmarks-attention'])
        cpSync(join(bundled, id), join(packs, id), { recursive: true });
    });

    it('damaged: one byte differs', async () => {
      const path = onnxOf('face-detector-short');
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
      expectRefusal(await run(), 'model-damaged', /face-detector-short.*(again|remove)/s);
    });

    it('swapped: the file of another model', async () => {
      copyFileSync(onnxOf('face-landmarks'), onnxOf('face-landmarks-attention'));
      expectRefusal(await run(), 'model-damaged', /face-landmarks-attention/);
    });
  });
});

describe('Ctrl-C', () => {
  it('in the middle leaves nothing half-written, and says so in its exit code', async () => {
    const before = hashOf(input('long.mp4'));
    const args = ['track', input('long.mp4'), '--out', output('p.json'), '--overlay', output('o.mp4'), '--json'];
    const { process: child, done } = startRetake(args);
    // The first line of progress: work has begun.
    await once(child.stderr!, 'data');
    child.kill('SIGINT');
    const outcome = await done;
    expect(outcome.code).toBe(130);
    expect(errorResultSchema.parse(outcome.json()).error.code).toBe('cancelled');
    expect(namesIn(outputs)).toEqual([]);
    expect(hashOf(input('long.mp4'))).toBe(before);
  });
});
