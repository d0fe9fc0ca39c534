import type { SpeechPhone, Viseme } from '../../core/speech.ts';

/** What the mouth does for a phone: values and strengths in the order of `ARTICULATORS` (jaw, round, spread, close). */
export interface PhoneShape {
  readonly viseme: Viseme;
  readonly vowel: boolean;
  /** Where the articulators head, 0..1. */
  readonly target: readonly [number, number, number, number];
  /** How firmly, against the neighbours: 1 is a plain vowel. */
  readonly dominance: readonly [number, number, number, number];
}

type Row = [symbols: string, viseme: Viseme, target: PhoneShape['target'], dominance: PhoneShape['dominance']];

// Lip and jaw positions after the descriptions in Ladefoged & Maddieson (1996). Strengths after Cohen & Massaro (1993): lips own
// labials and rounding, the jaw is given up by what the tongue makes alone (k, n, l) and held high by sibilants.
const VOWELS: readonly Row[] = [
  ['ɑ a', 'aa', [0.9, 0.1, 0.2, 0], [1, 1.2, 1, 1]],
  ['æ', 'aa', [0.85, 0, 0.6, 0], [1, 1.2, 1, 1]],
  ['ʌ', 'aa', [0.6, 0.1, 0.25, 0], [1, 1.2, 1, 1]],
  ['ɔ ɒ', 'oh', [0.7, 0.6, 0, 0], [1, 1.2, 1, 1]],
  ['o', 'oh', [0.5, 0.75, 0, 0], [1, 1.2, 1, 1]],
  ['ø œ', 'oh', [0.45, 0.75, 0, 0], [1, 1.2, 1, 1]],
  ['u ʉ', 'ou', [0.25, 0.95, 0, 0], [1, 1.6, 1, 1]],
  ['y ʏ', 'ou', [0.22, 0.9, 0, 0], [1, 1.6, 1, 1]],
  ['ʊ ɯ', 'ou', [0.3, 0.7, 0, 0], [1, 1.2, 1, 1]],
  ['ɛ', 'E', [0.55, 0, 0.6, 0], [1, 1.2, 1, 1]],
  ['e', 'E', [0.42, 0, 0.7, 0], [1, 1.2, 1, 1]],
  ['ə ɘ ɵ ɐ', 'E', [0.35, 0.12, 0.3, 0], [0.5, 0.4, 0.4, 1]],
  ['ɪ ɨ ᵻ', 'ih', [0.3, 0, 0.6, 0], [0.8, 1, 0.8, 1]],
  ['i', 'ih', [0.2, 0, 0.95, 0], [1, 1.2, 1, 1]],
  ['ɜ ɚ ɝ', 'RR', [0.35, 0.45, 0.05, 0], [1, 1.2, 1, 1]],
];
const CONSONANTS: readonly Row[] = [
  ['sil', 'sil', [0, 0.05, 0.1, 0.6], [1, 0.3, 0.3, 1]],
  ['p b m', 'PP', [0.08, 0.1, 0.1, 1], [2, 0.1, 0.1, 12]],
  ['f v ʋ', 'FF', [0.12, 0.05, 0.25, 0.55], [1.8, 0.3, 0.3, 6]],
  ['ɸ β', 'FF', [0.15, 0.2, 0.1, 0.6], [1.5, 0.2, 0.1, 6]],
  ['w ʍ ɥ', 'ou', [0.15, 1, 0, 0.25], [1, 3, 1.5, 2]],
  ['θ ð', 'TH', [0.25, 0.05, 0.3, 0], [1, 0.2, 0.2, 1.5]],
  ['t d ʈ ɖ ɾ', 'DD', [0.2, 0.05, 0.3, 0], [0.8, 0.12, 0.15, 1.5]],
  ['n l ɫ ɲ ʎ ɬ', 'nn', [0.25, 0.05, 0.3, 0], [0.6, 0.12, 0.15, 1.5]],
  ['s z ts dz', 'SS', [0.08, 0.05, 0.45, 0], [2, 0.3, 0.5, 1.5]],
  ['ʃ ʒ ɕ ʑ ʂ ʐ tʃ dʒ', 'CH', [0.12, 0.6, 0.05, 0], [1.8, 0.9, 0.6, 1.5]],
  ['k ɡ g ŋ x ɣ q χ ʁ c ɟ ʔ ç', 'kk', [0.3, 0.05, 0.25, 0], [0.3, 0.1, 0.1, 1]],
  ['ɹ r ɻ ʀ', 'RR', [0.25, 0.5, 0.05, 0], [0.5, 0.8, 0.5, 1.2]],
  ['j', 'ih', [0.2, 0, 0.75, 0], [0.8, 0.5, 0.8, 1]],
  // Breath takes the shape of the vowel that follows; timed phones carry that vowel's viseme.
  ['h ɦ', 'kk', [0.3, 0, 0, 0], [0.03, 0.03, 0.03, 0.5]],
];

