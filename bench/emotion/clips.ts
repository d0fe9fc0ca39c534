import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rational } from '../../src/core/rational.ts';
import { digitalActorFixture } from '../../src/engine/digital-actor/index.ts';

/** Root of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Folder of the shared real clips: `RETAKE_MEDIA`, else beside the checkout. May not exist. */
export const mediaFolder = process.env['RETAKE_MEDIA'] ?? join(root, '..', 'shared', 'media');

/** A talking clip that emotions are judged on. */
export interface BenchClip {
  readonly name: string;
  readonly path: string;
  /** False for the digital actor, which the bars do not speak of. */
  readonly real: boolean;
}

// Clips of one person who talks to the camera and is seen all the time. Not here: stage shots with cuts and hands
// before the face, and clips of strong emotion, where an edit to another emotion is not the plain job.
const talking = [
  'clips/woman-address-frontal-512.mp4',
  'clips/man-suit-window-700-vfr.mp4',
  'clips/man-address-lowres-256.mp4',
  'clips/man-address-audio-late-450.mp4',
  'clips/man-kitchen-vertical-1080x1920-hevc.mp4',
  'clips/man-short-sentence-360x288.mpg',
  'clips/older-woman-short-sentence-360x288.mpg',
  'clips/emotion-set-a/older-man-neutral-480x360.flv',
];

/**
 * The shared talking clips that exist here, narrowed to those whose name contains one of `wanted` (all when empty).
 * A wanted name that is a path of its own is taken as it is.
 */
export function benchClips(wanted: readonly string[]): BenchClip[] {
  const shared = talking
    .map((file) => join(mediaFolder, file))
    .filter((path) => existsSync(path))
    .map((path) => ({ name: basename(path, extname(path)), path, real: true }));
  if (wanted.length === 0) return shared;
  const found = wanted.flatMap((word) => {
    const named = shared.filter((clip) => clip.name.includes(word));
    if (named.length > 0) return named;
    if (existsSync(word)) return [{ name: basename(word, extname(word)), path: word, real: true }];
    throw new Error(`no clip called "${word}"; there are: ${shared.map((clip) => clip.name).join(', ')}`);
  });
  return found.filter((clip, i) => found.findIndex((other) => other.path === clip.path) === i);
}

/** The digital actor's line as a clip; rendered once per version of the actor's sources. */
export async function actorClip(): Promise<BenchClip> {
  const { path } = await digitalActorFixture({ seconds: 4, width: 640, height: 360, rate: rational(25), seed: 7 });
  return { name: 'digital-actor', path, real: false };
}
