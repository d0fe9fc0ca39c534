// Thread that aligns words with sound, and hears words in it, by means of SoundSwallower, a WebAssembly module that keeps its thread busy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import createModule, { type Decoder, type DictEntry, type Segment, type SoundSwallowerModule } from 'soundswallower';
import type { WordModel } from '../inference/index.ts';
import type { AlignedPhone, AlignReply, AlignRequest, Pronunciation } from './align-protocol.ts';
import { guessPronunciation } from './letter-to-sound.ts';
import { listenFor } from './soundswallower-grammar.ts';
import { bigramGrammar, type Grammar, soundWord } from './word-grammar.ts';

const SAMPLE_RATE = 16_000;
const PHONE_LEVEL = 1;

/** Paths that are followed at once in a search for words: twice as many find hardly better ones. */
const MOST_PATHS = 4000;

let module: SoundSwallowerModule | null = null;
let decoder: Decoder | null = null;
let grammar: Grammar | null = null;
/** Whether the decoder listens for the grammar, not for one text. */
let listening = false;
let ipa: Readonly<Record<string, string>> = {};
let guesses = true;

async function open(model: string): Promise<void> {
  const modelBase = fileURLToPath(new URL('./model/', import.meta.resolve('soundswallower')));
  const create = createModule as unknown as (options: object) => Promise<SoundSwallowerModule>;
  const silent = (): void => undefined; // its complaints are told as results
  module = await create({ modelBase, defaultModel: model, print: silent, printErr: silent });
  const opened = new module.Decoder({ loglevel: 'FATAL', samprate: SAMPLE_RATE, maxhmmpf: MOST_PATHS });
  await opened.initialize();
  decoder = opened;
  ipa = JSON.parse(readFileSync(join(modelBase, model, 'phoneset.json'), 'utf8')) as Record<string, string>;
  guesses = model.startsWith('en');
}

function symbolOf(name: string): string {
  const symbol = ipa[name];
  return symbol === undefined || symbol === '-' ? '' : symbol;
}

function pronounce(words: readonly string[]): Pronunciation[] {
  const added: DictEntry[] = [];
  const out = words.map((word): Pronunciation => {
    const found = decoder!.lookup_word(word) as string | null;
    const names = found ?? (guesses ? guessPronunciation(word) : '');
    if (found === null && names !== '') added.push([word, names]);
    return { phones: names === '' ? [] : names.split(' ').map(symbolOf), known: found !== null };
  });
  const seen = new Set<string>();
  for (const entry of added) {
    if (seen.has(entry[0])) continue;
    seen.add(entry[0]);
    decoder!.add_words(entry);
  }
  return out;
}

/** Names of words that the aligner puts in by itself: pauses, breath, noise. */
const isFiller = (name: string): boolean => name.startsWith('<') || name.startsWith('[');

/** Sounds of `samples` with the words that the decoder found; null where it found no way through. */
function search(samples: Float32Array): { phones: AlignedPhone[]; words: number } | null {
  let alignment: Segment;
  try {
    decoder!.start();
    decoder!.process_audio(samples, false, true);
    decoder!.stop();
    alignment = decoder!.get_alignment({ align_level: PHONE_LEVEL });
  } catch {
    return null;
  }
  const phones: AlignedPhone[] = [];
  let word = -1;
  for (const spoken of alignment.w ?? []) {
    const filler = isFiller(spoken.t);
    if (!filler) word += 1;
    for (const { t, b, d } of spoken.w ?? [])
      phones.push({ symbol: filler ? '' : symbolOf(t), start: b, end: b + d, word: filler ? -1 : word });
  }
  return { phones, words: word + 1 };
}

function align(samples: Float32Array, words: readonly string[]): AlignedPhone[] | null {
  listening = false;
  try {
    decoder!.set_align_text(words.join(' '));
  } catch {
    return null;
  }
  const found = search(samples);
  return found?.words === words.length ? found.phones : null;
}

function recognise(samples: Float32Array): AlignedPhone[] | null {
  if (grammar === null) throw new Error('no words are expected');
  if (!listening) listenFor(module!, decoder!, grammar);
  listening = true;
  const found = search(samples);
  return found !== null && found.words > 0 ? found.phones : null;
}

/** Names of the model's sounds, pauses and noises left out. */
const soundNames = (): string[] => Object.keys(ipa).filter((name) => symbolOf(name) !== '');

function expect(counts: WordModel): void {
  const sounds = soundNames();
  decoder!.add_words(...sounds.map((name): DictEntry => [soundWord(name), name]));
  grammar = bigramGrammar(counts, sounds);
  listening = false;
}

async function answer(request: AlignRequest): Promise<AlignReply> {
  if (request.kind === 'open') {
    await open(request.model);
    return { kind: 'opened' };
  }
  if (decoder === null) throw new Error('the aligner is not open');
  if (request.kind === 'pronounce') return { kind: 'pronounced', pronunciations: pronounce(request.words) };
  if (request.kind === 'recognise') return { kind: 'recognised', alignment: recognise(request.samples) };
  if (request.kind === 'align') return { kind: 'aligned', alignment: align(request.samples, request.words) };
  expect(request.counts);
  return { kind: 'expecting' };
}

let idle: Promise<void> = Promise.resolve();
parentPort!.on('message', (request: AlignRequest) => {
  idle = idle.then(async () => {
    const reply = await answer(request).catch((error: unknown): AlignReply => {
      return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
    });
    parentPort!.postMessage(reply);
  });
});
