// A corpus of recordings of people with published texts, laid out by the product's own aligner, in other languages than its own by
// ipa-aligner.ts. Synthetic voices alone leave the network blind to how people run sounds together. Made for Debian's
// asterisk-core-sounds (one person per language, licence CC-BY-SA 3.0) and tuxpaint-stamps (the same, GPL-2). usage:
// recordings.ts LANGUAGE FOLDER TEXTS OUT, where TEXTS has lines "name: what is said"; names without ending are those of .g722 files.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SPEECH_SAMPLE_RATE } from '../../../src/core/speech.ts';
import { readAudio } from '../../../src/engine/media/index.ts';
import type { AlignedPhone } from '../../../src/engine/speech/align-protocol.ts';
import { Aligner, canAlign } from '../../../src/engine/speech/aligner.ts';
import { transcriptWords } from '../../../src/engine/speech/transcript.ts';
import { IpaAligner } from './ipa-aligner.ts';

/** Longer than this, one wrong word spoils too much. */
const LONGEST_SECONDS = 20;
/** A sound that is said this slowly or that often this fast was laid over the wrong place. */
const SLOWEST_PHONE = 0.6;
const SHORTEST_PHONE = 0.031;
const MOST_SHORT = 0.35;

const [language, folder, texts, out] = process.argv.slice(2);
if (!language || !folder || !texts || !out) throw new Error('usage: recordings.ts LANGUAGE FOLDER TEXTS OUT');

type Align = (samples: Float32Array, text: string) => Promise<readonly AlignedPhone[] | null>;

/** Lays texts in the product's own languages, as far as every word is in the dictionary. */
async function ownAligner(aligner: Aligner): Promise<Align> {
  return async (samples, text) => {
    const words = transcriptWords(text, language!);
    if (words.length === 0) return null;
    const known = (await aligner.pronounce(words)).every((word) => word.known);
    return known ? await aligner.align(samples, words) : null;
  };
}

async function otherAligner(): Promise<Align> {
  const aligner = await IpaAligner.open(language!);
  return async (samples, text) => aligner.align(samples, text);
}

await using own = canAlign(language) ? await Aligner.open(language) : null;
const align = own === null ? await otherAligner() : await ownAligner(own);
const sound = openSync(`${out}.pcm`, 'w');
const lines: string[] = [];
let at = 0;
let refused = 0;
for (const line of readFileSync(texts, 'utf8').split('\n')) {
  const [, name, text] = /^([\w/.-]+)\s*: (.+)$/.exec(line) ?? [];
  if (name === undefined || text === undefined || /[[(<]/.test(text)) continue;
  const path = join(folder, /\.\w+$/.test(name) ? name : `${name}.g722`);
  if (!existsSync(path)) continue;
  const { channels } = await readAudio(path, { sampleRate: SPEECH_SAMPLE_RATE, channels: 1 });
  const samples = channels[0]!;
  if (samples.length > LONGEST_SECONDS * SPEECH_SAMPLE_RATE) continue;
  const phones = await align(samples.slice(), text);
  const spoken = (phones ?? []).filter(({ symbol }) => symbol !== '');
  const short = spoken.filter(({ start, end }) => end - start < SHORTEST_PHONE).length;
  if (
    phones === null ||
    spoken.length === 0 ||
    short > MOST_SHORT * spoken.length ||
    spoken.some(({ start, end }) => end - start > SLOWEST_PHONE)
  ) {
    refused += 1;
    continue;
  }
  const data = Int16Array.from(samples, (v) => Math.max(-32_768, Math.min(32_767, Math.round(v * 32_767))));
  writeSync(sound, new Uint8Array(data.buffer));
  const rows = phones.map(({ symbol, start, end }) => [symbol, Number(start.toFixed(4)), Number(end.toFixed(4))]);
  lines.push(
    JSON.stringify({ at, samples: data.length, voice: `${language}-person`, text, alphabet: 'ipa', phones: rows }),
  );
  at += data.length;
}
closeSync(sound);
writeFileSync(`${out}.jsonl`, `${lines.join('\n')}\n`);
const minutes = (at / SPEECH_SAMPLE_RATE / 60).toFixed(1);
console.log(`${out}: ${lines.length} recordings, ${minutes} min; ${refused} that do not fit their text are left out`);
