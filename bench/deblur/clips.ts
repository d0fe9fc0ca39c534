import { join } from 'node:path';
import { rational } from '../../src/core/rational.ts';
import { digitalActorFixture } from '../../src/engine/digital-actor/index.ts';
import { mediaFolder } from '../emotion/clips.ts';
import type { BlurRecipe } from './synthesise.ts';

/** A clip of the bench; `tuning` ones were looked at while the method was made and are no evidence. */
export interface DeblurClip {
  readonly name: string;
  readonly tuning: boolean;
  readonly recipe: BlurRecipe;
}

const clips = join(mediaFolder, 'clips');
/** Sixteen sub-frames a frame: 5, 9 and 15 of them are shutters of 112, 202 and 337 degrees. */
export const SUB_FRAMES = 16;
/** What moves is followed, and the camera shakes. */
const moving = { upsampling: SUB_FRAMES, between: 'motion' } as const;
/** Hardly moving heads: what blurs them is the camera. */
const still = { upsampling: SUB_FRAMES, between: 'hold' } as const;

/** The digital actor, so that there is something to measure without the shared media; its figures decide nothing. */
export async function actorClip(): Promise<DeblurClip> {
  const { path } = await digitalActorFixture({ seconds: 1.2, width: 480, height: 360, rate: rational(25), seed: 11 });
  return {
    name: 'digital-actor',
    tuning: false,
    recipe: {
      ...{ ...still, shake: 24, seed: 4 },
      source: path,
      first: 0,
      count: 28,
      crop: [96, 24, 288, 320],
      ...{ width: 288, height: 320 },
    },
  };
}

/** People whom no parameter was chosen on, then those it was. */
export const DEBLUR_CLIPS: readonly DeblurClip[] = [
  {
    name: 'kitchen',
    tuning: false,
    recipe: {
      ...{ ...moving, shake: 26, seed: 1 },
      ...{ source: join(clips, 'man-kitchen-vertical-1080x1920-hevc.mp4'), first: 30, count: 28 },
      ...{ crop: [320, 216, 432, 480], width: 324, height: 360 },
    },
  },
  {
    name: 'suit',
    tuning: false,
    recipe: {
      ...{ ...still, shake: 26, seed: 2 },
      ...{ source: join(clips, 'man-suit-window-700-vfr.mp4'), first: 15, count: 28 },
      ...{ crop: [208, 56, 352, 384], width: 352, height: 384 },
    },
  },
  {
    name: 'lowres',
    tuning: false,
    recipe: {
      ...{ ...moving, shake: 20, seed: 3 },
      ...{ source: join(clips, 'man-address-lowres-256.mp4'), first: 20, count: 28 },
      ...{ crop: [16, 0, 240, 256], width: 240, height: 256 },
    },
  },
  {
    name: 'short-man',
    tuning: false,
    recipe: {
      ...{ ...still, shake: 20, seed: 5 },
      ...{ source: join(clips, 'man-short-sentence-360x288.mpg'), first: 8, count: 28 },
      ...{ crop: [56, 44, 224, 244], width: 224, height: 244 },
    },
  },
  {
    name: 'short-woman',
    tuning: false,
    recipe: {
      ...{ ...still, shake: 20, seed: 7 },
      ...{ source: join(clips, 'older-woman-short-sentence-360x288.mpg'), first: 8, count: 28 },
      ...{ crop: [56, 44, 224, 244], width: 224, height: 244 },
    },
  },
  {
    name: 'tuning-woman',
    tuning: true,
    recipe: {
      ...{ ...moving, shake: 26, seed: 1 },
      ...{ source: join(clips, 'woman-address-frontal-512.mp4'), first: 40, count: 28 },
      ...{ crop: [64, 32, 416, 448], width: 312, height: 336 },
    },
  },
  {
    name: 'tuning-older-man',
    tuning: true,
    recipe: {
      ...{ ...still, shake: 20, seed: 2 },
      ...{ source: join(clips, 'emotion-set-a', 'older-man-angry-480x360.flv'), first: 0, count: 28 },
      ...{ crop: [112, 32, 240, 288], width: 240, height: 288 },
    },
  },
];
