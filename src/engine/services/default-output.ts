import { basename, dirname, extname, join } from 'node:path';

/**
 * Where a result goes when nobody said: beside the clip, its name plus what it is (`clip.happy.mp4`). Image sequences
 * given as a pattern or folder lose the pattern.
 */
export function defaultOutput(clip: string, label: string, extension: string): string {
  const stem = basename(clip, extname(clip)).replace(/[-_.]?%0?\d*d$/, '') || 'sequence';
  return join(dirname(clip), `${stem}.${label}${extension}`);
}
