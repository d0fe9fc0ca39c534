import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rational } from '../../core/rational.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { openVideo, readAudio } from '../media/index.ts';
import { buildCoverLook, buildSurfaceLook } from './actor-look.ts';
import { Film } from './film.ts';
import { createFrameGeometry, deform, faceOf, rotationOf } from './frame-geometry.ts';
import { FrameRenderer } from './frame-renderer.ts';
import { digitalActorFixture, renderDigitalActor } from './index.ts';
import { framingScale, performLine } from './motion.ts';
import { PHONES, timedLine } from './phones.ts';
import { type ActorScene, buildScene } from './scene.ts';
import { ACTOR_VARIANTS, type ActorId } from './variant.ts';

const IDS = Object.keys(ACTOR_VARIANTS) as ActorId[];
const line = timedLine(8);
const statesAt = (width: number, height: number) =>
  performLine({ line, frames: 200, rate: 25, width, height, seed: 1, mood: 'neutral' });

describe('the geometry', () => {
  let scenes: ActorScene[];
  beforeAll(async () => {
    const model = await loadFaceModel();
    scenes = IDS.map((id) => buildScene(model, ACTOR_VARIANTS[id], 2));
  });

  it('is finite, and two actors are two people', () => {
    for (const scene of scenes) {
      for (const value of scene.rest) if (!Number.isFinite(value)) throw new Error('a vertex is not finite');
      expect(scene.neutral.length).toBe(468 * 3);
    }
    let distance = 0;
    for (let v = 0; v < 468; v += 1)
      distance +=
        Math.hypot(...[0, 1, 2].map((c) => scenes[0]!.neutral[v * 3 + c]! - scenes[1]!.neutral[v * 3 + c]!)) / 468;
    expect(distance).toBeGreaterThan(0.15);
  });

  it('shows the true vertices where the truth says: within 2 pixels, 0.4 on average, at 720 lines', () => {
    const states = statesAt(1280, 720);
    for (const scene of scenes) {
      const geometry = createFrameGeometry(scene);
      const face = new Float32Array(468 * 3);
      let sum = 0;
      let count = 0;
      for (let frame = 0; frame < states.length; frame += 20) {
        const state = states[frame]!;
        deform(scene, state, geometry);
        faceOf(scene, state.coefficients, face);
        const r = rotationOf(state.pose);
        const [tx, ty, s] = [state.pose[4]!, state.pose[5]!, state.pose[6]!];
        for (let v = 0; v < 468; v += 1) {
          const [x, y, z] = [face[v * 3]!, face[v * 3 + 1]!, face[v * 3 + 2]!];
          const px = tx + s * (r[0]! * x + r[1]! * y + r[2]! * z);
          const py = ty - s * (r[3]! * x + r[4]! * y + r[5]! * z);
          // Refinement keeps the control vertices first.
          const d = Math.hypot(px - geometry.view[v * 3]!, py - geometry.view[v * 3 + 1]!);
          expect(d).toBeLessThan(2.2);
          sum += d;
          count += 1;
        }
      }
      expect(sum / count).toBeLessThan(0.4);
    }
  });

  it('brings the lips together on b, p and m and opens them on vowels', () => {
    const states = statesAt(1280, 720);
    for (const scene of scenes) {
      const face = new Float32Array(468 * 3);
      const gapAt = (seconds: number): number => {
        faceOf(scene, states[Math.min(199, Math.floor(seconds * 25))]!.coefficients, face);
        return face[13 * 3 + 1]! - face[14 * 3 + 1]!;
      };
      for (const p of line) {
        const { mouth, stop } = PHONES[p.name] as { mouth: { shut: boolean }; stop?: number };
        const middle = p.startSeconds + 0.5 * (stop ?? 1) * (p.endSeconds - p.startSeconds);
        if (mouth.shut) expect(gapAt(middle)).toBeLessThan(0.05);
        if (p.stress === 2) expect(gapAt((p.startSeconds + p.endSeconds) / 2)).toBeGreaterThan(0.25);
      }
    }
  });

  it('renders the same picture from the same state, and skin where the cheeks are', () => {
    const [width, height] = [192, 108];
    const scale = framingScale(height);
    const scene = scenes[0]!;
    const state = statesAt(width, height)[30]!;
    const shot = () => {
      const look = { ...buildSurfaceLook(scene, scale), ...buildCoverLook(scene, width, height, scale, 1) };
      const renderer = new FrameRenderer(scene, look, width, height);
      const geometry = renderer.render(state);
      const film = new Film(width, height, 1);
      const picture = film.develop(renderer.picture, 30);
      const hash = createHash('sha256');
      for (const plane of picture.planes) hash.update(plane);
      return { hash: hash.digest('hex'), rgb: film.display, view: geometry.view };
    };
    const first = shot();
    for (const v of [50, 280, 4, 9, 199]) {
      const at = (Math.floor(first.view[v * 3 + 1]!) * width + Math.floor(first.view[v * 3]!)) * 3;
      const [r, g, b] = [first.rgb[at]!, first.rgb[at + 1]!, first.rgb[at + 2]!];
      expect(r).toBeGreaterThan(g);
      expect(g).toBeGreaterThan(b);
      expect(r).toBeGreaterThan(0.3);
    }
    expect(shot().hash).toBe(first.hash);
  });
});

describe('the clip', () => {
  it('has pictures, sound in time with the lips, and a truth for every frame', async () => {
    const { path, truth } = await digitalActorFixture();
    expect(truth.frameCount).toBe(25);
    expect(truth.coefficients.length).toBe(25);
    expect(truth.pose.every((p) => p.length === 7)).toBe(true);
    await using source = await openVideo(path);
    expect(source.frameCount).toBe(25);
    expect([source.info.video.width, source.info.video.height]).toEqual([320, 180]);
    expect(source.info.audio[0]!.codec).toBe('aac');
    const { channels, sampleRate, startSeconds } = await readAudio(path, { sampleRate: 16_000, channels: 1 });
    // Sound starts with the first phone, within a coder's frame.
    const first = truth.phones.find((p) => p.name !== 'SIL')!;
    const peak = Math.max(...channels[0]!);
    const onset = startSeconds + channels[0]!.findIndex((v) => Math.abs(v) > peak * 0.15) / sampleRate;
    expect(Math.abs(onset - first.startSeconds)).toBeLessThan(0.06);
    const again = await digitalActorFixture();
    expect(again.path).toBe(path);
  });

  describe('when it cannot be made', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'retake-actor-test-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const base = { seconds: 0.4, width: 128, height: 72, rate: rational(25), seed: 1 };

    it('refuses an odd size', async () => {
      await expect(renderDigitalActor({ ...base, outPath: join(folder, 'a.mp4'), width: 129 })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    });

    it('leaves nothing behind when cancelled', async () => {
      const controller = new AbortController();
      const running = renderDigitalActor({
        ...base,
        outPath: join(folder, 'b.mp4'),
        signal: controller.signal,
        onProgress: () => controller.abort(),
      });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(await readdir(folder)).toEqual([]);
    });
  });
});
