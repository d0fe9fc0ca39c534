import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_REASONS, type FrameReason } from '../../core/performance.ts';
import { type PerformanceToStore, readPerformance, writePerformance } from './performance-file.ts';

let folder: string;
let path: string;

const wave = (length: number, k: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 300 + 200 * Math.sin(i * 0.01 * k));

const n = 7;
const neutral = wave(468 * 3, 2);
const stored: PerformanceToStore = {
  performance: {
    width: 640,
    height: 360,
    frameCount: 40,
    shots: [0, 20],
    actors: [{ id: 'actor-1', name: 'Actor 1', descriptor: wave(1024, 1), neutral }],
    tracks: [
      {
        actorId: 'actor-1',
        shot: 1,
        firstFrame: 22,
        frameCount: n,
        coefficients: wave(n * 52, 3),
        pose: wave(n * 7, 4),
        gaze: wave(n * 4, 5),
        landmarks: wave(n * 478 * 3, 6),
        confidence: wave(n, 7),
        reason: Uint8Array.of(0, 1, 2, 3, 4, 5, 6),
        neutral,
      },
    ],
  },
  trackFrames: [
    {
      reprojection: Float32Array.of(1, 2, 3, Number.NaN, 5, 6, 7),
      lipReprojection: wave(n, 1),
      lipGap: wave(n, 2),
      meshGap: wave(n, 3),
      closed: Uint8Array.of(0, 0, 1, 1, 0, 0, 0),
    },
  ],
  figures: {
    frames: 40,
    coverage: 0.9,
    reprojectionPercent: 1.5,
    lipReprojectionPercent: 1.1,
    closureAgreement: 1,
    closedFrames: 2,
    jitterBeforePercent: 0.8,
    jitterAfterPercent: 0.2,
    stillFrames: 5,
    reasons: Object.fromEntries(FRAME_REASONS.map((reason) => [reason, 1])) as Record<FrameReason, number>,
  },
  source: { name: 'clip.mp4', fingerprint: 'abc', rate: '25/1' },
  range: { from: 0, until: 40 },
  models: [{ id: 'face-detector-far', version: '1.0.0', sha256: 'f'.repeat(64) }],
  programVersion: '0.1.0',
};

/** The written document with one thing changed. */
async function changed(change: (document: Record<string, never>) => void): Promise<string> {
  const document = JSON.parse(await readFile(path, 'utf8')) as Record<string, never>;
  change(document);
  const other = join(folder, 'changed.json');
  await writeFile(other, JSON.stringify(document));
  return other;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-performance-'));
  path = join(folder, 'performance.json');
  await writePerformance(path, stored);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('performance file', () => {
  it('comes back as it was written, landmarks to a 128th of a pixel', async () => {
    const back = await readPerformance(path);
    const [before, after] = [stored.performance.tracks[0]!, back.performance.tracks[0]!];
    for (const key of ['coefficients', 'pose', 'gaze', 'confidence', 'reason', 'neutral'] as const)
      expect(after[key]).toEqual(before[key]);
    before.landmarks.forEach((value, i) => {
      if (Math.abs(after.landmarks[i]! - value) > 1 / 128 + 1e-4) throw new Error(`landmark ${i}`);
    });
    expect(back.trackFrames).toEqual(stored.trackFrames);
    expect(back.performance.actors).toEqual(stored.performance.actors);
    expect(back.performance.tracks[0]!.neutral).toBe(back.performance.actors[0]!.neutral);
    expect(back.performance.shots).toEqual([0, 20]);
    expect(back.models).toEqual(stored.models);
    expect(back.source).toMatchObject({ name: 'clip.mp4', fingerprint: 'abc', width: 640, frames: 40, rate: '25/1' });
    expect(back.figures['coverage']).toBe(0.9);
  });

  it('refuses later versions and other face bases', async () => {
    const later = await changed((document) => Object.assign(document, { version: 2, news: true }));
    await expect(readPerformance(later)).rejects.toMatchObject({ code: 'version-too-new' });
    const basis = await changed((document) => Object.assign(document, { basis: 'retake-face-9' }));
    await expect(readPerformance(basis)).rejects.toMatchObject({ code: 'version-too-new' });
  });

  it('recognises damage', async () => {
    const text = await readFile(path, 'utf8');
    const cut = join(folder, 'cut.json');
    await writeFile(cut, text.slice(0, text.length / 2));
    const other = join(folder, 'other.json');
    await writeFile(other, '{"hello": 1}');
    for (const damaged of [cut, other])
      await expect(readPerformance(damaged)).rejects.toMatchObject({ code: 'file-damaged' });
    const shots = await changed((document) => Object.assign(document, { shots: [0, 0] }));
    await expect(readPerformance(shots)).rejects.toMatchObject({ code: 'file-damaged' });
  });

  it.each([
    [
      'a broken stream',
      (t: { landmarks: { data: string } }) => (t.landmarks.data = `AAAA${t.landmarks.data.slice(4)}`),
    ],
    ['a wrong shape', (t: { pose: { shape: number[] } }) => (t.pose.shape = [n, 6])],
    ['an unknown actor', (t: { actorId: string }) => (t.actorId = 'nobody')],
    ['a track beyond the clip', (t: { firstFrame: number }) => (t.firstFrame = 39)],
    ['a bomb', (t: { pose: { shape: number[] } }) => (t.pose.shape = [2 ** 20, 2 ** 20])],
  ] as const)('recognises %s', async (_, change) => {
    const damaged = await changed((document) => {
      change((document['tracks'] as unknown as never[])[0]!);
    });
    await expect(readPerformance(damaged)).rejects.toMatchObject({ code: 'file-damaged' });
  });

  it('says what is wrong with the path', async () => {
    await expect(readPerformance(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(readPerformance(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(writePerformance(join(folder, 'no', 'where.json'), stored)).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });
});
