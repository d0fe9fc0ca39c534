import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { z } from 'zod';
import type { mediaSchema } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { rationalTime } from '../../core/rational-time.ts';
import { fingerprintMedia, type MediaInfo, probeMedia } from '../media/index.ts';

/** A source as `importMedia` takes it. */
export type MediaDetails = Omit<z.input<typeof mediaSchema>, 'id' | 'markers'>;

/** Endings that are looked at when a folder is imported; a file named by itself may have any. */
const VIDEO = new Set('mp4 mov m4v mkv webm avi mpg mpeg mts m2ts mxf ts flv wmv y4m'.split(' '));
const SOUND = new Set('wav aif aiff flac mp3 m4a aac ogg opus'.split(' '));
const endingOf = (path: string): string => extname(path).slice(1).toLowerCase();

/** Files that an import of `paths` (files and folders, not searched below) takes in, in order of name. */
export async function mediaFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of paths) {
    const path = resolve(given);
    const info = await stat(path).catch(() => undefined);
    if (!info) throw new RetakeError('not-found', `There is no file ${path}.`, { path });
    if (!info.isDirectory()) {
      found.push(path);
      continue;
    }
    const files = (await filesBelow(path, false)).filter(
      (file) => VIDEO.has(endingOf(file)) || SOUND.has(endingOf(file)),
    );
    if (files.length === 0)
      throw new RetakeError('not-found', `There is no video or sound in the folder ${path}.`, { path });
    found.push(...files);
  }
  return found;
}

/** Whether a file is a film, by the ending of its name. */
export function isVideoName(path: string): boolean {
  return VIDEO.has(endingOf(path));
}

/** Files of a folder in order of name, with `recursive` those of its folders after its own; hidden ones are left out. */
export async function filesBelow(folder: string, recursive: boolean): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  // What a link leads to counts as what it is, but links to folders are not followed: they may lead in a circle.
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name));
  const folders = recursive ? entries.filter((entry) => entry.isDirectory()) : [];
  const below = await Promise.all(folders.map(({ name }) => filesBelow(join(folder, name), true)));
  return [...files, ...below.flat()];
}

/** What the project notes of a file. Sound without pictures counts in frames of 1/1000 s. Throws what probing throws. */
export async function describeMedia(path: string, signal?: AbortSignal): Promise<MediaDetails> {
  const info = await probeMedia(path, signal ? { signal } : {});
  const fingerprint = await fingerprintMedia(path, signal);
  const { video } = info;
  const rate = video?.rate ?? { num: 1000, den: 1 };
  // A still picture lasts as long as it is wanted.
  const still = video?.frameCount === 1 && info.audio.length === 0;
  const frames = video?.frameCount ?? Math.max(1, Math.floor(info.durationSeconds * 1000));
  return {
    name: basename(path),
    kind: 'file',
    path: resolve(path),
    fingerprint,
    rate,
    availableRange: still ? null : { start: rationalTime(0, rate), duration: rationalTime(frames, rate) },
    hasVideo: video !== null,
    hasAudio: info.audio.length > 0,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    metadata: { format: formatOf(info) },
  };
}

/** How a file is coded, as a media item's `metadata.format` has it: FFmpeg's names. */
function formatOf({ video, audio }: MediaInfo): Record<string, string | number> {
  const [sound] = audio;
  return {
    ...(video ? { video: video.codec, pixels: video.pixelFormat, fields: video.fieldOrder } : {}),
    ...(video?.variableRate ? { times: 'variable' } : {}),
    ...(sound ? { sound: sound.codec, sampleRate: sound.sampleRate, channels: sound.channelLayout } : {}),
  };
}
