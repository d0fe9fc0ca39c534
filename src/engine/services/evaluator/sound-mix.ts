import { writeFile } from 'node:fs/promises';
import { evaluateSound, type SoundSpan } from '../../../core/document/evaluate.ts';
import type { Project } from '../../../core/document/schema.ts';
import type { Rational } from '../../../core/rational.ts';
import { type AudioRequest, openVideo, readAudio } from '../../media/index.ts';

/** Interleaved stereo floats as a WAVE file (IEEE float, RIFF). */
export function waveFile(channels: readonly [Float32Array, Float32Array], sampleRate: number): Uint8Array {
  const frames = channels[0].length;
  const bytes = new Uint8Array(44 + frames * 8);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => {
    for (let i = 0; i < word.length; i++) view.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + frames * 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true); // IEEE float
  view.setUint16(22, 2, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 8, true);
  view.setUint16(32, 8, true);
  view.setUint16(34, 32, true);
  text(36, 'data');
  view.setUint32(40, frames * 8, true);
  for (let i = 0; i < frames; i++) {
    view.setFloat32(44 + i * 8, channels[0][i]!, true);
    view.setFloat32(48 + i * 8, channels[1][i]!, true);
  }
  return bytes;
}

const secondsOf = (frames: number, rate: Rational): number => (frames * rate.den) / rate.num;

/** The one stretch of a file that is the whole sound of a range, if that is so: it can be copied as it is. */
async function single(spans: readonly SoundSpan[], from: number, until: number, rate: Rational) {
  const [span] = spans;
  if (spans.length !== 1 || !span || span.from !== from || span.until !== until || span.media.path === null) return;
  // The media clock starts at the first picture; a sound file's at its first sample.
  let origin = 0;
  if (span.media.hasVideo) {
    await using source = await openVideo(span.media.path);
    origin = source.secondsOf(0);
  }
  const fromSeconds = origin + span.mediaSeconds;
  return { path: span.media.path, fromSeconds, untilSeconds: fromSeconds + secondsOf(until - from, rate) };
}

/**
 * Sound of a sequence between two frames: the file itself where one clip is all of it, else a stereo mix written to
 * `mixPath`. Undefined where it is silent.
 */
export async function soundOf(
  project: Project,
  sequenceId: string,
  from: number,
  until: number,
  mixPath: string,
): Promise<AudioRequest | undefined> {
  const spans = evaluateSound(project, sequenceId, from, until).filter(({ media }) => media.path !== null);
  const sequence = project.sequences[sequenceId];
  if (spans.length === 0 || !sequence) return undefined;
  const { rate, sampleRate } = sequence;
  const whole = await single(spans, from, until, rate);
  if (whole) return whole;
  const frames = Math.round(secondsOf(until - from, rate) * sampleRate);
  const mix: [Float32Array, Float32Array] = [new Float32Array(frames), new Float32Array(frames)];
  for (const span of spans) {
    const sound = await readAudio(span.media.path!, { sampleRate, channels: 2 });
    const at = Math.round(secondsOf(span.from - from, rate) * sampleRate);
    const first = Math.round((span.mediaSeconds - sound.startSeconds) * sampleRate);
    const count = Math.min(frames - at, Math.round(secondsOf(span.until - span.from, rate) * sampleRate));
    for (const [channel, target] of mix.entries()) {
      const samples = sound.channels[channel] ?? sound.channels[0]!;
      for (let i = Math.max(0, -first); i < count && first + i < samples.length; i++)
        target[at + i]! += samples[first + i]!;
    }
  }
  await writeFile(mixPath, waveFile(mix, sampleRate));
  return { path: mixPath };
}
