import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresetId } from '../../contract/presets.ts';
import { readAudio } from './audio-read.ts';
import { probeMedia } from './probe.ts';
import { filmOptions } from './testing/films.ts';
import { hasSystemFfmpeg, madeByFfmpeg } from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';
import { createVideoWriter } from './video-writer.ts';
import type { WriteReport } from './writer-types.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-sound-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const speechFilm = (name: string, audio: string[], extra: string[] = []): string =>
  madeByFfmpeg(
    name,
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=160x120:rate=25:duration=3',
    ...extra,
    '-f',
    'lavfi',
    '-i',
    'aevalsrc=sin(440*2*PI*t)*gt(mod(t\\,1)\\,0.5):s=48000:d=3',
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx264',
    ...audio,
  );

describe.skipIf(!hasSystemFfmpeg)('sound', () => {
  async function remake(
    source: string,
    path: string,
    preset: PresetId,
    from?: number,
    until?: number,
  ): Promise<WriteReport> {
    await using clip = await openVideo(source);
    const { video } = clip.info;
    const [first, last] = [from ?? 0, until ?? clip.frameCount];
    await using writer = await createVideoWriter(path, {
      ...filmOptions(preset, {
        width: video.width,
        height: video.height,
        rate: clip.rate,
        layout: video.layout,
        colour: video.colour,
      }),
      sourceForAudio: {
        path: source,
        ...(from === undefined ? {} : { fromSeconds: clip.secondsOf(first), untilSeconds: clip.secondsOf(last) }),
      },
    });
    for await (const frame of clip.frames(first, last)) {
      await writer.write(frame.picture);
      frame.release();
    }
    return writer.finish();
  }

  it('is copied untouched for the whole clip', async () => {
    const source = speechFilm('aac.mp4', ['-c:a', 'aac', '-ac', '2']);
    const path = join(folder, 'copied.mp4');
    expect((await remake(source, path, 'h264')).audio).toEqual([{ how: 'copied', codec: 'aac', reason: null }]);
    const [before, after] = [
      await readAudio(source, { sampleRate: 48_000, channels: 2 }),
      await readAudio(path, { sampleRate: 48_000, channels: 2 }),
    ];
    expect(after.startSeconds).toBeCloseTo(before.startSeconds, 3);
    expect(after.channels).toEqual(before.channels);
  });

  it('5.1 is copied, and encoded with its channels when trimmed', async () => {
    const source = speechFilm('ac3-51.mkv', ['-af', 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0', '-c:a', 'ac3']);
    const whole = join(folder, 'copied-51.mp4');
    expect((await remake(source, whole, 'h264')).audio).toEqual([{ how: 'copied', codec: 'ac3', reason: null }]);
    const part = join(folder, 'part-51.mp4');
    const report = await remake(source, part, 'h264', 25, 50);
    expect(report.audio).toEqual([{ how: 'encoded', codec: 'aac', reason: 'only a part of the clip is written' }]);
    expect((await probeMedia(part)).audio[0]).toMatchObject({ codec: 'aac', channels: 6 });
  });

  it('a part is cut to the sample and in sync', async () => {
    const source = speechFilm('pcm.mkv', ['-c:a', 'pcm_s16le', '-ac', '1']);
    for (const [preset, name] of [
      ['h264', 'part.mp4'],
      ['prores422hq', 'part.mov'],
      ['ffv1', 'part.mkv'],
    ] as const) {
      const path = join(folder, name);
      const report = await remake(source, path, preset, 20, 60);
      expect(report.audio[0]!.how).toBe('encoded');
      const sound = await readAudio(path, { sampleRate: 48_000, channels: 1 });
      const samples = sound.channels[0]!;
      expect(Math.abs(sound.startSeconds)).toBeLessThan(0.03);
      // Loud from 0.5 s to 1 s of each second; frame 20 is 0.8 s: silence begins after 0.2 s and ends after 0.7 s.
      const loud = (from: number, until: number): number => {
        const [a, b] = [from, until].map((seconds) => Math.round((seconds - sound.startSeconds) * 48_000));
        return Math.hypot(...samples.subarray(a, b)) / Math.sqrt(b! - a!);
      };
      expect(loud(0.1, 0.19)).toBeGreaterThan(0.5);
      expect(loud(0.22, 0.68)).toBeLessThan(0.02);
      expect(loud(0.71, 0.79)).toBeGreaterThan(0.5);
      expect(samples.length / 48_000 + sound.startSeconds).toBeCloseTo(1.6, 1);
    }
  });

  it('a start before or after the picture is kept', async () => {
    for (const [name, offset] of [
      ['late-video.mkv', 0.7],
      ['late-audio.mkv', -0.4],
    ] as const) {
      const source = speechFilm(name, ['-c:a', 'aac', '-ac', '1'], []);
      const shifted = madeByFfmpeg(
        `shifted-${name}`,
        ...(offset > 0
          ? ['-i', source, '-itsoffset', String(-offset), '-i', source]
          : ['-i', source, '-itsoffset', String(-offset), '-i', source]),
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-c',
        'copy',
      );
      const before = await probeMedia(shifted);
      expect(before.audio[0]!.startSeconds).toBeCloseTo(-offset, 1);
      for (const preset of ['h264', 'ffv1'] as const) {
        const path = join(folder, `${preset}-${name}${preset === 'h264' ? '.mp4' : '.mkv'}`);
        await remake(shifted, path, preset);
        expect((await probeMedia(path)).audio[0]!.startSeconds).toBeCloseTo(before.audio[0]!.startSeconds, 2);
      }
    }
  });
});
