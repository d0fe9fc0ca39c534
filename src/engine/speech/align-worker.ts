// Thread that aligns words with sound, and hears words in it, by means of SoundSwallower, a WebAssembly module that keeps its thread busy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import createModule, { type Decoder, type DictEntry, type Segment, type SoundSwallowerModule } from 'soundswallower';
import type {
  AlignedPhone,
  AlignReply,
  AlignRequest,
  Pronunciation,
  Recogniser,
  Recognition,
} from './align-protocol.ts';
import { chunksOf, meanFit } from './heard-words.ts';
import { guessPronunciation } from './letter-to-sound.ts';
import { PocketSphinx } from './pocketsphinx.ts';

const SAMPLE_RATE = 16_000;
const PHONE_LEVEL = 1;

let module: SoundSwallowerModule | null = null;
let decoder: Decoder | null = null;
let recogniser: PocketSphinx | null = null;
let ipa: Readonly<Record<string, string>> = {};
let guesses = true;

async function open(model: string): Promise<void> {
  const modelBase = fileURLToPath(new URL('./model/', import.meta.resolve('soundswallower')));
  const create = createModule as unknown as (options: object) => Promise<SoundSwallowerModule>;
  const silent = (): void => undefined; // its complaints are told as results
  module = await create({ modelBase, defaultModel: model, print: silent, printErr: silent });
  const opened = new module.Decoder({ loglevel: 'FATAL', samprate: SAMPLE_RATE });
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
  try {
    decoder!.set_align_text(words.join(' '));
  } catch {
    return null;
  }
  const found = search(samples);
  return found?.words === words.length ? found.phones : null;
}

/** Words are heard by one decoder and laid over the sound by the other, which tells their phones. */
function recognise(samples: Float32Array): Recognition {
  if (recogniser === null) throw new Error('nothing is there that hears words');
  const phones: AlignedPhone[] = [];
  let before = 0;
  const heard = recogniser.hear(samples);
  for (const { words, start, end } of chunksOf(heard, samples.length / SAMPLE_RATE)) {
    const from = Math.round(start * SAMPLE_RATE);
    const aligned = align(samples.subarray(from, Math.round(end * SAMPLE_RATE)), words) ?? [];
    for (const phone of aligned)
      phones.push({
        ...phone,
        start: phone.start + from / SAMPLE_RATE,
        end: phone.end + from / SAMPLE_RATE,
        word: phone.word < 0 ? -1 : phone.word + before,
      });
    if (aligned.length > 0) before += words.length;
  }
  return { phones, words: before, fit: meanFit(heard) };
}

function expect({ program, files }: Recogniser): void {
  recogniser = new PocketSphinx(program, files);
}

async function answer(request: AlignRequest): Promise<AlignReply> {
  if (request.kind === 'open') {
    await open(request.model);
    return { kind: 'opened' };
  }
  if (decoder === null) throw new Error('the aligner is not open');
  if (request.kind === 'pronounce') return { kind: 'pronounced', pronunciations: pronounce(request.words) };
  if (request.kind === 'recognise') return { kind: 'recognised', recognition: recognise(request.samples) };
  if (request.kind === 'align') return { kind: 'aligned', alignment: align(request.samples, request.words) };
  expect(request.recogniser);
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
