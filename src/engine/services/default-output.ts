import { basename, dirname, extname, join } from 'node:path';

/** Where a result goes when nobody said: beside the clip (or folder of frames), its name plus what it is: `clip.happy.mp4`. */
export function defaultOutput(clip: string, label: string, extension: string): string {
  return join(dirname(clip), `${basename(clip, extname(clip))}.${label}${extension}`);
}
