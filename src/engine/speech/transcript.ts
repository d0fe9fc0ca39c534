const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const MOST_SPELLED = 999_999;

/** An English number in words. */
function numberWords(value: number): string[] {
  if (value < 20) return [ONES[value]!];
  if (value < 100) return [TENS[Math.floor(value / 10)]!, ...(value % 10 === 0 ? [] : numberWords(value % 10))];
  const [unit, name] = value < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const rest = value % unit;
  return [...numberWords(Math.floor(value / unit)), name, ...(rest === 0 ? [] : numberWords(rest))];
}

/** A year as it is read: nineteen sixty-one, two thousand five. */
function yearWords(value: number): string[] {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (century === 20 && rest < 10) return numberWords(value);
  if (rest === 0) return [...numberWords(century), 'hundred'];
  return [...numberWords(century), ...(rest < 10 ? ['oh'] : []), ...numberWords(rest)];
}

function spelled(digits: string): string[] {
  const value = Number(digits.replaceAll(',', ''));
  if (!Number.isInteger(value) || value > MOST_SPELLED)
    return [...digits].flatMap((digit) => numberWords(Number(digit) || 0));
  return /^(1[1-9]|20)\d\d$/.test(digits) ? yearWords(value) : numberWords(value);
}

/**
 * The words of a text as a pronouncing dictionary writes them: lower case, without punctuation, directions in brackets or
 * names of speakers at the start of a line; in English with numbers in words.
 */
export function transcriptWords(text: string, language: string): string[] {
  const cleaned = text
    .normalize('NFC')
    .replace(/\[[^\]]*\]|\([^)]*\)|<[^>]*>/g, ' ')
    .replace(/^[\p{Lu}][\p{Lu} ]{1,20}:/gmu, ' ')
    .replace(/[‘’ʼ]/g, "'")
    .toLowerCase();
  const english = language === 'en';
  const marked = english ? cleaned.replace(/&/g, ' and ').replace(/%/g, ' percent ') : cleaned;
  const words: string[] = [];
  for (const token of marked.match(/\d[\d,]*|[\p{L}\p{M}']+/gu) ?? []) {
    if (/^\d/.test(token)) words.push(...(english ? spelled(token.replace(/,$/, '')) : [token]));
    else {
      const word = token.replace(/^'+|'+$/g, '');
      if (word !== '') words.push(word);
    }
  }
  return words;
}
