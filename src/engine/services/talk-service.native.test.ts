import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkingStyleSchema } from '../../contract/talking-style.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { allocatePicture, type Picture, planeSize } from '../../core/picture.ts';
import { waveFile } from '../../core/wave-file.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { timedLine } from '../digital-actor/phones.ts';
import { ACTOR_VARIANTS } from '../digital-actor/variant.ts';
import { synthesiseVoice, VOICE_RATE } from '../digital-actor/voice.ts';
import { openVideo, probeMedia, readAudio, writeImage } from '../media/index.ts';
import { builtInStyle, readStyle } from '../talking-head/index.ts';
import { dub } from './dub-service.ts';
import { inspectProvenance } from './provenance-record.ts';
import { extractStyle } from './style-service.ts';
import { parseFrameRate, type TalkRequest, talk } from './talk-service.ts';

let folder: string;
let clip: string;
let portrait: string;
let voice: string;
const file = (name: string): string => join(folder, name);

async function sideBySide(picture: Picture): Promise<string> {
  const twice = allocatePicture(picture.width * 2, picture.height, picture.layout, picture.colour);
  picture.planes.forEach((plane, p) => {
    const [width, height] = planeSize(picture.layout, picture.width, picture.height, p);
    for (let y = 0; y < height; y++)
      for (const x of [0, width])
        twice.planes[p]!.set(plane.subarray(y * width, (y + 1) * width) as never, y * width * 2 + x);
  });
  await writeImage(file('two.png'), twice);
  return file('two.png');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-talk-'));
  clip = (await digitalActorFixture({ seconds: 2, width: 320, height: 240 })).path;
  portrait = file('portrait.png');
  voice = file('voice.wav');
  const timbre = ACTOR_VARIANTS.ada.voice;
  await writeFile(voice, waveFile([synthesiseVoice(timedLine(1.6), 1.6, timbre, 1)], VOICE_RATE, 'int16'));
  await using source = await openVideo(clip);
  const frame = await source.frameAt(0);
  await writeImage(portrait, frame.picture);
  await sideBySide(frame.picture);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (more: Partial<TalkRequest> = {}): TalkRequest => ({
  portrait,
  audio: voice,
  language: 'en',
  style: 'neutral',
  styleStrength: 1,
  fps: '25',
  preset: 'ffv1',
  seed: 1,
  out: file('talk.mkv'),
  ...more,
});

async function codeOf(promise: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error as { code: ErrorCode; message: string };
}

describe('talk', () => {
  it('makes a portrait speak: frames and sound of one length, a label, still corners and a moving mouth', async () => {
    const result = await talk(request({ fps: '29.97' }));
    expect(result.rate).toBe('30000/1001');
    expect(result.frames).toBe(Math.ceil((result.heard.seconds * 30_000) / 1001));
    const info = await probeMedia(result.outputs[0]!.path);
    expect(info.video!.frameCount).toBe(result.frames);
    const sound = await readAudio(result.outputs[0]!.path, { sampleRate: 16_000, channels: 1 });
    expect(Math.abs(sound.channels[0]!.length / 16_000 - 1.6)).toBeLessThan(0.06);
    const label = await inspectProvenance(result.outputs[0]!.path);
    expect(label?.state).toBe('intact');
    expect(label?.claim?.edits[0]).toMatchObject({ kind: 'speech', target: 'portrait', transcript: false });
    await using film = await openVideo(result.outputs[0]!.path);
    const first = (await film.frameAt(0)).picture;
    let moved = 0;
    for (let f = 1; f < film.frameCount; f += 4) {
      const frame = await film.frameAt(f);
      const [a, b] = [first.planes[0]!, frame.picture.planes[0]!];
      // The two upper corners are background: not one sample of them may differ.
      for (let y = 0; y < 30; y++)
        for (let x = 0; x < 30; x++)
          for (const at of [y * first.width + x, y * first.width + first.width - 1 - x]) expect(b[at]).toBe(a[at]);
      for (let at = 0; at < a.length; at++) if (Math.abs(a[at]! - b[at]!) > 24) moved++;
      frame.release();
    }
    expect(moved).toBeGreaterThan(200);
  }, 120_000);

  it('refuses what cannot speak, each with its reason', async () => {
    const grey = allocatePicture(
      320,
      240,
      { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
      { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
    );
    grey.planes[0]!.fill(128);
    await writeImage(file('grey.png'), grey);
    await writeFile(file('empty.txt'), ' \n');
    await writeFile(file('broken.json'), '{"kind":"retake-style","version":1}');
    await writeFile(file('later.json'), '{"kind":"retake-style","version":99}');
    const cases: [Partial<TalkRequest>, ErrorCode, RegExp][] = [
      [{ portrait: file('grey.png') }, 'no-face', /No face/],
      [{ portrait: file('two.png') }, 'invalid-argument', /2 faces.*--face 1/],
      [{ portrait: file('two.png'), face: 5 }, 'not-found', /no face 5/],
      [{ audio: undefined }, 'invalid-argument', /--audio/],
      [{ audio: portrait }, 'no-audio', /no sound/],
      [{ audio: file('nothing.wav') }, 'file-not-found', /recording/],
      [{ text: file('empty.txt') }, 'invalid-argument', /no words/],
      [{ fps: '0' }, 'invalid-argument', /--fps/],
      [{ style: 'grumpy' }, 'unknown-label', /no style "grumpy"/],
      [{ style: file('broken.json') }, 'file-damaged', /not a style/],
      [{ style: file('later.json') }, 'version-too-new', /Update/],
      [{ style: portrait }, 'no-audio', /no sound/],
      [{ out: portrait }, 'output-exists-as-input', /source/],
    ];
    for (const [part, code, message] of cases) {
      const error = await codeOf(talk(request(part)));
      expect(error?.code, `${JSON.stringify(part)}: ${error?.message}`).toBe(code);
      expect(error.message).toMatch(message);
    }
  }, 240_000);

  it('tells a silent recording and keeps the mouth shut, and stops when cancelled', async () => {
    await writeFile(file('silence.wav'), waveFile([new Float32Array(VOICE_RATE)], VOICE_RATE, 'int16'));
    const said: string[] = [];
    const result = await talk(request({ audio: file('silence.wav'), preset: 'h264', out: file('silent.mp4') }), {
      onLog: (_, message) => said.push(message),
    });
    expect(said.join()).toMatch(/silent/);
    expect(result.heard.closures).toBe(0);
    const lesson = { reference: file('silent.mp4'), language: 'en', actor: 'all', name: 'none' } as const;
    const unheard = await codeOf(extractStyle({ ...lesson, out: file('none.style.json') }));
    expect(unheard.code).toBe('no-audio');
    expect(unheard.message).toMatch(/Nobody is heard speaking in "silent.mp4"/);
    const error = await codeOf(talk(request(), { signal: AbortSignal.abort() }));
    expect(error.code).toBe('cancelled');
  }, 120_000);

  it('reads frame rates as people write them', () => {
    expect(parseFrameRate('23.976')).toEqual({ num: 24_000, den: 1001 });
    expect(parseFrameRate('23.98')).toEqual({ num: 24_000, den: 1001 });
    expect(parseFrameRate('60')).toEqual({ num: 60, den: 1 });
    expect(parseFrameRate('30000/1001')).toEqual({ num: 30_000, den: 1001 });
    for (const bad of ['', 'fast', '-25', '0/1', '1/0', '999']) expect(() => parseFrameRate(bad), bad).toThrow(/--fps/);
  });
});

describe('dub and style', () => {
  it('puts a new voice onto a clip: its length stays, the difference is told, the label says dub', async () => {
    const said: string[] = [];
    const result = await dub(
      {
        clip,
        audio: voice,
        language: 'en',
        style: 'neutral',
        styleStrength: 1,
        actor: 'all',
        preset: 'h264',
        seed: 1,
        out: file('dub.mp4'),
      },
      { onLog: (_, message) => said.push(message) },
    );
    expect(result.surplusSeconds).toBeCloseTo(-0.4, 1);
    expect(said.join()).toMatch(/0\.4\d? s shorter/);
    const info = await probeMedia(file('dub.mp4'));
    expect(info.video!.frameCount).toBe(50);
    expect(result.frames.edited).toBeGreaterThan(45);
    const label = await inspectProvenance(file('dub.mp4'));
    expect(label?.claim?.edits[0]).toMatchObject({ kind: 'speech', target: 'dub' });
  }, 120_000);

  it('learns from two seconds only the mouth, says so, and writes a style that can be read again', async () => {
    const result = await extractStyle({
      reference: clip,
      language: 'en',
      actor: 'all',
      name: 'ada',
      out: file('ada.style.json'),
    });
    expect(result.depth).toBe('timing');
    expect(result.notes.join()).toMatch(/only the mouth/);
    const style = await readStyle(file('ada.style.json'));
    expect(talkingStyleSchema.parse(style).name).toBe('ada');
    expect(style.head).toEqual(builtInStyle('neutral').head);
    // The digital actor's mouth is in time with her voice.
    expect(Math.abs(style.mouth.lagSeconds)).toBeLessThan(0.09);
    expect(style.mouth.gain).toBeGreaterThan(0.4);
  }, 120_000);
});
