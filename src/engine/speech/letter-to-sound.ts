// English spelling to ARPAbet for words that no dictionary has: names, brands, slang. Longest match first; rough, but lips
// are right where letters are.
const RULES: readonly (readonly [string, string])[] = [
  ['tion', 'SH AH N'],
  ['sion', 'ZH AH N'],
  ['ough', 'AO'],
  ['augh', 'AO'],
  ['eigh', 'EY'],
  ['igh', 'AY'],
  ['tch', 'CH'],
  ['dge', 'JH'],
  ['sch', 'SH'],
  ['ch', 'CH'],
  ['sh', 'SH'],
  ['th', 'TH'],
  ['ph', 'F'],
  ['wh', 'W'],
  ['ck', 'K'],
  ['ng', 'NG'],
  ['qu', 'K W'],
  ['kn', 'N'],
  ['wr', 'R'],
  ['gh', 'G'],
  ['ee', 'IY'],
  ['ea', 'IY'],
  ['ie', 'IY'],
  ['ei', 'AY'],
  ['oo', 'UW'],
  ['ou', 'AW'],
  ['ow', 'OW'],
  ['oa', 'OW'],
  ['oi', 'OY'],
  ['oy', 'OY'],
  ['ai', 'EY'],
  ['ay', 'EY'],
  ['au', 'AO'],
  ['aw', 'AO'],
  ['eu', 'UW'],
  ['ew', 'UW'],
  ['er', 'ER'],
  ['ir', 'ER'],
  ['ur', 'ER'],
  ['ar', 'AA R'],
  ['or', 'AO R'],
  ['a', 'AE'],
  ['b', 'B'],
  ['c', 'K'],
  ['d', 'D'],
  ['e', 'EH'],
  ['f', 'F'],
  ['g', 'G'],
  ['h', 'HH'],
  ['i', 'IH'],
  ['j', 'JH'],
  ['k', 'K'],
  ['l', 'L'],
  ['m', 'M'],
  ['n', 'N'],
  ['o', 'AA'],
  ['p', 'P'],
  ['q', 'K'],
  ['r', 'R'],
  ['s', 'S'],
  ['t', 'T'],
  ['u', 'AH'],
  ['v', 'V'],
  ['w', 'W'],
  ['x', 'K S'],
  ['y', 'IY'],
  ['z', 'Z'],
];
const LONG: Readonly<Record<string, string>> = { a: 'EY', e: 'IY', i: 'AY', o: 'OW', u: 'UW' };

/** A guess at the ARPAbet pronunciation of an English word; empty when it has no Latin letter. */
export function guessPronunciation(word: string): string {
  const letters = word.normalize('NFD').replace(/[^a-z]/g, '');
  const sounds: string[] = [];
  for (let at = 0; at < letters.length; ) {
    const rest = letters.slice(at);
    if (rest === 'e' && sounds.length > 1) break; // silent at the end
    if (rest.length > 1 && rest[0] === rest[1] && !/[eo]/.test(rest[0]!)) {
      at += 1;
      continue;
    }
    // A vowel before one consonant and a final e is long.
    const long = /^[aeiou][^aeiouwxy]e$/.test(rest) ? LONG[rest[0]!] : undefined;
    const soft = /^c[eiy]/.test(rest) ? 'S' : undefined;
    const [spelling, sound] = RULES.find(([pattern]) => rest.startsWith(pattern))!;
    sounds.push(long ?? soft ?? sound);
    at += long !== undefined || soft !== undefined ? 1 : spelling.length;
  }
  return sounds.join(' ');
}
