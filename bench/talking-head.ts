// Talking heads: portraits speak recordings, the finished videos are tracked again by the product and judged by
// face-api. Lips against what was meant, closures, sound and picture, identity, background, speed. `--quick`: one portrait.
//   node bench/talking-head.ts [--quick] [--rates] [--speed] [--portraits]

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { allocatePicture } from '../src/core/picture.ts';
import { type Rational, toNumber } from '../src/core/rational.ts';
import { SPEECH_SAMPLE_RATE } from '../src/core/speech.ts';
import { waveFile } from '../src/core/wave-file.ts';
import { loadFaceModel } from '../src/engine/capture/face-model/index.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { timedLine } from '../src/engine/digital-actor/phones.ts';
import { ACTOR_VARIANTS } from '../src/engine/digital-actor/variant.ts';
import { synthesiseVoice, VOICE_RATE } from '../src/engine/digital-actor/voice.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { createVideoWriter, openVideo, readAudio, writeImage } from '../src/engine/media/index.ts';
import { orderedMap } from '../src/engine/services/ordered-map.ts';
import { analyseSpeech } from '../src/engine/speech/index.ts';
import {
  builtInStyle,
  openPortrait,
  type Portrait,
  PortraitPool,
  performSpeech,
  portraitPose,
  type TalkingPerformance,
} from '../src/engine/talking-head/index.ts';
import { PortraitComposer } from '../src/engine/talking-head/portrait-composer.ts';
import { mediaFolder } from './emotion/clips.ts';
import { descriptorDistance, openJudge } from './judge/face-api.ts';
import { median } from './judge/statistics.ts';
import { decodeRgb } from './judge/system-ffmpeg.ts';
import { backgroundChanges } from './talking-head/background.ts';
import { retrack } from './talking-head/retrack.ts';

const RATES: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 60, den: 1 },
];
const PORTRAITS = ['man-glasses-goatee', 'young-woman-long-hair', 'older-man-moustache-threequarter'];
/** Frames that encoding alone goes through, in memory. */
const DRAWN_BEFORE = 25;
const RECORDINGS = ['woman-reading-22k', 'man-reading-16k', 'woman-reading-22k'];

const asked = process.argv.slice(2);
const quick = asked.includes('--quick');
const want = (part: string): boolean =>
  asked.filter((a) => a !== '--quick').length === 0 || asked.includes(`--${part}`);
const folder = await mkdtemp(join(tmpdir(), 'retake-bench-talk-'));
const model = await loadFaceModel();
await using inference = await createInference();
const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
const print = (figure: string, value: number | string, unit?: string, bar?: string): void =>
  console.log(
    JSON.stringify({ bench: 'talking-head', figure, value, ...(unit ? { unit } : {}), ...(bar ? { bar } : {}) }),
  );

async function hear(path: string) {
  const audio = await readAudio(path, { sampleRate: SPEECH_SAMPLE_RATE, channels: 1 });
  return await analyseSpeech(audio.channels[0]!, { inference });
}

/** Frames that are not timed: threads start and code warms up during them. */
const WARM_UP = 10;

/** Frames per second, and milliseconds of processor time per frame. */
interface Pace {
  readonly fps: number;
  readonly cpuMs: number;
}

/** Times what is called once per frame, from the first timed frame on. */
class Stopwatch {
  #frames = -WARM_UP;
  #started = 0;
  #used = process.cpuUsage();

