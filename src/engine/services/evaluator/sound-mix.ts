import { writeFile } from 'node:fs/promises';
import { evaluateSound, type SoundSpan } from '../../../core/document/evaluate.ts';
import type { Project } from '../../../core/document/schema.ts';
import type { Rational } from '../../../core/rational.ts';
import { waveFile } from '../../../core/wave-file.ts';
import { type AudioRequest, openVideo, readAudio } from '../../media/index.ts';

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
  await writeFile(mixPath, waveFile(mix, sampleRate, 'float32'));
  return { path: mixPath };
}
