import type { RawPhone } from './phones.ts';

/** A program that hears words, and its model's files by name. */
export interface Recogniser {
  readonly program: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What the alignment thread is asked: once to open, then for pronunciations and alignments, or for words once it has what hears them. */
export type AlignRequest =
  | { readonly kind: 'open'; readonly model: string }
  | { readonly kind: 'pronounce'; readonly words: readonly string[] }
  | { readonly kind: 'align'; readonly samples: Float32Array; readonly words: readonly string[] }
  | { readonly kind: 'expect'; readonly recogniser: Recogniser }
  | { readonly kind: 'recognise'; readonly samples: Float32Array };

/** A word of a transcript as it is spoken. */
export interface Pronunciation {
  /** IPA per phone; empty where the word cannot be spoken (signs, another script). */
  readonly phones: readonly string[];
  /** Found in the dictionary; otherwise guessed from its letters. */
  readonly known: boolean;
}

/** A sound in its place and the word that it belongs to, by number; -1 for a pause. */
export interface AlignedPhone extends RawPhone {
  readonly word: number;
}

/** Sounds of a stretch of sound with their times from its start, or null where words and sound do not fit. */
export type Alignment = readonly AlignedPhone[] | null;

/** Words that were heard, as sounds in their places, and how well they fit. */
export interface Recognition {
  /** Sounds with their times from the start; words are numbered from 0. */
  readonly phones: readonly AlignedPhone[];
  readonly words: number;
  /** Natural logarithm per 10 ms, against the likeliest sounds of all. */
  readonly fit: number;
}

/** Answers in order; `error` is set where a request failed for a reason that is no property of the recording. */
export type AlignReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'pronounced'; readonly pronunciations: readonly Pronunciation[] }
  | { readonly kind: 'aligned'; readonly alignment: Alignment }
  | { readonly kind: 'expecting' }
  | { readonly kind: 'recognised'; readonly recognition: Recognition }
  | { readonly kind: 'failed'; readonly error: string };