  tick(): void {
    if (++this.#frames === 0) [this.#started, this.#used] = [globalThis.performance.now(), process.cpuUsage()];
  }

  /** The time that finishing the last frames takes counts too. */
  pace(): Pace {
    const elapsed = (globalThis.performance.now() - this.#started) / 1000;
    const { user, system } = process.cpuUsage(this.#used);
    const counted = Math.max(1, this.#frames);
    return { fps: counted / elapsed, cpuMs: (user + system) / 1000 / counted };
  }
}

const openWriter = ({ setup: { picture } }: Portrait, out: string, rate: Rational, audio: object = {}) =>
  createVideoWriter(out, {
    preset: 'h264',
    width: picture.width,
    height: picture.height,
    rate,
    layout: picture.layout,
    colour: picture.colour,
    ...audio,
  });

/** Draws and encodes a performance. */
async function film(portrait: Portrait, performance: TalkingPerformance, out: string, audio?: string): Promise<Pace> {
  const { setup } = portrait;
  const untilSeconds = performance.frames / toNumber(performance.rate);
  const sound = audio ? { sourceForAudio: { path: audio, fromSeconds: 0, untilSeconds } } : {};
  await using writer = await openWriter(portrait, out, performance.rate, sound);
  await using pool = new PortraitPool(setup);
  async function* numbers(): AsyncIterableIterator<number> {
    for (let i = 0; i < performance.frames; i++) yield i;
  }
  const draw = (frame: number) => pool.draw(portraitPose(setup.coefficients, performance, frame));
  const watch = new Stopwatch();
  for await (const frame of orderedMap(numbers(), pool.width, draw, (one) => one.release())) {
    await writer.write(frame.picture);
    frame.release();
    watch.tick();
  }
  await writer.finish();
  return watch.pace();
}

/** Encodes as many frames, drawn before: what is left of {@link film} when nothing has to be drawn. */
async function encodeAlone(portrait: Portrait, performance: TalkingPerformance, out: string): Promise<Pace> {
  const { picture, coefficients } = portrait.setup;
  const composer = new PortraitComposer(portrait.setup);
  const drawn = Array.from({ length: DRAWN_BEFORE }, (_, frame) => {
    const target = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
    composer.compose(portraitPose(coefficients, performance, frame), target);
    return target;
  });
  await using writer = await openWriter(portrait, out, performance.rate);
  const watch = new Stopwatch();
  for (let frame = 0; frame < performance.frames; frame++) {
    // To and fro, so that no step between two frames is larger than in the film.
    const at = frame % (2 * DRAWN_BEFORE);
    await writer.write(drawn[at < DRAWN_BEFORE ? at : 2 * DRAWN_BEFORE - 1 - at]!);
    watch.tick();
  }
  await writer.finish();
  return watch.pace();
}

async function actorPortrait(width: number, height: number): Promise<string> {
  const { path } = await digitalActorFixture({ seconds: 1, width, height, rate: { num: 5, den: 1 }, seed: 3 });
  await using source = await openVideo(path);
  const image = join(folder, `actor-${width}x${height}.png`);
  await writeImage(image, (await source.frameAt(0)).picture);
  return image;
}

async function identity(image: string, video: string, frames: number): Promise<number> {
  const judge = await openJudge();
  const largest = async (path: string, only: number[]) => {
    const faces = [];
    for await (const { rgb, width, height } of decodeRgb(path, { only }))
      faces.push((await judge.faces(rgb, width, height))[0]);
    return faces.filter((face) => face !== undefined);
  };
  const [own] = await largest(image, [0]);
  const seen = await largest(
    video,
    Array.from({ length: 12 }, (_, i) => Math.floor(((i + 0.5) * frames) / 12)),
  );
  return own ? median(seen.map((face) => descriptorDistance(own, face))) : Number.NaN;
}

const voice = join(folder, 'voice.wav');
const seconds = 6;
await writeFile(
  voice,
  waveFile([synthesiseVoice(timedLine(seconds), seconds, ACTOR_VARIANTS.ada.voice, 1)], VOICE_RATE, 'int16'),
);

try {
  const actor = await openPortrait(await actorPortrait(512, 512), { inference, model });
  const line = await hear(voice);
  if (want('rates'))
    for (const rate of quick ? RATES.slice(1, 2) : RATES) {
      const frames = Math.ceil(seconds * toNumber(rate));
      const performance = performSpeech(line, { style: builtInStyle('neutral'), rate, frames, seed: 1 });
      const out = join(folder, 'rate.mp4');
      await film(actor, performance, out, voice);
      const seen = await retrack(out, actor, performance, line, inference);
      const name = `actor at ${round(toNumber(rate))} frames/s`;
      print(`${name}: lip gap, seen and meant`, round(seen.correlation), 'r', '>= 0.9');
      print(`${name}: lips touch on p b m`, `${seen.touching} of ${seen.closures}`, undefined, '>= 95 %');
      print(`${name}: mouth after speech`, round(seen.offsetFrames, 2), 'frames', '-1 to 1');
    }
  if (want('portraits'))
    for (const [i, name] of (quick ? PORTRAITS.slice(0, 1) : PORTRAITS).entries()) {
      const image = join(mediaFolder, 'portraits', `${name}.jpg`);
      const recording = join(mediaFolder, 'speech', `${RECORDINGS[i]}.wav`);
      if (!existsSync(image) || !existsSync(recording)) {
        console.warn(`${image} is not here: not measured.`);
        continue;
      }
      const portrait = await openPortrait(image, { inference, model });
      const speech = await hear(recording);
      const rate = { num: 25, den: 1 };
      const frames = Math.min(250, Math.ceil(speech.seconds * 25));
      const performance = performSpeech(speech, { style: builtInStyle('neutral'), rate, frames, seed: 1 });
      const out = join(folder, `${basename(image, extname(image))}.mp4`);
      const { fps } = await film(portrait, performance, out, recording);
      const seen = await retrack(out, portrait, performance, speech, inference);
      print(`${name}: lip gap, seen and meant`, round(seen.correlation), 'r', '>= 0.9');
      print(`${name}: lips touch on p b m`, `${seen.touching} of ${seen.closures}`, undefined, '>= 95 %');
      print(`${name}: mouth after speech`, round(seen.offsetFrames, 2), 'frames', '-1 to 1');
      print(`${name}: frames without the face`, seen.lost, 'frames', '0');
      print(`${name}: identity, face-api distance`, round(await identity(image, out, frames)), undefined, '<= 0.4');
      print(`${name}: samples changed outside the head`, backgroundChanges(portrait, performance), 'samples', '0');
      print(`${name}: drawn and encoded`, round(fps, 1), 'frames/s');
    }
  if (want('speed'))
    for (const [width, height, bar] of [
      [512, 512, '>= 25'],
      [1920, 1080, '>= 10'],
    ] as const) {
      const portrait =
        width === 512 ? actor : await openPortrait(await actorPortrait(width, height), { inference, model });
      const performance = performSpeech(line, {
        style: builtInStyle('neutral'),
        rate: { num: 25, den: 1 },
        frames: quick ? 50 : 125,
        seed: 1,
      });
      const out = join(folder, 'speed.mp4');
      const name = `${width} x ${height}`;
      const { fps, cpuMs } = await film(portrait, performance, out);
      const alone = await encodeAlone(portrait, performance, out);
      print(`${name}: drawn and encoded`, round(fps, 1), 'frames/s', bar);
      print(`${name}: encoded alone`, round(alone.fps, 1), 'frames/s');
      print(`${name}: time as a multiple of encoding alone`, round(alone.fps / fps, 2));
      print(
        `${name}: processor time, of which encoding`,
        `${round(cpuMs, 1)}, ${round(alone.cpuMs, 1)}`,
        'ms/frame',
        `<= ${2000 / Number(bar.slice(3))} for that on two cores`,
      );
    }
} finally {
  await rm(folder, { recursive: true, force: true });
}
