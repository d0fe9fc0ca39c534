import { constants } from 'node:fs';
import { access, open, readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { RetakeError } from '../../core/errors.ts';
import type { Rational } from '../../core/rational.ts';
import { AV_ERRORS, avMessage } from './av-error.ts';
import { av } from './native.ts';

/** What FFmpeg is asked to open: a file, or the numbered images of a folder. */
export interface InputLocation {
  /** As the caller gave it, absolute. */
  readonly path: string;
  /** FFmpeg URL, with the `file:` protocol so that no name is taken for another protocol. */
  readonly url: string;
  readonly format: string | null;
  readonly options: Readonly<Record<string, string | number>>;
  readonly bytes: number;
  /** Changes whenever the file does; key of caches. */
  readonly identity: string;
}

const IMAGE_EXTENSIONS = new Set(['.png', '.exr', '.tif', '.tiff', '.dpx', '.jpg', '.jpeg', '.bmp', '.tga', '.webp']);
const NUMBERED = /^(.*?)(\d+)(\.[a-z0-9]+)$/i;

function notFound(path: string, cause: unknown): RetakeError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new RetakeError(
      'file-not-found',
      `There is no file ${path}. Check the name and the folder.`,
      { path },
      cause,
    );
  return new RetakeError(
    'file-unreadable',
    `${path} cannot be read (${code ?? String(cause)}). Check its permissions.`,
    { path },
    cause,
  );
}

async function locateSequence(path: string, rate: Rational | undefined, mtimeMs: number): Promise<InputLocation> {
  const groups = new Map<string, { prefix: string; suffix: string; digits: string; numbers: number[] }>();
  for (const name of await readdir(path).catch((error: unknown) => Promise.reject(notFound(path, error)))) {
    const match = NUMBERED.exec(name);
    if (!match || name.startsWith('.') || !IMAGE_EXTENSIONS.has(match[3]!.toLowerCase())) continue;
    const key = `${match[1]}*${match[3]}`;
    const group = groups.get(key) ?? { prefix: match[1]!, suffix: match[3]!, digits: match[2]!, numbers: [] };
    group.numbers.push(Number(match[2]));
    if (match[2]!.length < group.digits.length) group.digits = match[2]!;
    groups.set(key, group);
  }
  const largest = [...groups.values()].sort((a, b) => b.numbers.length - a.numbers.length)[0];
  if (!largest)
    throw new RetakeError(
      'not-media',
      `${path} is a folder without numbered images. Give a media file, or a folder of frames such as frame-000001.png.`,
      { path },
    );
  const start = Math.min(...largest.numbers);
  const escaped = (text: string): string => text.replaceAll('%', '%%');
  const pattern = `${escaped(join(path, largest.prefix))}%0${largest.digits.length}d${largest.suffix}`;
  const gaps = Math.max(...largest.numbers) - start + 1 !== largest.numbers.length;
  if (gaps)
    throw new RetakeError(
      'media-damaged',
      `The image sequence in ${path} has gaps in its numbers. Renumber it or bring back the missing frames.`,
      { path },
    );
  const frameRate = rate ? `${rate.num}/${rate.den}` : '25';
  return {
    path,
    url: `file:${pattern}`,
    format: 'image2',
    options: { framerate: frameRate, start_number: start },
    bytes: 0,
    identity: `${path}|${largest.numbers.length}|${mtimeMs}|${frameRate}`,
  };
}

/**
 * Checks that a path can be read and says how to open it. A folder is taken as an image sequence.
 * Throws `file-not-found`, `file-unreadable`, `not-media` (empty file, folder without images).
 */
export async function locateInput(given: string, sequenceRate?: Rational): Promise<InputLocation> {
  const path = resolve(given);
  const status = await stat(path).catch((error: unknown) => Promise.reject(notFound(path, error)));
  await access(path, constants.R_OK).catch((error: unknown) => Promise.reject(notFound(path, error)));
  if (status.isDirectory()) return locateSequence(path, sequenceRate, status.mtimeMs);
  if (!status.isFile())
    throw new RetakeError('file-unreadable', `${path} is not a regular file. Give a media file on disk.`, { path });
  if (status.size === 0)
    throw new RetakeError('not-media', `${path} is empty (0 bytes). Copy or export it again.`, { path });
  const still = IMAGE_EXTENSIONS.has(extname(path).toLowerCase());
  return {
    path,
    url: `file:${path}`,
    format: still ? 'image2' : null,
    options: still ? { pattern_type: 'none' } : {},
    bytes: status.size,
    identity: `${path}|${status.size}|${status.mtimeMs}`,
  };
}

/** Beginnings of the files that Retake knows, in hexadecimal. */
const SIGNATURES = new RegExp(
  [
    '.{8}(66747970|6d6f6f76|6d646174|66726565|77696465|736b6970|6d6f6f66)', // MP4, QuickTime: ftyp moov mdat ...
    '52494646.{8}(41564920|57415645)', // RIFF: AVI, WAVE
    '1a45dfa3', // Matroska
    '464c5601', // FLV
    '000001(b3|ba)', // MPEG-1/2
    '47.{374}47', // transport stream
    '4f676753', // Ogg
    '3026b275', // ASF
    '060e2b34', // MXF
    '89504e47|ffd8ff|762f3101|49492a00|4d4d002a|47494638', // PNG, JPEG, EXR, TIFF, GIF
  ]
    .map((each) => `^(${each})`)
    .join('|'),
);

async function looksLikeMedia(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(192);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return SIGNATURES.test(head.subarray(0, bytesRead).toString('hex'));
  } finally {
    await file.close();
  }
}

/**
 * An opened container with its streams analysed. The caller owns it (`await using`).
 * Throws `not-media` when no container is recognised, `media-damaged` when one is and does not open.
 */
export async function openInput(input: InputLocation): Promise<av.FormatContext> {
  const context = new av.FormatContext();
  const format = input.format === null ? null : av.InputFormat.findInputFormat(input.format);
  using options = av.Dictionary.fromObject(input.options);
  const opened = await context.openInput(input.url, format, options);
  const analysed = opened < 0 ? opened : await context.findStreamInfo(null);
  if (opened >= 0 && analysed >= 0 && context.nbStreams > 0) return context;
  if (opened >= 0) await context.closeInput();
  const details = { path: input.path, ffmpeg: avMessage(analysed) };
  if (opened === AV_ERRORS.noAccess)
    throw new RetakeError('file-unreadable', `${input.path} cannot be read. Check its permissions.`, details);
  if (input.bytes === 0 || (await looksLikeMedia(input.path)))
    throw new RetakeError(
      'media-damaged',
      `${input.path} is damaged or incomplete: ${avMessage(analysed)}. Copy or export it again.`,
      details,
    );
  throw new RetakeError(
    'not-media',
    `${input.path} is not a video, sound or image file that Retake knows (${avMessage(analysed)}).`,
    details,
  );
}
