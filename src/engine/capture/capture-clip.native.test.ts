import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_REASONS, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { openVideo } from '../media/index.ts';
import { captureClip } from './capture-clip.ts';

const media = process.env['RETAKE_MEDIA'] ?? new URL('../../../../shared/media', import.meta.url).pathname;
const clip = (name: string): string => join(media, 'clips', name);
const present = existsSync(join(media, 'clips'));
if (!present) console.warn(`CAPTURE TESTS ON REAL CLIPS SKIPPED: there is no ${join(media, 'clips')}.`);

let inference: Inference;
beforeAll(async () => {
  inference = await createInference({ providers: ['cpu'] });
});
afterAll(() => inference[Symbol.asyncDispose]());

describe('captureClip on the digital actor', () => {
  it('gives a whole, finite performance, the same every time, and reports progress', async () => {
    const { path } = await digitalActorFixture();
    await using source = await openVideo(path);
    const stages: string[] = [];
    const { performance, figures, trackFrames } = await captureClip(source, inference, {
      onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done}/${total}`),
    });
    expect(performance.tracks).toHaveLength(1);
    const [track] = performance.tracks;
    const n = source.frameCount;
    expect([track!.firstFrame, track!.frameCount]).toEqual([0, n]);
    expect(track!.coefficients).toHaveLength(n * SHAPE_COUNT);
    expect(track!.landmarks).toHaveLength(n * LANDMARK_COUNT * 3);
    expect(track!.pose).toHaveLength(n * POSE_SIZE);
    for (const values of [track!.coefficients, track!.pose, track!.gaze, track!.landmarks, track!.neutral])
      expect(values.every(Number.isFinite)).toBe(true);
    expect(track!.coefficients.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(trackFrames[0]!.lipGap).toHaveLength(n);
    expect(figures.coverage).toBe(1);
    expect(stages).toContain(`track ${n}/${n}`);
    expect(stages.at(-1)).toBe(`fit ${n}/${n}`);
    const again = await captureClip(source, inference);
    expect(again.performance.tracks[0]!.coefficients).toEqual(track!.coefficients);
  });

  it('keeps clip frame numbers for a part of the clip, refuses wrong ranges and stops when told', async () => {
    const { path } = await digitalActorFixture();
    await using source = await openVideo(path);
    const { performance, figures } = await captureClip(source, inference, { from: 5, until: 15 });
    expect(performance.tracks[0]).toMatchObject({ firstFrame: 5, frameCount: 10 });
    expect(figures.frames).toBe(10);
    const single = await captureClip(source, inference, { from: 7, until: 8 });
    expect(single.performance.tracks).toMatchObject([{ firstFrame: 7, frameCount: 1 }]);
    expect(single.performance.tracks[0]!.coefficients.every(Number.isFinite)).toBe(true);
    for (const range of [{ from: -1 }, { from: 9, until: 9 }, { until: source.frameCount + 1 }, { from: 0.5 }])
      await expect(captureClip(source, inference, range)).rejects.toMatchObject({ code: 'invalid-range' });
    const stop = new AbortController();
    const run = captureClip(source, inference, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe.skipIf(!present)('captureClip on real clips', () => {
  it('finds the cuts, every person and what covers a face', async () => {
    await using rap = await openVideo(clip('rap-performance-cuts-360p.mp4'));
    expect((await captureClip(rap, inference)).shots).toEqual([0, 20, 82, 211]);
    await using debate = await openVideo(clip('two-men-debate-splitscreen-cut-720p.avi'));
    const two = await captureClip(debate, inference);
    expect(two.shots).toEqual([0, 147]);
    expect(two.performance.tracks.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).toEqual([
      [0, 147],
      [0, 147],
    ]);
    await using distress = await openVideo(clip('woman-distress-hand-over-face-360p.mp4'));
    const hand = (await captureClip(distress, inference)).performance.tracks[0]!;
    const meanConfidence = (from: number, until: number): number =>
      hand.confidence.subarray(from, until).reduce((sum, value) => sum + value / (until - from), 0);
    expect(meanConfidence(50, 160)).toBeLessThan(0.05);
    expect(meanConfidence(195, 240)).toBeGreaterThan(0.9);
    expect(FRAME_REASONS[hand.reason[100]!]).toBe('occluded');
  });

  it('follows a talking face in every frame, shuts its lips when they shut, and calms it', async () => {
    await using source = await openVideo(clip('woman-address-frontal-512.mp4'));
    const { performance, figures } = await captureClip(source, inference);
    expect(performance.tracks).toHaveLength(1);
    expect(figures.coverage).toBe(1);
    expect(figures.closureAgreement).toBeGreaterThanOrEqual(0.95);
    expect(figures.reprojectionPercent).toBeLessThan(2.5);
    expect(figures.lipReprojectionPercent).toBeLessThan(2.2);
    expect(figures.jitterAfterPercent).toBeLessThan(0.55 * figures.jitterBeforePercent);
    expect(figures.reasons.ok).toBe(200);
  });
});
