import { describe, expect, it } from 'vitest';
import { VISEME_COUNT } from '../../core/speech.ts';
import { findBeats } from './beats.ts';
import { gateMouth } from './gate.ts';
import { clippedShare, loudness } from './loudness.ts';
import { quantile, smooth } from './smoothing.ts';
import { stressCurve, stressLookup, syllables } from './stress.ts';
import { noise } from './testing/sounds.ts';
import { smoothVisemes } from './viseme-smoothing.ts';
import { pausesOf, phrasesOf, voiceActivity } from './voice-activity.ts';

describe('loudness', () => {
  it('is in decibels of full scale', () => {
    const sine = Float32Array.from({ length: 3200 }, (_, i) => 0.5 * Math.sin(i / 5));
    expect(loudness(sine, 21)[10]).toBeCloseTo(20 * Math.log10(0.5 / Math.SQRT2), 1);
    expect([...loudness(new Float32Array(800), 6)]).toEqual(Array(6).fill(-100));
  });

  it('tells flat tops from peaks', () => {
    const sine = Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i / 15));
    expect(clippedShare(sine)).toBeLessThan(5e-4 * 10);
    const driven = sine.map((value) => Math.max(-0.7, Math.min(0.7, value)));
    expect(clippedShare(driven)).toBeGreaterThan(0.3);
    expect(clippedShare(new Float32Array(100))).toBe(0);
  });
});

describe('phrases', () => {
  const voice = (spans: [number, number][]): Float32Array =>
    Float32Array.from({ length: 300 }, (_, i) => (spans.some(([a, b]) => i >= a && i < b) ? 0.9 : 0.05));

  it('are joined over short gaps, parted by pauses, and no clicks', () => {
    const phrases = phrasesOf(
      voice([
        [20, 80],
        [90, 130],
        [170, 175],
        [200, 290],
      ]),
    );
    expect(phrases).toEqual([
      { start: 0.2, end: 1.3 },
      { start: 2, end: 2.9 },
    ]);
    expect(pausesOf(phrases, 3)).toEqual([
      { start: 0, end: 0.2 },
      { start: 1.3, end: 2 },
      { start: 2.9, end: 3 },
    ]);
    expect(phrasesOf(new Float32Array(0))).toEqual([]);
  });

  it('need sound, whatever the network hears in the noise of silence', () => {
    const visemes = new Float32Array(100 * VISEME_COUNT);
    for (let frame = 0; frame < 100; frame += 1) visemes[frame * VISEME_COUNT + 10] = 1;
    const level = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? -20 : -90));
    const activity = voiceActivity(visemes, level);
    expect(activity[25]).toBeCloseTo(1, 5);
    expect(activity[80]).toBeCloseTo(0, 5);
  });
});

describe('the gate', () => {
  it('shuts the mouth where nobody speaks and leaves speech alone', () => {
    const visemes = new Float32Array(2 * VISEME_COUNT);
    visemes[10] = 1;
    visemes[VISEME_COUNT + 10] = 1;
    const articulation = Float32Array.of(0.9, 0.1, 0.2, 0, 0.9, 0.1, 0.2, 0);
    gateMouth(visemes, articulation, Float32Array.of(0.95, 0.02));
    expect(articulation[0]).toBeCloseTo(0.9, 6);
    expect(articulation[4]).toBe(0);
    expect(visemes[VISEME_COUNT]).toBe(1);
    expect(visemes[10]).toBe(1);
  });
});

describe('smoothing of visemes', () => {
  it('removes a flicker of one frame and keeps a clear change', () => {
    const rows = new Float32Array(40 * VISEME_COUNT).fill(0.4 / (VISEME_COUNT - 1));
    for (let frame = 0; frame < 40; frame += 1)
      rows[frame * VISEME_COUNT + (frame === 10 ? 4 : frame < 20 ? 10 : 1)] = 0.6;
    smoothVisemes(rows);
    const best = (frame: number): number => {
      const row = rows.subarray(frame * VISEME_COUNT, (frame + 1) * VISEME_COUNT);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
      return row.indexOf(Math.max(...row));
    };
    expect([9, 10, 11, 18, 21, 30].map(best)).toEqual([10, 10, 10, 10, 1, 1]);
  });

  it('of curves keeps level lines level', () => {
    expect([...smooth(new Float32Array(20).fill(3), 5)].every((value) => Math.abs(value - 3) < 1e-6)).toBe(true);
    expect(quantile(Float32Array.of(5, 1, 3), 0.5)).toBe(3);
    expect(quantile(new Float32Array(0), 0.5, -1)).toBe(-1);
  });
});

describe('stress', () => {
  const frames = 200;
  const centres = [20, 45, 70, 95, 120, 145, 170];
  const level = Float32Array.from({ length: frames }, (_, i) =>
    Math.max(...centres.map((c) => (c === 95 ? -12 : -20) - 0.12 * (i - c) ** 2), -60),
  );
  const pitch = Float32Array.from({ length: frames }, (_, i) => (Math.abs(i - 95) < 8 ? 180 : 120));
  const list = syllables(level, new Float32Array(frames).fill(1), pitch);

  it('finds the syllables and the one that is louder and higher', () => {
    expect(list.map(({ peak }) => peak)).toEqual(centres);
    const most = list.reduce((a, b) => (b.stress > a.stress ? b : a));
    expect(most.peak).toBe(95);
    expect(most.stress).toBeGreaterThan(0.9);
    const curve = stressCurve(list, frames);
    expect(curve.indexOf(Math.max(...curve))).toBe(95);
    expect(stressLookup(list)(0.95)).toBe(most.stress);
    expect(stressLookup([])(1)).toBe(0.5);
  });

  it('is found nowhere in silence', () => {
    expect(syllables(new Float32Array(50).fill(-90), new Float32Array(50), new Float32Array(50))).toEqual([]);
  });
});

describe('beats', () => {
  it('follow a steady pulse', () => {
    const jitter = noise(1200, 2);
    const onset = Float32Array.from({ length: 1200 }, (_, i) => (i % 60 < 2 ? 1 : 0) + 0.05 * Math.abs(jitter[i]!));
    const { beats, tempo } = findBeats(onset, []);
    expect(tempo).toBeCloseTo(100, 0);
    expect(beats.length).toBeGreaterThan(17);
    for (const beat of beats) expect(Math.min((beat * 100) % 60, 60 - ((beat * 100) % 60))).toBeLessThan(4);
  });

  it('are the stressed syllables where there is none', () => {
    const onset = noise(800, 6).map(Math.abs);
    const list = [
      { peak: 100, start: 90, end: 110, stress: 0.8 },
      { peak: 200, start: 190, end: 210, stress: 0.3 },
    ];
    expect(findBeats(onset, list)).toEqual({ beats: [1], tempo: null });
    expect(findBeats(new Float32Array(0), [])).toEqual({ beats: [], tempo: null });
  });
});
