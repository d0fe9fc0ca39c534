import { expect, it } from 'vitest';
import { type SpeechTrack, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { outlineOf } from './speech-outline.ts';

it('lists known sounds, and runs of what the network saw where none are known', () => {
  const frames = 40;
  const visemes = new Float32Array(frames * VISEME_COUNT);
  for (let frame = 0; frame < frames; frame++)
    visemes[frame * VISEME_COUNT + visemeIndex(frame < 24 ? 'sil' : frame < 30 ? 'PP' : 'aa')] = 0.8;
  const rows = new Float32Array(frames);
  const track: SpeechTrack = {
    rateHz: 100,
    frames,
    seconds: 0.4,
    visemes,
    articulation: new Float32Array(frames * 4),
    voice: rows,
    pitchHz: rows,
    loudnessDb: rows,
    stress: rows,
    phrases: [{ start: 0.05, end: 0.4 }],
    pauses: [],
    beats: [],
    tempo: null,
    phones: [
      { start: 0, end: 0.05, phone: 'sil', viseme: 'sil' },
      { start: 0.05, end: 0.2, phone: 'b', viseme: 'PP' },
    ],
    source: 'mixed',
    sources: [
      { start: 0, end: 0.2, source: 'alignment' },
      { start: 0.2, end: 0.4, source: 'network' },
    ],
    notes: [],
  };
  const { visemes: spoken, seconds } = outlineOf(track);
  expect(seconds).toBe(0.4);
  expect(spoken.map(({ viseme, phone, start, end }) => [viseme, phone, start, end])).toEqual([
    ['PP', 'b', 0.05, 0.2],
    ['PP', null, 0.24, 0.3],
    ['aa', null, 0.3, 0.4],
  ]);
});
