import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A recording of a person and what is said in it. */
export interface Recording {
  readonly file: string;
  readonly text: string;
}

const CREMA = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted'];

/** Public recordings among the shared media with their published texts (GRID: from the name of the file). */
export const RECORDINGS: readonly Recording[] = [
  {
    file: 'speech/man-1961-speech-16k.wav',
    text: 'And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
  },
  {
    file: 'speech/woman-reading-22k.wav',
    text:
      'Printing, in the only sense with which we are at present concerned, differs from most if not from all the arts ' +
      'and crafts represented in the Exhibition.',
  },
  { file: 'clips/man-short-sentence-360x288.mpg', text: 'set white in z three now' },
  { file: 'clips/older-woman-short-sentence-360x288.mpg', text: 'lay white by s zero again' },
  ...CREMA.map((emotion) => ({
    file: `clips/emotion-set-a/older-man-${emotion}-480x360.flv`,
    text: "Don't forget a jacket.",
  })),
];

/** The folder of shared media, or null where there is none. */
export function sharedMedia(): string | null {
  const folder = process.env['RETAKE_MEDIA'] ?? resolve(import.meta.dirname, '../../../shared/media');
  return existsSync(join(folder, 'speech')) ? folder : null;
}
