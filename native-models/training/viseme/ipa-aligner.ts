// Lays sentences of languages for which the product has no aligner over recordings: espeak-ng says how they are pronounced, the
// nearest sounds of the English acoustic model are aligned, and the labels keep the language's own sounds.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import createModule, { type Decoder, type DictEntry, type SoundSwallowerModule } from 'soundswallower';
import type { AlignedPhone } from '../../../src/engine/speech/align-protocol.ts';
import { splitIpa } from '../../../src/engine/speech/phones.ts';

/** Sounds of other languages by those of English that sound most alike, one or more for one. */
const NEAREST: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['P', 'p'],
      ['B', 'b'],
      ['M', 'm'],
      ['F', 'f ɸ'],
      ['V', 'v ʋ β'],
      ['W', 'w ɥ'],
      ['TH', 'θ'],
      ['DH', 'ð'],
      ['T', 't ʈ'],
      ['D', 'd ɖ ɾ'],
      ['N', 'n'],
      ['L', 'l ɫ'],
      ['N Y', 'ɲ'],
      ['L Y', 'ʎ'],
      ['S', 's'],
      ['Z', 'z'],
      ['T S', 'ts'],
      ['D Z', 'dz'],
      ['SH', 'ʃ ɕ ʂ'],
      ['ZH', 'ʒ ʑ ʐ'],
      ['CH', 'tʃ'],
      ['JH', 'dʒ'],
      ['K', 'k q c'],
      ['G', 'ɡ g ɣ ɟ'],
      ['NG', 'ŋ'],
      ['HH', 'x χ ç h ɦ'],
      ['R', 'ʁ ɹ r ʀ'],
      ['Y', 'j'],
      ['AA', 'a ɑ'],
      ['AE', 'æ'],
      ['AH', 'ʌ ə ɘ ɵ ɐ'],
      ['AO', 'ɔ ɒ o'],
      ['ER', 'ø œ ɜ ɚ ɝ'],
      ['UW', 'u ʉ'],
      ['IY', 'y i'],
      ['IH', 'ʏ ɪ ɨ ᵻ'],
      ['UH', 'ʊ ɯ'],
      ['EH', 'ɛ e'],
    ] as const
  ).flatMap(([english, others]) => others.split(' ').map((sound) => [sound, english] as const)),
);
/** Letters of espeak-ng that the phone table calls otherwise, and marks that say nothing of the mouth. */
const SPELT: readonly (readonly [RegExp, string])[] = [
  [/ɭ/g, 'l'],
  [/ʝ/g, 'j'],
  [/ɱ/g, 'm'],
  [/ɳ/g, 'n'],
  [/[ˈˌːˑʲʰʔ]|\p{M}/gu, ''],
];

/** Sounds of each word of a text; null where one is unknown or another language is quoted. */
export function pronounced(text: string, language: string): string[][] | null {
  const ipa = execFileSync('espeak-ng', ['-q', '--ipa', '-v', language, '--', text], { encoding: 'utf8' });
  if (/\(/.test(ipa)) return null;
  const plain = SPELT.reduce((all, [from, to]) => all.replace(from, to), ipa);
  const words = plain.split(/\s+/).filter((word) => word !== '');
  const sounds = words.map((word) => splitIpa(word));
  const complete = words.every(
    (word, i) => [...sounds[i]!.join('')].length === [...word].length && sounds[i]!.length > 0,
  );
  return complete && sounds.flat().every((sound) => sound in NEAREST) ? sounds : null;
}

/** An aligner for sentences in any language that espeak-ng speaks. */
export class IpaAligner {
  readonly #decoder: Decoder;
  readonly #language: string;
  readonly #known = new Set<string>();

  private constructor(decoder: Decoder, language: string) {
    this.#decoder = decoder;
    this.#language = language;
  }

  static async open(language: string): Promise<IpaAligner> {
    const modelBase = fileURLToPath(new URL('./model/', import.meta.resolve('soundswallower')));
    const create = createModule as unknown as (options: object) => Promise<SoundSwallowerModule>;
    const module = await create({ modelBase, defaultModel: 'en-us', print: () => 0, printErr: () => 0 });
    const decoder = new module.Decoder({ loglevel: 'FATAL', samprate: 16_000 });
    await decoder.initialize();
    return new IpaAligner(decoder, language);
  }

  /** Sounds with their times in seconds; null where the text does not fit or cannot be pronounced. */
  align(samples: Float32Array, text: string): AlignedPhone[] | null {
    const words = pronounced(text, this.#language);
    if (words === null || words.length === 0) return null;
    const spelt = words.map((sounds) => sounds.map((sound) => NEAREST[sound]!).join(' '));
    const names = spelt.map((names) => `_${names.replaceAll(' ', '_').toLowerCase()}_`);
    names.forEach((name, i) => {
      if (this.#known.has(name)) return;
      this.#decoder.add_words([name, spelt[i]!] as DictEntry);
      this.#known.add(name);
    });
    let found: AlignedPhone[][];
    try {
      this.#decoder.set_align_text(names.join(' '));
      this.#decoder.start();
      this.#decoder.process_audio(samples, false, true);
      this.#decoder.stop();
      const segments = this.#decoder.get_alignment({ align_level: 1 }).w ?? [];
      let word = -1;
      found = segments.map(({ t, b, d, w }) => {
        if (!t.startsWith('_')) return [{ symbol: '', start: b, end: b + d, word: -1 }];
        word += 1;
        let at = 0;
        return words[word]!.map((symbol) => {
          const parts = (w ?? []).slice(at, at + NEAREST[symbol]!.split(' ').length);
          at += parts.length;
          const last = parts.at(-1)!;
          return { symbol, start: parts[0]!.b, end: last.b + last.d, word };
        });
      });
      if (word + 1 !== words.length) return null;
    } catch {
      return null;
    }
    return found.flat();
  }
}
