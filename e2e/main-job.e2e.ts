import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESULT_SCHEMAS, type Result } from '../src/contract/results.ts';
import { planeSize } from '../src/core/picture.ts';
import { pictureToRgb } from '../src/core/picture-rgb.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { openVideo, probeMedia, readExr } from '../src/engine/media/index.ts';
import { hashOf, namesIn, retake } from './support/retake.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-main-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command with --json and checks its result against the schema of the contract. */
async function run<Id extends keyof typeof RESULT_SCHEMAS>(id: Id, ...args: string[]): Promise<Result<Id>> {
  const outcome = await retake(id, ...args, '--json');
  expect(outcome.stderr).not.toMatch(/\n\s+at /);
  expect(outcome.code, outcome.stderr).toBe(0);
  return RESULT_SCHEMAS[id].parse(outcome.json()) as Result<Id>;
}

function journey(name: string, findClip: () => Promise<string | null>, label: string): void {
  describe(name, () => {
    let clip = '';
    let before = '';
    const file = (kind: string): string => at(`${name.replaceAll(' ', '-')}-${kind}`);

    beforeAll(async () => {
      clip = (await findClip()) ?? '';
      if (clip) before = hashOf(clip);
      else console.warn(`SKIPPED: ${name}: the shared clip is not on this machine`);
    });

    const step = (what: string, body: () => Promise<void>): void => {
      it(what, async (test) => {
        if (!clip) test.skip();
        await body();
      });
    };

    step('track writes the performance, the mesh and the check video', async () => {
      const result = await run(
        'track',
        clip,
        '--out',
        file('perf.json'),
        '--glb',
        file('face.glb'),
        '--overlay',
        file('overlay.mp4'),
      );
      expect(result.actors.length).toBeGreaterThan(0);
      expect(result.figures['coverage']).toBeGreaterThanOrEqual(0.99);
      expect(result.models.length).toBeGreaterThan(0);
      expect(readFileSync(file('face.glb')).toString('latin1', 0, 4)).toBe('glTF');
      const [source, overlay] = [await probeMedia(clip), await probeMedia(file('overlay.mp4'))];
      expect(overlay.video!.frameCount).toBe(source.video!.frameCount);
    });

    step('emotion writes a clip of the same length with its sound copied, and its label', async () => {
      const args = [
        '--to',
        label,
        '--performance',
        file('perf.json'),
        '--out',
        file('edit.mp4'),
        '--layers',
        file('layers'),
      ];
      const result = await run('emotion', clip, ...args);
      expect(result.frames.edited).toBeGreaterThan(0.9 * result.frames.total);
      const [source, edit] = [await probeMedia(clip), await probeMedia(file('edit.mp4'))];
      expect(edit.video!.frameCount).toBe(source.video!.frameCount);
      expect(edit.video!.width).toBe(source.video!.width);
      expect(edit.audio.length).toBe(source.audio.length);
      // MP4 takes AAC as it is; MPEG sound of the other clip has to be encoded anew.
      expect(edit.audio[0]!.codec).toBe('aac');
      expect(Math.abs(edit.audio[0]!.durationSeconds - source.audio[0]!.durationSeconds)).toBeLessThan(0.15);
      expect(hashOf(clip)).toBe(before);
      expect(namesIn(folder).filter((entry) => entry.includes('partial'))).toEqual([]);
    });

    step('the label is read back, and a later change is told', async () => {
      const { provenance } = await run('report', file('edit.mp4'));
      expect(provenance!.state).toBe('intact');
      const [edit] = provenance!.claim!.edits;
      expect(edit!.kind === 'emotion' && edit!.keys[0]!.label).toBe(label);
      expect(provenance!.record!.frames.total).toBe((await probeMedia(clip)).video!.frameCount);
      for (const suffix of ['', '.provenance.json'])
        copyFileSync(`${file('edit.mp4')}${suffix}`, `${file('changed.mp4')}${suffix}`);
      appendFileSync(file('changed.mp4'), Buffer.alloc(16));
      expect((await run('report', file('changed.mp4'))).provenance!.state).toBe('file-changed');
      rmSync(`${file('changed.mp4')}.provenance.json`);
      expect((await run('report', file('changed.mp4'))).provenance!.state).toBe('record-missing');
    });

    step('report measures what changed and what did not', async () => {
      const { comparison } = await run('report', clip, file('edit.mp4'), '--html', file('report.html'));
      const { depicted, identity, outsideFace, perFrame } = comparison!;
      expect(perFrame.length).toBe((await probeMedia(clip)).video!.frameCount);
      expect(depicted.after[label]!).toBeGreaterThan(depicted.before[label]! + 0.1);
      expect(identity!.median).toBeGreaterThan(0.7);
      expect(outsideFace!.mean).toBeLessThan(2);
      expect(readFileSync(file('report.html'), 'utf8')).toContain('Depicted expression');
    });

    step('the layers rebuild the edit on the plate', async () => {
      // Lossless, so that what the layers give can be compared with what was rendered.
      await run(
        'emotion',
        clip,
        '--to',
        label,
        '--performance',
        file('perf.json'),
        '--until',
        '6',
        '--preset',
        'ffv1',
        '--out',
        file('edit.mkv'),
        '--layers',
        file('layers6'),
      );
      await using plate = await openVideo(clip);
      await using edit = await openVideo(file('edit.mkv'));
      for (const frame of [0, 5]) await expectRebuilt(plate, edit, frame, file('layers6'));
      expect(readdirSync(join(file('layers6'), 'st'))).toHaveLength(6);
    });
  });
}

