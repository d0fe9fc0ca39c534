// Speaking styles: learnt from each shared clip (all of a style, however short the clip), put onto the sound of the others, and
// compared by the statistics of mouth, head, blinks and brows with the reference and with the neutral style. At the level of
// coefficients and angles: no picture is drawn. Each statistic counts in units of how much it differs between short pieces of
// all clips, so that what one person varies by within seconds does not count as manner.
//   node bench/talking-head-style.ts [clip ...]
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TalkingStyle } from '../src/contract/talking-style.ts';
import { SPEECH_SAMPLE_RATE, type SpeechTrack } from '../src/core/speech.ts';
import { loadFaceModel, personaliseShapes } from '../src/engine/capture/face-model/index.ts';
import { captureClip, poseAngles, poseAt } from '../src/engine/capture/index.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { openVideo, readAudio } from '../src/engine/media/index.ts';
import { analyseSpeech } from '../src/engine/speech/index.ts';
import { builtInStyle, learnStyle, performSpeech } from '../src/engine/talking-head/index.ts';
import { MouthShape } from '../src/engine/talking-head/mouth-shape.ts';
import { deviation, mean, quantile } from '../src/engine/talking-head/statistics.ts';
import { mediaFolder } from './emotion/clips.ts';
import { type Moves, mannerOf, stretchOf } from './talking-head/manner.ts';

const CLIPS = [
  'woman-address-frontal-512.mp4',
  'man-address-lowres-256.mp4',
  'man-suit-window-700-vfr.mp4',
  'man-kitchen-vertical-1080x1920-hevc.mp4',
  'man-address-audio-late-450.mp4',
];
const PIECES = 3;
const SEEDS = [1, 2, 3];
const RATE = 25;

interface Person {
  readonly name: string;
  readonly speech: SpeechTrack;
  readonly style: TalkingStyle;
  readonly lips: MouthShape;
  readonly manner: number[];
  readonly pieces: number[][];
}

const model = await loadFaceModel();
await using inference = await createInference();

async function meet(path: string): Promise<Person> {
  await using source = await openVideo(path);
  const audio = await readAudio(path, { sampleRate: SPEECH_SAMPLE_RATE, channels: 1 });
  const speech = await analyseSpeech(audio.channels[0]!, { inference });
  const { performance } = await captureClip(source, inference);
  const actor = performance.actors[0]!;
  const name = basename(path).replace(/\.\w+$/, '');
  const secondsOf = (frame: number): number =>
    (source.secondsOf(frame) + source.secondsOf(frame + 1)) / 2 - audio.startSeconds;
  const style = learnStyle(
    {
      performance,
      actorId: actor.id,
      speech,
      rate: source.rate,
      secondsOf,
      name,
      reference: basename(path),
      fingerprint: '',
      fullFromSeconds: 1,
    },
    model,
  );
  const lips = new MouthShape({ neutral: actor.neutral, shapes: personaliseShapes(model, actor.neutral).shapes });
  const tracks = performance.tracks.filter((track) => track.actorId === actor.id);
  const { firstFrame, frameCount, pose, coefficients } = tracks.toSorted((a, b) => b.frameCount - a.frameCount)[0]!;
  const seconds = Array.from({ length: frameCount }, (_, row) => secondsOf(firstFrame + row));
  const angles = seconds.map((_, row) => {
    const { yawRad, pitchRad, rollRad } = poseAngles(poseAt(pose, row));
    return [yawRad, pitchRad, rollRad] as const;
  });
  const fps = (frameCount - 1) / (seconds.at(-1)! - seconds[0]!);
  const filmed: Moves = { coefficients, angles, seconds, fps };
  const cut = (part: number): number => Math.round((part * frameCount) / PIECES);
  const pieces = Array.from({ length: PIECES }, (_, part) =>
    mannerOf(stretchOf(filmed, cut(part), cut(part + 1)), speech, lips),
  );
  const { mouth } = style;
  console.warn(
    `${name}: mouth ${mouth.gain} x, lag ${Math.round(mouth.lagSeconds * 1000)} ms, ${style.blinks.perMinute.toFixed(0)} blinks a minute, ${style.excerpts.length} pieces of head motion, ${style.learned!.speechSeconds.toFixed(1)} s of speech; ${style.learned!.notes.join(' ')}`,
  );
  return { name, speech, style, lips, manner: mannerOf(filmed, speech, lips), pieces };
}

/** Manner of a style on somebody's sound, the mean of some seeds. */
function spoken(style: TalkingStyle, { speech, lips }: Person): number[] {
  const frames = Math.ceil(speech.seconds * RATE);
  const seconds = Array.from({ length: frames }, (_, f) => (f + 0.5) / RATE);
  const runs = SEEDS.map((seed) => {
    const { coefficients, head } = performSpeech(speech, { style, rate: { num: RATE, den: 1 }, frames, seed });
    const angles = seconds.map((_, f) => [head[f * 4]!, head[f * 4 + 1]!, head[f * 4 + 2]!] as const);
    return mannerOf({ coefficients, angles, seconds, fps: RATE }, speech, lips);
  });
  return runs[0]!.map((_, k) => mean(runs.map((run) => run[k]!)));
}

const given = process.argv.slice(2);
const paths = (given.length > 0 ? given : CLIPS.map((name) => join(mediaFolder, 'clips', name))).filter((path) =>
  existsSync(path),
);
if (paths.length < 2) console.warn('Fewer than two clips with sound are here: nothing measured.');
else {
  const people: Person[] = [];
  for (const path of paths) people.push(await meet(path));
  const all = people.flatMap(({ pieces }) => pieces);
  const unit = all[0]!.map((_, k) => deviation(all.map((piece) => piece[k]!)) || 1);
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.sqrt(mean(a.map((value, k) => ((value - b[k]!) / unit[k]!) ** 2)));
  const gains: number[] = [];
  let right = 0;
  for (const a of people)
    for (const b of people) {
      if (a === b) continue;
      const styled = spoken(a.style, b);
      const neutral = spoken(builtInStyle('neutral'), b);
      gains.push(1 - distance(styled, a.manner) / distance(neutral, a.manner));
      const near = people.toSorted((p, q) => distance(styled, p.manner) - distance(styled, q.manner))[0]!;
      if (near === a) right++;
      console.warn(`${a.name} on ${b.name}: ${Math.round(gains.at(-1)! * 100)} % nearer; nearest to ${near.name}`);
    }
  const print = (figure: string, value: string, bar: string): void =>
    console.log(JSON.stringify({ bench: 'talking-head-style', figure, value, bar }));
  print(
    'style: nearer to the reference than neutral, median of pairs',
    `${Math.round(quantile(gains, 0.5) * 100)} %`,
    '>= 50 %',
  );
  print("style: A's style on B's sound is nearest to A", `${right} of ${gains.length}`, '>= 80 %');
}