/** Shapes by IPA symbol without length, stress or accents; affricates are one symbol. */
export const PHONE_SHAPES: ReadonlyMap<string, PhoneShape> = new Map(
  [VOWELS, CONSONANTS].flatMap((rows, kind) =>
    rows.flatMap(([symbols, viseme, target, dominance]) =>
      symbols.split(' ').map((symbol) => [symbol, { viseme, vowel: kind === 0, target, dominance }] as const),
    ),
  ),
);

/** IPA of the ARPAbet names that English pronouncing dictionaries use, stress digits removed. */
const ARPABET: Readonly<Record<string, string>> = {
  AA: 'ɑ',
  AE: 'æ',
  AH: 'ʌ',
  AX: 'ə',
  AXR: 'ɚ',
  DX: 'ɾ',
  AO: 'ɔ',
  AW: 'aʊ',
  AY: 'aɪ',
  B: 'b',
  CH: 'tʃ',
  D: 'd',
  DH: 'ð',
  EH: 'ɛ',
  ER: 'ɝ',
  EY: 'eɪ',
  F: 'f',
  G: 'ɡ',
  HH: 'h',
  IH: 'ɪ',
  IY: 'i',
  JH: 'dʒ',
  K: 'k',
  L: 'l',
  M: 'm',
  N: 'n',
  NG: 'ŋ',
  OW: 'oʊ',
  OY: 'ɔɪ',
  P: 'p',
  R: 'ɹ',
  S: 's',
  SH: 'ʃ',
  T: 't',
  TH: 'θ',
  UH: 'ʊ',
  UW: 'u',
  V: 'v',
  W: 'w',
  Y: 'j',
  Z: 'z',
  ZH: 'ʒ',
};

/** A phone as a synthesiser or an aligner reports it. */
export interface RawPhone {
  /** IPA, possibly a diphthong with marks of length and stress, or empty for a pause. */
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
}

const AFFRICATES = new Set(['tʃ', 'dʒ', 'ts', 'dz']);
const PAUSES = new Set(['', 'sil', 'pau', 'SIL', 'PAU', '<sil>', '+NSN+', '+SPN+', '[NOISE]', '(NULL)']);
/** A pronouncing dictionary writes "but" and "about" with the same vowel; said this fast it is the second. */
const REDUCED_SECONDS = 0.08;

/** Base symbols of an IPA text; marks of length, stress and accents are dropped, affricates kept together. */
export function splitIpa(text: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    const pair = text.slice(at, at + 2);
    if (AFFRICATES.has(pair)) {
      out.push(pair);
      at += 2;
      continue;
    }
    const symbol = text[at]!;
    if (PHONE_SHAPES.has(symbol)) out.push(symbol);
    at += 1;
  }
  return out;
}

/** IPA of an ARPAbet name in either case, with or without stress digit; null when it is none. */
export function arpabetToIpa(name: string): string | null {
  if (PAUSES.has(name)) return 'sil';
  return ARPABET[name.replace(/\d$/, '').toUpperCase()] ?? null;
}

const SHARES: readonly (readonly number[])[] = [[], [1], [0.6, 0.4]];

/** Single phones with visemes: diphthongs split, pauses joined, short strut vowels read as schwa, breath given the next viseme. */
export function timedPhones(raw: readonly RawPhone[]): SpeechPhone[] {
  const out: { phone: string; start: number; end: number; viseme: Viseme }[] = [];
  const push = (phone: string, start: number, end: number): void => {
    const last = out.at(-1);
    if (phone === 'sil' && last?.phone === 'sil') last.end = end;
    else out.push({ phone, start, end, viseme: PHONE_SHAPES.get(phone)!.viseme });
  };
  for (const { symbol, start, end } of raw) {
    if (end <= start) continue;
    const parts = PAUSES.has(symbol) ? [] : splitIpa(symbol);
    if (parts.length === 0) {
      if (PAUSES.has(symbol) || end - start > 0.03) push('sil', start, end);
      continue;
    }
    const shares = SHARES[parts.length] ?? parts.map(() => 1 / parts.length);
    let at = start;
    parts.forEach((part, index) => {
      const until = index === parts.length - 1 ? end : at + shares[index]! * (end - start);
      push(part === 'ʌ' && until - at < REDUCED_SECONDS ? 'ə' : part, at, until);
      at = until;
    });
  }
  for (let index = out.length - 1; index >= 0; index -= 1) {
    const phone = out[index]!;
    if (phone.phone === 'h' || phone.phone === 'ɦ') phone.viseme = out[index + 1]?.viseme ?? 'sil';
  }
  return out;
}