async function expectRebuilt(
  plate: Awaited<ReturnType<typeof openVideo>>,
  edit: Awaited<ReturnType<typeof openVideo>>,
  frame: number,
  layers: string,
): Promise<void> {
  const number = String(frame).padStart(6, '0');
  const patch = await readExr(join(layers, 'patch', `patch.${number}.exr`));
  const matte = await readExr(join(layers, 'matte', `matte.${number}.exr`));
  const channel = (name: string): Float32Array => patch.channels.find((each) => each.name === name)!.samples;
  const { picture } = await plate.frameAt(frame);
  const rendered = (await edit.frameAt(frame)).picture;
  const { width, height } = picture;
  const whole = { x: 0, y: 0, width, height };
  const [source, target] = [new Float32Array(width * height * 3), new Float32Array(width * height * 3)];
  pictureToRgb(picture, whole, source);
  pictureToRgb(rendered, whole, target);
  const alpha = channel('A');
  let [worst, covered] = [0, 0];
  for (let i = 0; i < width * height; i++) {
    if (alpha[i]! > 0) covered++;
    ['R', 'G', 'B'].forEach((name, c) => {
      const rebuilt = channel(name)[i]! + source[i * 3 + c]! * (1 - alpha[i]!);
      worst = Math.max(worst, Math.abs(rebuilt - target[i * 3 + c]!));
    });
  }
  expect(covered).toBeGreaterThan(0);
  expect(worst).toBeLessThan(1e-4);
  // Outside the matte the lossless edit is the plate, sample for sample (chroma by the pixels that it covers).
  const m = matte.channels[0]!.samples;
  const [cw, ch] = planeSize(picture.layout, width, height, 1);
  for (let i = 0; i < width * height; i++) if (m[i] === 0) expect(rendered.planes[0]![i]).toBe(picture.planes[0]![i]);
  const { chromaShiftX: sx, chromaShiftY: sy } = picture.layout;
  for (let y = 0; y < ch; y++)
    for (let x = 0; x < cw; x++) {
      let touched = false;
      for (let dy = 0; dy < 1 << sy; dy++)
        for (let dx = 0; dx < 1 << sx; dx++) {
          const [px, py] = [Math.min(width - 1, (x << sx) + dx), Math.min(height - 1, (y << sy) + dy)];
          touched ||= m[py * width + px]! > 0;
        }
      if (!touched) expect(rendered.planes[1]![y * cw + x]).toBe(picture.planes[1]![y * cw + x]);
    }
}

journey(
  'digital actor',
  async () => (await digitalActorFixture({ seconds: 2, width: 320, height: 240 })).path,
  'happy',
);
journey(
  'real clip',
  async () => {
    const media = process.env['RETAKE_MEDIA'] ?? resolve(import.meta.dirname, '../../shared/media');
    const path = join(media, 'clips', 'older-woman-short-sentence-360x288.mpg');
    return existsSync(path) ? path : null;
  },
  'happy',
);
