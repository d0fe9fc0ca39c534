import { type ErrorCode, RetakeError } from '../../core/errors.ts';
import { av, ff } from './native.ts';

const posix = (name: 'EAGAIN' | 'ENOSPC' | 'EACCES' | 'EPERM' | 'ENOENT'): number =>
  av.FFmpegError.AVERROR(av.PosixError[name]);

/** FFmpeg's return codes for errors of the operating system; their values differ between platforms. */
export const AV_ERRORS = {
  again: posix('EAGAIN'),
  diskFull: posix('ENOSPC'),
  noAccess: posix('EACCES'),
  notPermitted: posix('EPERM'),
  notFound: posix('ENOENT'),
} as const;

/** FFmpeg's own words for a return code. */
export function avMessage(code: number): string {
  return av.FFmpegError.strerror(code);
}

/** True for "nothing now, feed more" (EAGAIN). */
export function isAgain(code: number): boolean {
  return code === AV_ERRORS.again;
}

/** True for the regular end of a stream. */
export function isEnd(code: number): boolean {
  return code === ff.AVERROR_EOF;
}

/** Throws `code` with the sentence and FFmpeg's reason when `result` is an FFmpeg error. Returns `result` otherwise. */
export function check(result: number, code: ErrorCode, sentence: string, path: string): number {
  if (result >= 0) return result;
  throw new RetakeError(code, `${sentence} (${avMessage(result)})`, { path, ffmpeg: avMessage(result) });
}

/** Error for a failed write: full disk and missing permission get their own code. */
export function writeError(result: number, path: string): RetakeError {
  const details = { path, ffmpeg: avMessage(result) };
  if (result === AV_ERRORS.diskFull)
    return new RetakeError(
      'disk-full',
      `The disk is full: ${path} cannot be finished. Free space and try again.`,
      details,
    );
  if (result === AV_ERRORS.noAccess || result === AV_ERRORS.notPermitted || result === AV_ERRORS.notFound)
    return new RetakeError(
      'output-unwritable',
      `${path} cannot be written. Check the folder and its permissions.`,
      details,
    );
  return new RetakeError('output-unwritable', `Writing ${path} failed: ${avMessage(result)}.`, details);
}

/** The same for an error of Node's file functions. */
export function fileWriteError(error: unknown, path: string): RetakeError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const details = { path, system: code };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new RetakeError(
      'disk-full',
      `The disk is full: ${path} cannot be finished. Free space and try again.`,
      details,
      error,
    );
  return new RetakeError(
    'output-unwritable',
    `${path} cannot be written (${code || String(error)}). Check that the folder exists and may be written to.`,
    details,
    error,
  );
}
