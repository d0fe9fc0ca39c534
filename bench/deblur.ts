// Deblurring of faces: sharp clips are blurred by averaging 5, 9 and 15 sub-frames and coded at CRF 20, then restored by
// every method: FFmpeg's unsharp, Wiener and Richardson-Lucy (their settings chosen by the sharp frames), and Retake whole
// and in parts. Clips of people on whom nothing was tuned; `--tuning` shows the others. Minutes per clip.
//   node bench/deblur.ts [--clips kitchen,suit] [--lengths 5,9,15] [--tuning] [--pictures DIR] [--results DIR] [--speed] [--no-speed]
// With --results what was compared is kept there and taken from there, so that a long run can be made in pieces. With --judge-all DIR
// every frame whose pictures were written to DIR is judged, and nothing else is done.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createInference } from '../src/engine/inference/index.ts';
import { actorClip, DEBLUR_CLIPS, SUB_FRAMES } from './deblur/clips.ts';
import { type Comparison, compareMethods } from './deblur/compare.ts';
import { judgePictures } from './deblur/judge-pictures.ts';
import { METHODS } from './deblur/methods.ts';
import { measureSharp, measureSpeed } from './deblur/speed.ts';
import { synthesise } from './deblur/synthesise.ts';
import { figure, flickering, gain, landmarkChange, pairedLandmarkChange, rows, verified } from './deblur/table.ts';
import { openJudge } from './judge/face-api.ts';

const { values } = parseArgs({
  options: {
    clips: { type: 'string' },
    lengths: { type: 'string', default: '5,9,15' },
    tuning: { type: 'boolean', default: false },
    pictures: { type: 'string' },
    'judge-all': { type: 'string' },
    results: { type: 'string' },
    cache: { type: 'string', default: join(tmpdir(), 'retake-bench-deblur') },
    speed: { type: 'boolean', default: false },
    'no-speed': { type: 'boolean', default: false },
  },
});
const LENGTHS = [5, 9, 15] as const;
const lengths = values.lengths.split(',').map(Number);
const wanted = values.clips?.split(',');
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function print(figure: string, value: number | string, unit = '', bar?: string): void {
  console.log(JSON.stringify({ bench: 'deblur', figure, value, unit, ...(bar === undefined ? {} : { bar }) }));
}

if (values['judge-all'] !== undefined) {
  for (const { figure, value, unit } of await judgePictures(await openJudge(), values['judge-all']))
    print(figure, value, unit);
  process.exit(0);
}

const actor = await actorClip();
const clips = [...DEBLUR_CLIPS, actor].filter(
  (clip) => (wanted ? wanted.includes(clip.name) : clip.tuning === values.tuning) && existsSync(clip.recipe.source),
);
const missing = DEBLUR_CLIPS.filter(({ recipe }) => !existsSync(recipe.source));
if (missing.length > 0) console.error(`Not there, left out: ${missing.map(({ name }) => name).join(', ')}`);

/** What `make` measures; with --results it is kept there under `name`, and taken from there. */
async function kept<T>(name: string, make: () => Promise<T>): Promise<T> {
  const path = values.results === undefined ? undefined : join(values.results, `${name}.json`);
  if (path !== undefined && existsSync(path)) return JSON.parse(await readFile(path, 'utf8')) as T;
  const made = await make();
  if (path !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(made));
  }
  return made;
}

await using inference = await createInference();
const comparisons: Comparison[] = [];
if (!values.speed) {
  const judge = await openJudge();
  for (const { name, recipe } of clips) {
    const pair = await synthesise(recipe, LENGTHS, join(values.cache, name));
    for (const length of lengths) {
      const paths = { sharp: pair.sharp, blurred: pair.blurred.get(length)!, pictures: values.pictures };
      const shutter = (360 * length) / SUB_FRAMES;
      const result = await kept(`${name}-${length}`, () =>
        compareMethods(name, length, shutter, paths, inference, judge),
      );
      comparisons.push(result);
      console.error(rows(`${name} ${length}`, [result]).join('\n'));
    }
    const sharp = await kept(`${name}-sharp`, () => measureSharp(pair.sharp, inference));
    print(`frames of the sharp clip ${name} that are touched`, `${sharp.touched} of ${sharp.frames}`);
    print(`frames of ${name} left alone that are identical in every sample`, `${sharp.identical} of ${sharp.left}`);
  }
}

const people = comparisons.filter(({ clip }) => clip !== actor.name);
if (people.length > 0) {
  for (const length of lengths) {
    const of = people.filter((one) => one.length === length);
    console.error(rows(`length ${length}`, of).join('\n'));
    for (const method of METHODS)
      print(`PSNR gain, length ${length}, ${method}`, round(gain(of, method, 'psnr'), 2), 'dB');
  }
  console.error(rows('all', people).join('\n'));
  for (const method of METHODS) {
    const ours = method === 'full';
    print(
      `PSNR in the face, ${method}`,
      round(
        figure(people, ({ figures }) => figures[method].psnr),
        2,
      ),
      'dB',
    );
    print(`PSNR gain, ${method}`, round(gain(people, method, 'psnr'), 2), 'dB', ours ? '>= 3' : undefined);
    print(`SSIM gain, ${method}`, round(gain(people, method, 'ssim'), 4), '', ours ? '>= 0.05' : undefined);
    if (method === 'blurred') continue;
    print(`PSNR gain of colour, ${method}`, round(gain(people, method, 'colour'), 2), 'dB');
    print(`landmark error, ${method}`, round(landmarkChange(people, method), 1), '%', ours ? '<= -25' : undefined);
    print(`landmark error in the same frames, ${method}`, round(pairedLandmarkChange(people, method), 1), '%');
    print(
      `descriptor nearer, ${method}`,
      round(verified(people, method), 0),
      '% of frames',
      ours ? '>= 90' : undefined,
    );
    print(`flicker, ${method}`, round(flickering(people, method), 2), 'of the input', ours ? '<= 1' : undefined);
  }
  const others = ['unsharp', 'wiener', 'richardson-lucy'] as const;
  const best = Math.max(...others.map((method) => gain(people, method, 'psnr')));
  print('PSNR over the best of the others', round(gain(people, 'full', 'psnr') - best, 2), 'dB', '>= 1.5');
}

if (!values['no-speed']) {
  const speed = await measureSpeed(values.cache, inference);
  print('touched frames at 1080p', round(speed.touchedPerSecond, 2), 'frames/s', '>= 2');
  print('processor time of a touched frame at 1080p', round(speed.cpuSeconds, 2), 's');
  print('untouched frames at 1080p', round(speed.untouchedPerSecond, 0), 'frames/s');
  print('measuring at 1080p', round(speed.surveyedPerSecond, 1), 'frames/s');
}
