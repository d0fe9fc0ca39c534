// Speaking styles: learnt from each shared clip (all of a style, however short the clip), put onto the sound of the others, and
// compared by the statistics of mouth, head, blinks and brows with the reference and with the neutral style. At the level of
// coefficients and angles: no picture is drawn.
//   node bench/talking-head-style.ts [clip ...]
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TalkingStyle } from '../src/contract/talking-style.ts';
import { type Performance, POSE_SIZE, SHAPE_COUNT, shapeIndex } from '../src/core/performance.ts';
import { type Rational, toNumber } from '../src/core/rational.ts';
import { SPEECH_SAMPLE_RATE, type SpeechTrack } from '../src/core/speech.ts';
import { loadFaceModel, personaliseShapes } from '../src/engine/capture/face-model/index.ts';
import { captureClip, poseAngles } from '../src/engine/capture/index.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { openVideo, readAudio } from '../src/engine/media/index.ts';
import { analyseSpeech } from '../src/engine/speech/index.ts';
import { builtInStyle, learnStyle, performSpeech } from '../src/engine/talking-head/index.ts';
import { MouthShape } from '../src/engine/talking-head/mouth-shape.ts';
import { deviation, mean, quantile } from '../src/engine/talking-head/statistics.ts';
import { mediaFolder } from './emotion/clips.ts';

const CLIPS = [
  'woman-address-frontal-512.mp4',
  'man-address-lowres-256.mp4',
  'man-suit-window-700-vfr.mp4',
  'man-kitchen-vertical-1080x1920-hevc.mp4',
  'man-address-audio-late-450.mp4',
];
const BLINK = 0.45;

interface Person {
  readonly name: string;
  readonly speech: SpeechTrack;
  readonly rate: Rational;
  readonly style: TalkingStyle;
  readonly lips: MouthShape;
  readonly statistics: number[];
}

/** Spread of the opening, its middle, smile, brows, head angles, head speed, blinks a minute. */
function statisticsOf(
  coefficients: Float32Array,
  angles: readonly (readonly [number, number, number])[],
  lips: MouthShape,
  fps: number,
): number[] {
  const frames = angles.length;
  const column = (name: Parameters<typeof shapeIndex>[0]): Float32Array =>
    Float32Array.from({ length: frames }, (_, f) => coefficients[f * SHAPE_COUNT + shapeIndex(name)]!);
  const gap = Float32Array.from({ length: frames }, (_, f) => lips.gapAt(coefficients, f * SHAPE_COUNT));
  const lids = column('eyeBlinkLeft');
  const open = quantile(lids, 0.5);
  let blinks = 0;
  for (let f = 1; f < frames; f++) if (lids[f]! - open > BLINK && lids[f - 1]! - open <= BLINK) blinks++;
  const angle = (k: 0 | 1 | 2): Float32Array => Float32Array.from(angles, (a) => a[k]);
  const speed = (values: Float32Array): number => {
    let sum = 0;
    for (let f = 2; f < frames; f++) sum += Math.abs(values[f]! - values[f - 2]!);
    return (sum / Math.max(1, frames - 2)) * (fps / 2);
  };
  return [
    quantile(gap, 0.9) - quantile(gap, 0.1),
    quantile(gap, 0.5),
    mean(column('mouthSmileLeft')),
    mean(column('browInnerUp')),
    deviation(column('browInnerUp')),
    deviation(angle(0)),
    deviation(angle(1)),
    deviation(angle(2)),
    speed(angle(0)),
    speed(angle(1)),
    (blinks * 60 * fps) / frames / 60,
  ];
}

const model = await loadFaceModel();
await using inference = await createInference();

function filmed(performance: Performance, actorId: string, lips: MouthShape, fps: number): number[] {
  const tracks = performance.tracks.filter((track) => track.actorId === actorId);
  const longest = tracks.toSorted((a, b) => b.frameCount - a.frameCount)[0]!;
  const angles = Array.from({ length: longest.frameCount }, (_, row) => {
    const [x, y, z, w, tx, ty, scale] = Array.from(longest.pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const { yawRad, pitchRad, rollRad } = poseAngles({ rotation: [x, y, z, w], tx, ty, scale });
    return [yawRad, pitchRad, rollRad] as const;
  });
  return statisticsOf(longest.coefficients, angles, lips, fps);
}

async function meet(path: string): Promise<Person> {
  await using source = await openVideo(path);
  const audio = await readAudio(path, { sampleRate: SPEECH_SAMPLE_RATE, channels: 1 });
  const speech = await analyseSpeech(audio.channels[0]!, { inference });
  const { performance } = await captureClip(source, inference);
  const actor = performance.actors[0]!;
  const name = basename(path).replace(/\.\w+$/, '');
  const style = learnStyle(
    {
      performance,
      actorId: actor.id,
      speech,
      rate: source.rate,
      secondsOf: (frame) => (source.secondsOf(frame) + source.secondsOf(frame + 1)) / 2 - audio.startSeconds,
      name,
      reference: basename(path),
      fingerprint: '',
      fullFromSeconds: 1,
    },
    model,
  );
  const lips = new MouthShape({ neutral: actor.neutral, shapes: personaliseShapes(model, actor.neutral).shapes });
  const statistics = filmed(performance, actor.id, lips, toNumber(source.rate));
  const { mouth } = style;
  console.warn(
    `${name}: mouth ${mouth.gain} x, lag ${Math.round(mouth.lagSeconds * 1000)} ms, ${style.blinks.perMinute.toFixed(0)} blinks a minute, ${style.excerpts.length} pieces of head motion, ${style.learned!.speechSeconds.toFixed(1)} s of speech; ${style.learned!.notes.join(' ')}`,
  );
  return { name, speech, rate: source.rate, style, lips, statistics };
}

/** Statistics of a style on somebody's sound, the mean of three seeds. */
function spoken(style: TalkingStyle, { speech, lips }: Person): number[] {
  const rate = { num: 25, den: 1 };
  const frames = Math.ceil(speech.seconds * 25);
  const runs = [1, 2, 3].map((seed) => {
    const { coefficients, head } = performSpeech(speech, { style, rate, frames, seed });
    const angles = Array.from(
      { length: frames },
      (_, f) => [head[f * 4]!, head[f * 4 + 1]!, head[f * 4 + 2]!] as const,
    );
    return statisticsOf(coefficients, angles, lips, 25);
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
  const spread = people[0]!.statistics.map((_, k) => deviation(people.map((one) => one.statistics[k]!)) || 1);
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.sqrt(mean(a.map((value, k) => ((value - b[k]!) / spread[k]!) ** 2)));
  const gains: number[] = [];
  let right = 0;
  let pairs = 0;
  for (const a of people)
    for (const b of people) {
      if (a === b) continue;
      const styled = spoken(a.style, b);
      const before = distance(spoken(builtInStyle('neutral'), b), a.statistics);
      gains.push(1 - distance(styled, a.statistics) / before);
      pairs++;
      const nearest = people.toSorted((p, q) => distance(styled, p.statistics) - distance(styled, q.statistics))[0];
      if (nearest === a) right++;
    }
  const print = (figure: string, value: number | string, bar: string): void =>
    console.log(JSON.stringify({ bench: 'talking-head-style', figure, value, bar }));
  print(
    'style: nearer to the reference than neutral, median of pairs',
    `${Math.round(quantile(gains, 0.5) * 100)} %`,
    '>= 50 %',
  );
  print("style: A's style on B's sound is nearest to A", `${right} of ${pairs}`, '>= 80 %');
}
