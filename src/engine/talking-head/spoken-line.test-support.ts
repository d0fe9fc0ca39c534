// The digital actor's line as a speech track: what an analysis that makes no mistake would hear.
import {
  ARTICULATOR_COUNT,
  SPEECH_RATE_HZ,
  type SpeechTrack,
  VISEME_COUNT,
  type Viseme,
  visemeIndex,
} from '../../core/speech.ts';
import { type PhoneName, type TimedPhone, timedLine } from '../digital-actor/phones.ts';

const VISEME_OF: Readonly<Record<PhoneName, Viseme>> = {
  SIL: 'sil',
  IY: 'ih',
  IH: 'ih',
  EH: 'E',
  AE: 'aa',
  AH: 'aa',
  AX: 'E',
  AO: 'oh',
  UW: 'ou',
  ER: 'RR',
  AY: 'aa',
  EY: 'E',
  AW: 'aa',
  Y: 'ih',
  W: 'ou',
  R: 'RR',
  L: 'nn',
  M: 'PP',
  N: 'nn',
  NG: 'kk',
  B: 'PP',
  P: 'PP',
  D: 'DD',
  T: 'DD',
  V: 'FF',
  DH: 'TH',
  Z: 'SS',
  S: 'SS',
  CH: 'CH',
  JH: 'CH',
};

/** A speech track of `seconds` of the digital actor's line (or of other timed phones). */
export function spokenLine(seconds: number, line: readonly TimedPhone[] = timedLine(seconds)): SpeechTrack {
  const frames = Math.round(seconds * SPEECH_RATE_HZ);
  const visemes = new Float32Array(frames * VISEME_COUNT);
  const articulation = new Float32Array(frames * ARTICULATOR_COUNT);
  const voice = new Float32Array(frames);
  const stress = new Float32Array(frames);
  const pitchHz = new Float32Array(frames);
  const loudnessDb = new Float32Array(frames).fill(-90);
  for (const { name, startSeconds, endSeconds, stress: level } of line) {
    const speaks = name !== 'SIL';
    const vowel = 'AEIOU'.includes(name[0]!);
    for (let i = Math.round(startSeconds * 100); i < Math.min(frames, Math.round(endSeconds * 100)); i++) {
      visemes[i * VISEME_COUNT + visemeIndex(VISEME_OF[name])] = 1;
      voice[i] = speaks ? 1 : 0;
      loudnessDb[i] = speaks ? (vowel ? -20 : -32) : -90;
      pitchHz[i] = vowel ? 180 : 0;
      if (level > 0) {
        const t = (i / 100 - startSeconds) / (endSeconds - startSeconds);
        stress[i] = (level / 2) * Math.sin(Math.PI * t);
      }
      articulation[i * ARTICULATOR_COUNT] = vowel ? 0.6 : 0.2;
      articulation[i * ARTICULATOR_COUNT + 3] = VISEME_OF[name] === 'PP' ? 1 : 0;
    }
  }
  const phrases: { start: number; end: number }[] = [];
  const pauses: { start: number; end: number }[] = [];
  for (const { name, startSeconds: start, endSeconds: end } of line) {
    const list = name === 'SIL' ? pauses : phrases;
    const last = list.at(-1);
    if (last && Math.abs(last.end - start) < 1e-6) last.end = end;
    else list.push({ start, end });
  }
  return {
    rateHz: SPEECH_RATE_HZ,
    frames,
    seconds,
    visemes,
    articulation,
    voice,
    pitchHz,
    loudnessDb,
    stress,
    phrases,
    pauses,
    beats: line.filter(({ stress: level }) => level > 0).map(({ startSeconds }) => startSeconds),
    tempo: null,
    phones: line.map(({ name, startSeconds: start, endSeconds: end }) => ({
      phone: name === 'SIL' ? 'sil' : name.toLowerCase(),
      viseme: VISEME_OF[name],
      start,
      end,
    })),
    source: 'alignment',
    sources: [{ start: 0, end: seconds, source: 'alignment' }],
    notes: [],
  };
}
