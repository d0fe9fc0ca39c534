import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE, type SpeechTrack, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import type { Inference } from '../inference/index.ts';
import { readAudio } from '../media/index.ts';
import { analyseSpeech } from '../speech/index.ts';

/** A recording and what is said in it. */
export interface Recording {
  readonly path: string;
  /** File with the words. */
  readonly text?: string | undefined;
  readonly language: string;
}

/** Longest recording that is worked on at once. */
const MOST_SECONDS = 2 * 3600;

/** A recording whose words are known, and the part of it that is wanted. */
export interface Heard {
  readonly path: string;
  readonly language: string;
  readonly transcript: string | null;
  /** Seconds of the media clock; null is all of it. */
  readonly span?: { readonly from: number; readonly until: number } | null;
}

/**
 * Listens to a recording. Its clock is the media clock of the file: a track whose sound starts late begins with
 * silence. Throws `no-audio`, `media-damaged`, `invalid-argument` (a text file without words, a recording too long),
 * and what reading and inference throw.
 */
export async function listen(
  { path, text, language }: Recording,
  inference: Inference,
  context: ServiceContext,
): Promise<SpeechTrack> {
  const transcript = text === undefined ? null : await readTranscript(text);
  return await listenTo({ path, language, transcript }, inference, context);
}

/** As {@link listen}, with the words themselves, and for a part of a recording. */
export async function listenTo(
  { path, language, transcript, span = null }: Heard,
  inference: Inference,
  context: ServiceContext,
): Promise<SpeechTrack> {
  const signal = context.signal ? { signal: context.signal } : {};
  const audio = await readAudio(path, { sampleRate: SPEECH_SAMPLE_RATE, channels: 1, ...signal });
  const whole = onMediaClock(audio.channels[0]!, audio.startSeconds);
  const at = (seconds: number): number => Math.round(seconds * SPEECH_SAMPLE_RATE);
  const samples = span ? whole.subarray(at(span.from), at(span.until)) : whole;
  const seconds = samples.length / SPEECH_SAMPLE_RATE;
  if (samples.length === 0)
    throw new RetakeError('no-audio', `"${basename(path)}" has a sound track without any sound in it.`, { path });
  if (seconds > MOST_SECONDS)
    throw new RetakeError(
      'invalid-argument',
      `The recording is ${Math.round(seconds / 60)} minutes long; cut it into parts of at most two hours.`,
      {
        path,
        seconds,
      },
    );
  const track = await analyseSpeech(samples, {
    inference,
    language,
    ...(transcript === null ? {} : { transcript }),
    ...signal,
    report: (share) =>
      context.onProgress?.({ stage: 'listen', label: 'Listening', done: Math.round(share * 100), total: 100 }),
  });
  for (const { message } of track.notes) context.onLog?.('warn', message);
  return track;
}

function onMediaClock(samples: Float32Array, startSeconds: number): Float32Array {
  const shift = Math.round(startSeconds * SPEECH_SAMPLE_RATE);
  if (shift === 0) return samples;
  if (shift < 0) return samples.subarray(Math.min(samples.length, -shift));
  const out = new Float32Array(samples.length + shift);
  out.set(samples, shift);
  return out;
}

async function readTranscript(path: string): Promise<string> {
  const words = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '').trim();
  if (!/\p{L}/u.test(words))
    throw new RetakeError(
      'invalid-argument',
      `"${basename(path)}" holds no words. Give the text that is spoken, or leave --text out.`,
      {
        path,
      },
    );
  return words;
}

/** A speech track in short, for results. */
export function heardResult(path: string, track: SpeechTrack): Result<'talk'>['heard'] {
  const shut = visemeIndex('PP');
  let closures = 0;
  for (let i = 1; i < track.frames; i++)
    if (track.visemes[i * VISEME_COUNT + shut]! >= 0.5 && track.visemes[(i - 1) * VISEME_COUNT + shut]! < 0.5)
      closures++;
  return {
    path,
    seconds: track.seconds,
    source: track.source,
    phrases: track.phrases.length,
    closures,
    tempo: track.tempo,
    notes: track.notes.map(({ message }) => message),
  };
}
