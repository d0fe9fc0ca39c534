import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTICULATOR_COUNT, type SpeechTrack, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { LINE_TEXT } from '../digital-actor/phones.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { analyseSpeech } from './analyse-speech.ts';
import { blendPhones, phoneVisemes } from './dominance.ts';
import { timedPhones } from './phones.ts';
import { music, noise, spokenLine } from './testing/sounds.ts';

let inference: Inference;
beforeAll(async () => {
  inference = await createInference({ providers: ['cpu'] });
});
afterAll(async () => inference[Symbol.asyncDispose]());

const line = spokenLine();
const phones = timedPhones(line.phones);
const frames = 801;
const truth = phoneVisemes(phones, frames, visemeIndex);
const curves = blendPhones(phones, frames);
const OTHER_TEXT = 'The quick brown fox jumps over seven lazy dogs while a storm gathers above the grey harbour wall.';

function agreement(track: SpeechTrack): number {
  let right = 0;
  let all = 0;
  for (let frame = 40; frame < 660; frame += 1) {
    const row = track.visemes.subarray(frame * VISEME_COUNT, (frame + 1) * VISEME_COUNT);
    if (row.indexOf(Math.max(...row)) === truth[frame]) right += 1;
    all += 1;
  }
  return right / all;
}

function jawCorrelation(track: SpeechTrack): number {
  const a = Array.from({ length: 620 }, (_, i) => track.articulation[(i + 40) * ARTICULATOR_COUNT]!);
  const b = Array.from({ length: 620 }, (_, i) => curves[(i + 40) * ARTICULATOR_COUNT]!);
  const mean = (list: number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: number[], mx: number, y: number[], my: number): number =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

function mostOpen(track: SpeechTrack): number {
  let most = 0;
  for (let frame = 0; frame < track.frames; frame += 1)
    most = Math.max(most, track.articulation[frame * ARTICULATOR_COUNT]!);
  return most;
}

function checkShape(track: SpeechTrack, samples: number): void {
  expect(track.seconds).toBeCloseTo(samples / 16_000, 9);
  expect(track.frames).toBe(samples === 0 ? 0 : Math.floor(samples / 160) + 1);
  expect(track.visemes).toHaveLength(track.frames * VISEME_COUNT);
  expect(track.articulation).toHaveLength(track.frames * ARTICULATOR_COUNT);
  for (const list of [track.voice, track.pitchHz, track.loudnessDb, track.stress])
    expect(list).toHaveLength(track.frames);
  for (let frame = 0; frame < track.frames; frame += 1) {
    let sum = 0;
    for (let k = 0; k < VISEME_COUNT; k += 1) sum += track.visemes[frame * VISEME_COUNT + k]!;
    if (Math.abs(sum - 1) > 1e-3) throw new Error(`row ${frame} sums to ${sum}`);
  }
  for (const value of track.articulation) if (!(value >= 0 && value <= 1)) throw new Error(`articulation ${value}`);
}

describe('a voice whose phones are known', () => {
  it('is heard without a transcript', async () => {
    const track = await analyseSpeech(line.samples, { inference, recognise: false });
    checkShape(track, line.samples.length);
    expect(track).toMatchObject({ source: 'network', phones: [], notes: [] });
    expect(agreement(track)).toBeGreaterThan(0.6);
    expect(jawCorrelation(track)).toBeGreaterThan(0.7);
    expect(track.phrases.length).toBeGreaterThanOrEqual(2);
    expect(track.phrases[0]!.start).toBeGreaterThan(0.35);
    expect(track.phrases[0]!.start).toBeLessThan(0.6);
    const voiced = track.pitchHz.filter((hertz) => hertz > 0).sort();
    expect(voiced.length).toBeGreaterThan(250);
    expect(track.beats.length).toBeGreaterThan(3);
  });

  it('is heard by its words, which nobody has written down', async () => {
    const shares: number[] = [];
    const track = await analyseSpeech(line.samples, { inference, report: (share) => shares.push(share) });
    checkShape(track, line.samples.length);
    expect(track).toMatchObject({ source: 'recognition', notes: [] });
    expect(track.phones.length).toBeGreaterThan(50);
    expect(agreement(track)).toBeGreaterThan(0.6);
    expect(jawCorrelation(track)).toBeGreaterThan(0.8);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('is heard by ear where its language has no words here', async () => {
    const track = await analyseSpeech(line.samples, { inference, language: 'it' });
    expect(track).toMatchObject({ source: 'network', phones: [], notes: [] });
  });

  it('is heard the same twice', async () => {
    const [one, two] = [
      await analyseSpeech(line.samples, { inference, recognise: false }),
      await analyseSpeech(line.samples, { inference, recognise: false }),
    ];
    expect(one.articulation).toEqual(two.articulation);
    expect(one.beats).toEqual(two.beats);
  });

  it('is aligned with its transcript', async () => {
    const shares: number[] = [];
    const report = (share: number): number => shares.push(share);
    const track = await analyseSpeech(line.samples, { inference, transcript: LINE_TEXT, report });
    checkShape(track, line.samples.length);
    expect(track).toMatchObject({ source: 'alignment', notes: [] });
    expect(agreement(track)).toBeGreaterThan(0.75);
    expect(jawCorrelation(track)).toBeGreaterThan(0.85);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    for (const { phone, start } of phones.filter(({ viseme }) => viseme === 'PP')) {
      const found = track.phones.filter(({ viseme }) => viseme === 'PP').map((p) => Math.abs(p.start - start));
      expect(Math.min(...found), `${phone} at ${start.toFixed(2)}`).toBeLessThan(0.06);
    }
  });

  it('is heard by its own words where the transcript says something else', async () => {
    const track = await analyseSpeech(line.samples, { inference, transcript: OTHER_TEXT });
    expect(track).toMatchObject({ source: 'recognition' });
    expect(track.notes.map(({ code }) => code)).toContain('transcript-unused');
    expect(agreement(track)).toBeGreaterThan(0.6);
  });

  it('keeps the part of a transcript that fits and says where it does not', async () => {
    const half = 'I used to believe that people never change. The harbour wall is grey and seven dogs are asleep.';
    const track = await analyseSpeech(line.samples, { inference, transcript: half });
    expect(track.source).toBe('mixed');
    const gaps = track.notes.filter(({ code, start }) => code === 'transcript-mismatch' && start !== undefined);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { start } of gaps) expect(start).toBeGreaterThan(2.2);
    expect(track.phones.some(({ phone, start }) => phone === 'b' && start < 2)).toBe(true);
  });

  it('is left to the network in languages without a model, with a note', async () => {
    const track = await analyseSpeech(line.samples, { inference, transcript: 'Früher glaubte ich', language: 'de' });
    expect(track.source).toBe('network');
    expect(track.notes).toHaveLength(1);
    expect(track.notes[0]).toMatchObject({ code: 'language-unsupported' });
  });

  it('is heard when overdriven, with a note', async () => {
    const driven = line.samples.map((value) => Math.max(-0.12, Math.min(0.12, value)));
    const track = await analyseSpeech(driven, { inference, recognise: false });
    expect(track.notes.map(({ code }) => code)).toEqual(['clipped']);
    expect(agreement(track)).toBeGreaterThan(0.5);
  });

  it('is given up when cancelled', async () => {
    const controller = new AbortController();
    const report = (): void => controller.abort();
    const asked = analyseSpeech(line.samples, { inference, transcript: LINE_TEXT, signal: controller.signal, report });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what is no speech', () => {
  it('silence rests the mouth, with a note', async () => {
    const samples = new Float32Array(48_000);
    const track = await analyseSpeech(samples, { inference, transcript: 'anything' });
    checkShape(track, samples.length);
    expect(track.phrases).toEqual([]);
    expect(track.pauses).toEqual([{ start: 0, end: 3 }]);
    expect(track.notes.map(({ code }) => code)).toEqual(['silent', 'transcript-unused']);
    expect(mostOpen(track)).toBeLessThan(0.01);
  });

  it('noise rests the mouth', async () => {
    const samples = noise(64_000, 8).map((value) => 0.1 * value);
    const track = await analyseSpeech(samples, { inference, recognise: false });
    expect(track.notes.map(({ code }) => code)).toEqual(['no-speech']);
    expect(mostOpen(track)).toBeLessThan(0.1);
  });

  it('music alone hardly moves the mouth and has a beat', async () => {
    const samples = music(12, 100);
    const track = await analyseSpeech(samples, { inference, recognise: false });
    checkShape(track, samples.length);
    const spoken = track.phrases.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(spoken / track.seconds).toBeLessThan(0.15);
    expect(track.tempo).not.toBeNull();
    expect(Math.min(...[50, 100, 200].map((tempo) => Math.abs(track.tempo! - tempo)))).toBeLessThan(3);
  });

  it('nothing, and a blink of sound, are tracks as well', async () => {
    checkShape(await analyseSpeech(new Float32Array(0), { inference, recognise: false }), 0);
    const track = await analyseSpeech(line.samples.slice(12_000, 14_000), { inference, recognise: false });
    checkShape(track, 2000);
    expect(track.notes.map(({ code }) => code)).toContain('too-short');
  });

  it('one second is enough', async () => {
    const part = line.samples.slice(8000, 24_000);
    const track = await analyseSpeech(part, { inference, recognise: false });
    checkShape(track, part.length);
    expect(track.phrases.length).toBeGreaterThan(0);
  });
});

describe('long recordings', () => {
  it('are heard alike wherever the line is said, and need no memory but for the track', async () => {
    const minutes = 3;
    const samples = new Float32Array(minutes * 60 * 16_000);
    for (let at = 0; at + line.samples.length <= samples.length; at += line.samples.length)
      samples.set(line.samples, at);
    await analyseSpeech(line.samples, { inference, recognise: false });
    const before = process.memoryUsage.rss();
    const track = await analyseSpeech(samples, { inference, recognise: false });
    const grown = (process.memoryUsage.rss() - before) / 1e6;
    checkShape(track, samples.length);
    // The track takes 2 MB; the samples, 12 MB, lie outside.
    expect(grown).toBeLessThan(60);
    const early = track.articulation.slice(1650 * ARTICULATOR_COUNT, 2250 * ARTICULATOR_COUNT);
    const late = track.articulation.slice((1650 + 800 * 14) * ARTICULATOR_COUNT, (2250 + 800 * 14) * ARTICULATOR_COUNT);
    let worst = 0;
    for (let i = 0; i < early.length; i += 1) worst = Math.max(worst, Math.abs(early[i]! - late[i]!));
    expect(worst).toBeLessThan(0.2);
  });
});
