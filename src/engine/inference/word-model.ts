import { z } from 'zod';
import { RetakeError } from '../../core/errors.ts';
import type { PackFolder } from './pack-folders.ts';
import { loadPack } from './pack-store.ts';

/** Which words are common in English, and which follow which: what a listener expects before hearing anything. */
export interface WordModel {
  readonly words: readonly string[];
  /** How often each word was counted. */
  readonly counts: readonly number[];
  /** Row 0: words that begin a stretch, row n + 1: words after word n; numbers of words, each with how often. */
  readonly followers: readonly (readonly number[])[];
}

const count = z.number().int().positive();
const schema = z
  .strictObject({
    words: z.array(z.string().min(1)).min(1),
    counts: z.array(count),
    followers: z.array(z.array(z.number().int().nonnegative())),
  })
  .refine(
    ({ words, counts, followers }) =>
      counts.length === words.length &&
      followers.length === words.length + 1 &&
      followers.every((row) => row.length % 2 === 0 && row.every((v, i) => (i % 2 === 0 ? v < words.length : v > 0))),
    'its lists do not fit together',
  );

/** Loads the pack `english-words`. Throws `model-missing` or `model-damaged`. */
export async function loadWordModel(folders?: readonly PackFolder[]): Promise<WordModel> {
  const pack = await loadPack('english-words', folders);
  const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(pack.entry)));
  if (parsed.success) return parsed.data;
  const message = 'The pack "english-words" does not hold a word list. Run "npm run models -- --force".';
  throw new RetakeError('model-damaged', message, { pack: 'english-words', folder: pack.folder }, parsed.error);
}
