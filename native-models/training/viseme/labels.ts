// Frame labels of a corpus with the product's own phone table and blending, so that network and aligner teach and learn one
// thing. usage: labels.ts CORPUS. Writes CORPUS.labels (per frame: viseme, then jaw round spread close as 0..255) and
// CORPUS.frames.json (per utterance: silent frames put before and after, and all frames).
import { readFileSync, writeFileSync } from 'node:fs';
import { ARTICULATOR_COUNT, type SpeechPhone, visemeIndex } from '../../../src/core/speech.ts';
import { blendPhones, phoneVisemes } from '../../../src/engine/speech/dominance.ts';
import { arpabetToIpa, timedPhones } from '../../../src/engine/speech/phones.ts';

const HOP = 160;
const MOST_SILENT_FRAMES = 60;

interface Utterance {
  readonly samples: number;
  readonly alphabet: 'ipa' | 'arpabet';
  readonly phones: readonly (readonly [string, number, number])[];
}

const corpus = process.argv[2];
if (corpus === undefined) throw new Error('usage: labels.ts CORPUS');
let state = 20_25;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const unknown = new Map<string, number>();
const labels: Uint8Array[] = [];
const sizes: [number, number, number][] = [];
for (const line of readFileSync(`${corpus}.jsonl`, 'utf8').split('\n')) {
  if (line === '') continue;
  const utterance = JSON.parse(line) as Utterance;
  const before = Math.floor(random() * MOST_SILENT_FRAMES);
  const after = Math.floor(random() * MOST_SILENT_FRAMES);
  const frames = before + Math.floor(utterance.samples / HOP) + 1 + after;
  const shift = before / 100;
  const raw = utterance.phones.map(([name, start, end]) => {
    const symbol = utterance.alphabet === 'ipa' ? name : arpabetToIpa(name);
    if (symbol === null) unknown.set(name, (unknown.get(name) ?? 0) + 1);
    return { symbol: symbol ?? 'sil', start: start + shift, end: end + shift };
  });
  const end = raw.at(-1)?.end ?? 0;
  const phones: SpeechPhone[] = timedPhones([
    { symbol: 'sil', start: 0, end: raw[0]?.start ?? 0 },
    ...raw,
    { symbol: 'sil', start: end, end: frames / 100 },
  ]);
  const visemes = phoneVisemes(phones, frames, visemeIndex);
  const curves = blendPhones(phones, frames);
  const row = new Uint8Array(frames * (1 + ARTICULATOR_COUNT));
  for (let frame = 0; frame < frames; frame += 1) {
    row[frame * 5] = Math.max(0, visemes[frame]!);
    for (let k = 0; k < ARTICULATOR_COUNT; k += 1)
      row[frame * 5 + 1 + k] = Math.round(255 * curves[frame * ARTICULATOR_COUNT + k]!);
  }
  labels.push(row);
  sizes.push([before, after, frames]);
}
writeFileSync(`${corpus}.labels`, Buffer.concat(labels));
writeFileSync(`${corpus}.frames.json`, JSON.stringify(sizes));
console.log(`${corpus}: ${sizes.length} utterances, unknown symbols: ${JSON.stringify([...unknown])}`);
