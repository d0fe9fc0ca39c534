// Counts the words of English texts, and which word follows which, for the pack `english-words`.
// usage: count.ts OUT TEXT... where TEXT are files of Debian's fortunes and fortunes-min (`/usr/share/games/fortunes/*.u8`).
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The commonest words are kept, and pairs of them that came up at least this often. */
const KEPT_WORDS = 5000;
const LEAST_PAIRS = 5;
/** Shortest run of words that counts as English, and the share of its words that the dictionary must have. */
const LEAST_WORDS = 2;
const LEAST_KNOWN = 0.9;

/** What the people say with whom the result is measured: texts that quote it do not count. */
const MEASURED_WITH = /ask not what|fellow americans|arts and crafts|forget a jacket/i;

const [out, ...texts] = process.argv.slice(2);
if (out === undefined || texts.length === 0) throw new Error('usage: count.ts OUT TEXT...');
const dictionary = fileURLToPath(new URL('./model/en-us/dict.txt', import.meta.resolve('soundswallower')));
const spoken = new Set(
  readFileSync(dictionary, 'utf8')
    .split('\n')
    .map((line) => line.split(/\s/, 1)[0]!),
);

/** Words of a stretch between punctuation; what the dictionary does not have is left out. */
function wordsOf(stretch: string): string[] {
  const all = (stretch.toLowerCase().match(/[a-z']+/g) ?? []).map((word) =>
    spoken.has(word) ? word : word.replace(/^'+|'+$/g, ''),
  );
  const known = all.filter((word) => word !== '' && spoken.has(word));
  return all.length < LEAST_WORDS || known.length < LEAST_KNOWN * all.length ? [] : known;
}

const words = new Map<string, number>();
const pairs = new Map<string, Map<string, number>>();
const START = '';
let total = 0;
for (const path of texts) {
  const texts = readFileSync(path, 'utf8').replaceAll('\b', '').replaceAll('\u2019', "'").split('\n%\n');
  const text = texts.filter((each) => !MEASURED_WITH.test(each)).join('\n\n');
  for (const stretch of text.split(/[.,!?;:%"()[\]]+|\n\n|--/)) {
    let before = START;
    for (const word of wordsOf(stretch)) {
      total += 1;
      words.set(word, (words.get(word) ?? 0) + 1);
      const row = pairs.get(before) ?? new Map<string, number>();
      pairs.set(before, row.set(word, (row.get(word) ?? 0) + 1));
      before = word;
    }
  }
}
const kept = [...words].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, KEPT_WORDS);
const number = new Map(kept.map(([word], index) => [word, index]));
/** Numbers of following words, each with how often it followed. */
const followers = [START, ...kept.map(([word]) => word)].map((before) =>
  [...(pairs.get(before) ?? [])]
    .filter(([word, count]) => number.has(word) && count >= LEAST_PAIRS)
    .map(([word, count]) => [number.get(word)!, count] as const)
    .toSorted(([a], [b]) => a - b)
    .flat(),
);
writeFileSync(
  out,
  `${JSON.stringify({ words: kept.map(([word]) => word), counts: kept.map(([, n]) => n), followers })}\n`,
);
const sum = followers.reduce((most, row) => most + row.length / 2, 0);
console.log(`${total} words read, ${words.size} different; ${kept.length} kept with ${sum} pairs`);
