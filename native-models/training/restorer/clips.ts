import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BlurRecipe } from '../../../bench/deblur/synthesise.ts';
import { mediaFolder } from '../../../bench/emotion/clips.ts';

/** A stretch of film that is blurred to learn from. Nobody of the bench's judged five is here. */
export interface TrainingClip {
  readonly name: string;
  readonly person: string;
  readonly lengths: readonly number[];
  readonly recipe: BlurRecipe;
}

/** Source frames a stretch has. */
const COUNT = 28;
const LENGTHS = [5, 9, 15] as const;
const CRF = [20, 20, 23, 17, 20, 26, 20] as const;
const NOISE = [0, 0, 0, 4, 0, 8, 0, 2] as const;
const SHAKE = [22, 16, 28, 20, 25] as const;

interface Film {
  readonly person: string;
  readonly file: string;
  readonly crop: readonly [number, number, number, number];
  /** Sizes it is made, one after another: widths; heights follow the crop. */
  readonly widths: readonly number[];
  /** First frames of its stretches. */
  readonly firsts: readonly number[];
  readonly moving: boolean;
}

const older = (mood: string, moving: boolean): Film => ({
  ...{ person: 'older-man', file: `clips/emotion-set-a/older-man-${mood}-480x360.flv`, crop: [112, 32, 240, 288] },
  ...{ widths: [240], firsts: [0, 22], moving },
});
const portrait = (name: string): Film => ({
  ...{ person: name, file: `portraits/${name}.jpg`, crop: [112, 64, 448, 512] },
  ...{ widths: [336, 280, 224], firsts: [0], moving: false },
});

const FILMS: readonly Film[] = [
  {
    ...{ person: 'address-man', file: 'clips/man-address-audio-late-450.mp4', crop: [80, 16, 288, 336] },
    ...{ widths: [288, 240], firsts: [30, 150, 90, 210], moving: true },
  },
  {
    ...{ person: 'address-woman', file: 'clips/woman-address-frontal-512.mp4', crop: [64, 32, 416, 448] },
    ...{ widths: [312, 416, 260], firsts: [40, 0, 120, 80, 160], moving: true },
  },
  {
    ...{ person: 'debate-left', file: 'clips/two-men-debate-splitscreen-cut-720p.avi', crop: [200, 0, 352, 384] },
    ...{ widths: [352, 264], firsts: [10, 60, 110], moving: true },
  },
  {
    ...{ person: 'debate-right', file: 'clips/two-men-debate-splitscreen-cut-720p.avi', crop: [752, 60, 352, 384] },
    ...{ widths: [352, 264], firsts: [30, 80, 0], moving: true },
  },
  {
    ...{ person: 'smile-woman', file: 'clips/woman-distress-hand-over-face-360p.mp4', crop: [288, 0, 336, 360] },
    ...{ widths: [336, 280], firsts: [205, 0], moving: true },
  },
  {
    ...{ person: 'smile-woman', file: 'clips/woman-smile-head-tilt-360p.mp4', crop: [272, 0, 336, 360] },
    ...{ widths: [336, 252], firsts: [35, 75, 110], moving: false },
  },
  older('angry', false),
  older('happy', true),
  older('neutral', false),
  older('sad', true),
  older('fearful', true),
  older('disgusted', false),
  ...['man-glasses-goatee', 'woman-short-black-hair-smile', 'elderly-man-glasses', 'woman-curly-hair'].map(portrait),
  ...['young-man-red-hair', 'older-man-full-beard-glasses', 'young-woman-long-hair'].map(portrait),
  ...[1, 2, 3, 4].map(
    (k): Film => ({
      ...{ person: 'woman-bun', file: `portraits/expression-set-a/woman-bun-dark-${k}.jpg` },
      ...{ crop: [160, 96, 704, 832], widths: [352, 288], firsts: [0], moving: false },
    }),
  ),
  {
    ...{ person: 'astronaut', file: 'portraits/woman-astronaut-512.png', crop: [128, 0, 224, 256] },
    ...{ widths: [224], firsts: [0], moving: false },
  },
];

/** A still as a film of `COUNT` frames; other files as they are. */
function asFilm(path: string, folder: string): string {
  if (!/\.(jpg|png)$/.test(path)) return path;
  const out = join(folder, `${path.split('/').at(-1)}.mkv`);
  if (existsSync(out)) return out;
  const options = ['-frames:v', String(COUNT), '-r', '25', '-pix_fmt', 'rgb24', '-c:v', 'ffv1'];
  const { status } = spawnSync('ffmpeg', ['-v', 'error', '-y', '-loop', '1', '-i', path, ...options, out]);
  if (status !== 0) throw new Error(`ffmpeg could not read ${path}`);
  return out;
}

/** Stretches of round `round` (0, 1, ...): each film once a round, with other settings each time. */
export async function trainingClips(round: number, folder: string): Promise<TrainingClip[]> {
  const out: TrainingClip[] = [];
  for (const [index, film] of FILMS.entries()) {
    const { person, file, crop, widths, firsts, moving } = film;
    const source = join(mediaFolder, file);
    if (!existsSync(source)) continue;
    const turn = index + 3 * round;
    const width = widths[round % widths.length]!;
    out.push({
      name: `${person}-${index}-${round}`,
      person,
      lengths: LENGTHS,
      recipe: {
        source: asFilm(source, folder),
        ...{ crop, width, height: 4 * Math.round((width * crop[3]) / crop[2] / 4) },
        ...{ first: firsts[round % firsts.length]!, count: COUNT, upsampling: 16, between: moving ? 'motion' : 'hold' },
        ...{ shake: (SHAKE[turn % SHAKE.length]! * width) / 280, seed: 11 + 7 * index + 31 * round },
        ...{ crf: CRF[turn % CRF.length]!, noise: NOISE[turn % NOISE.length]! },
      },
    });
  }
  return out;
}
