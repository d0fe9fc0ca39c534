// Layers of a project's shots, and performances of all of them: what compositors and 3D artists take on from an edit.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditRequest } from '../../core/document/edit.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { openVideo, readExr } from '../media/index.ts';
import { ProjectStore } from '../store/index.ts';
import { Evaluator } from './evaluator/evaluator.ts';
import { StorePerformances } from './evaluator/performances.ts';
import { describeMedia } from './media-import.ts';
import { exportFromProject } from './project-commands.ts';
import { editedShots, writeShotLayers } from './shot-layers.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-shots-'));
const path = join(folder, 'film.retake');
const SIZE = { width: 320, height: 180 };
let store: ProjectStore;
let performances: StorePerformances;
let file = '';
let sequence = '';

const one = (request: EditRequest): readonly string[] => store.edit(request).created;

beforeAll(async () => {
  file = (await digitalActorFixture({ seconds: 1, ...SIZE, seed: 5 })).path;
  store = ProjectStore.create(path, 'Film', { writtenBy: 'test' });
  performances = new StorePerformances(store);
  const [media] = one({ edit: 'importMedia', args: { media: [await describeMedia(file)] } }) as [string];
  const made = one({ edit: 'addSequence', args: { name: 'Cut', rate: store.project.media[media]!.rate, ...SIZE } });
  sequence = made[0]!;
  // Two shots of one clip: the second carries the edit, and begins at frame 4 of the plate.
  const { rate } = store.project.media[media]!;
  const clips = one({
    edit: 'append',
    args: {
      clips: [
        { track: made[1]!, media, duration: 3 },
        { track: made[1]!, media, duration: 4, sourceStart: { value: 4, rate } },
      ],
    },
  });
  one({ edit: 'addEffect', args: { clips: [clips[1]!], kind: 'emotion' } });
  const [effect] = Object.keys(store.project.effects);
  const value = { kind: 'constant', value: 'happy' } as const;
  one({ edit: 'setParameter', args: { effect: effect!, parameter: 'label', value } });
  await performances.ensure(media);
});
afterAll(async () => {
  await performances[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('layers of the shots of a project', () => {
  it('finds the shots that are edited, by the frames of their plates', () => {
    const shots = editedShots(store.project, sequence, { from: 0, until: 7 });
    expect(shots.map(({ name }) => name.slice(0, 4))).toEqual(['002-']);
    expect(shots[0]!.frames).toEqual([4, 5, 6, 7]);
    expect(editedShots(store.project, sequence, { from: 0, until: 4 })[0]!.frames).toEqual([4]);
    expect(editedShots(store.project, sequence, { from: 0, until: 3 })).toEqual([]);
  });

  it('rebuild the edit on the plate, as the render has it', async () => {
    const layers = join(folder, 'layers');
    const range = { from: 0, until: 7 };
    const [shot, ...others] = await writeShotLayers(store.project, sequence, range, performances, layers, {});
    expect(others).toEqual([]);
    expect(readdirSync(join(shot!, 'patch'))).toEqual([4, 5, 6, 7].map((n) => `patch.00000${n}.exr`));
    expect(JSON.parse(readFileSync(join(shot!, 'layers.json'), 'utf8'))).toMatchObject({ firstFrame: 4, frames: 4 });
    await using evaluator = new Evaluator({ performances, threads: 0 });
    await using plate = await openVideo(file);
    const whole = { x: 0, y: 0, ...SIZE };
    const rendered = new Float32Array(SIZE.width * SIZE.height * 3);
    const source = new Float32Array(rendered.length);
    const request = { sequence, frame: 5, quality: 'full', side: 'edited' } as const; // frame 6 of the plate
    pictureToRgb((await evaluator.frame(store.project, request)).picture, whole, rendered);
    const frame = await plate.frameAt(6);
    pictureToRgb(frame.picture, whole, source);
    frame.release();
    const patch = await readExr(join(shot!, 'patch', 'patch.000006.exr'));
    const channel = (name: string) => patch.channels.find((one) => one.name === name)!.samples;
    const colours = ['R', 'G', 'B'].map(channel);
    const alpha = channel('A');
    let [changed, worst] = [0, 0];
    for (let at = 0; at < alpha.length; at++)
      for (let c = 0; c < 3; c++) {
        const rebuilt = colours[c]![at]! + source[at * 3 + c]! * (1 - alpha[at]!);
        worst = Math.max(worst, Math.abs(rebuilt - rendered[at * 3 + c]!));
        changed = Math.max(changed, Math.abs(source[at * 3 + c]! - rendered[at * 3 + c]!));
      }
    expect(changed).toBeGreaterThan(0.1); // the edit is there
    expect(worst).toBeLessThan(1e-4);
  });

  it('replace an earlier output and spare what is not ours', async () => {
    const layers = join(folder, 'layers');
    const range = { from: 3, until: 4 };
    const [shot] = await writeShotLayers(store.project, sequence, range, performances, layers, {});
    expect(readdirSync(join(shot!, 'patch'))).toEqual(['patch.000004.exr']);
    writeFileSync(join(shot!, 'notes.txt'), 'mine');
    await expect(writeShotLayers(store.project, sequence, range, performances, layers, {})).rejects.toMatchObject({
      code: 'output-unwritable',
    });
    expect(existsSync(join(shot!, 'notes.txt'))).toBe(true);
  });
});

describe('performances of a project', () => {
  it('go out as one glTF file each', async () => {
    const meshes = join(folder, 'faces');
    const { outputs } = await exportFromProject(path, meshes, undefined);
    expect(outputs.map(({ kind }) => kind)).toEqual(['mesh']);
    expect(readFileSync(outputs[0]!.path).toString('latin1', 0, 4)).toBe('glTF');
    const { outputs: single } = await exportFromProject(path, join(folder, 'face.glb'), undefined);
    expect(readFileSync(single[0]!.path).equals(readFileSync(outputs[0]!.path))).toBe(true);
  });
});
