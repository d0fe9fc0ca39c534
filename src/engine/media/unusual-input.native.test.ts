import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from './audio-read.ts';
import { probeMedia } from './probe.ts';
import { count, refused } from './testing/films.ts';
import { hasSystemFfmpeg, madeByFfmpeg, pictureHash, systemFrameHashes } from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-unusual-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!hasSystemFfmpeg)('unusual but sound input', () => {
  const clip = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=1'];

  for (const [tag, rotation] of [
    [90, 270],
    [180, 180],
    [270, 90],
  ] as const)
    it(`turned phone video stands upright: ${rotation} degrees`, async () => {
      const path = madeByFfmpeg('flat.mp4', ...clip, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-qp', '0');
      const turned = madeByFfmpeg(`turned-${tag}.mp4`, '-i', path, '-c', 'copy', '-metadata:s:v', `rotate=${tag}`);
      await using source = await openVideo(turned);
      const { video, warnings } = source.info;
      expect(video).toMatchObject({ codedWidth: 160, codedHeight: 90, rotation, mirrored: false });
      expect([video.width, video.height]).toEqual(rotation === 180 ? [160, 90] : [90, 160]);
      expect(warnings.map(({ code }) => code)).toContain('rotated');
      // The ffmpeg program turns pictures upright as well.
      const expected = systemFrameHashes(turned);
      for (const index of [0, 7, 24]) expect(pictureHash((await source.frameAt(index)).picture)).toBe(expected[index]);
    });

  it('transparency is carried: ProRes 4444, VP9, PNG', async () => {
    const alpha = ['-vf', 'format=yuva420p,geq=lum=p(X\\,Y):a=X'];
    const vp9 = madeByFfmpeg(
      'alpha.webm',
      ...clip,
      ...alpha,
      '-c:v',
      'libvpx-vp9',
      '-pix_fmt',
      'yuva420p',
      '-cpu-used',
      '8',
    );
    const prores = madeByFfmpeg(
      'alpha.mov',
      ...clip,
      ...alpha,
      '-c:v',
      'prores_ks',
      '-profile:v',
      '4444',
      '-pix_fmt',
      'yuva444p10le',
    );
    for (const path of [vp9, prores]) {
      await using source = await openVideo(path);
      expect(source.info.video.layout.alpha, path).toBe(true);
      expect(source.info.warnings.map(({ code }) => code)).toContain('alpha');
      const { picture } = await source.frameAt(3);
      const plane = picture.planes.at(-1)!;
      const limit = 2 ** picture.layout.bitDepth - 1;
      expect(plane[80 + 40 * 160]! / limit).toBeCloseTo(80 / 255, 1);
    }
  });

  it('interlaced footage is flagged with its field order', async () => {
    const path = madeByFfmpeg(
      'interlaced-tff.mpg',
      ...clip,
      '-vf',
      'tinterlace=interleave_top,fieldorder=tff',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-q:v',
      '3',
    );
    const info = await probeMedia(path);
    expect(info.video).toMatchObject({ interlaced: true, fieldOrder: 'top-first' });
    expect(info.warnings.map(({ code }) => code)).toContain('interlaced');
  });

  it('sound in 5.1 mixes down without clipping to nothing', async () => {
    const path = madeByFfmpeg(
      'surround.mkv',
      ...clip,
      '-f',
      'lavfi',
      '-i',
      'aevalsrc=0.5*sin(300*t)|0|0.4*sin(500*t)|0|0.1|0.1:c=5.1:s=48000:d=1',
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'ffv1',
      '-c:a',
      'flac',
    );
    expect((await probeMedia(path)).audio[0]).toMatchObject({ channels: 6, sampleRate: 48_000 });
    const mono = await readAudio(path, { sampleRate: 16_000, channels: 1 });
    const stereo = await readAudio(path, { sampleRate: 16_000, channels: 2 });
    expect(mono.channels).toHaveLength(1);
    expect(stereo.channels).toHaveLength(2);
    for (const samples of [...mono.channels, ...stereo.channels]) {
      expect(samples.length / 16_000).toBeCloseTo(1, 2);
      expect(Math.max(...samples)).toBeGreaterThan(0.05);
      expect(Math.max(...samples)).toBeLessThanOrEqual(1.01);
    }
  });

  it('a picture size that changes in the middle is refused with the frame sizes', async () => {
    const small = madeByFfmpeg(
      'part-1.ts',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x96:rate=25:duration=1',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
    );
    const large = madeByFfmpeg(
      'part-2.ts',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x192:rate=25:duration=1',
      '-output_ts_offset',
      '1',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
    );
    const path = join(folder, 'changes.ts');
    await writeFile(path, Buffer.concat([await readFile(small), await readFile(large)]));
    await refused(count(path), 'media-unsupported', '160x96');
  });
});
