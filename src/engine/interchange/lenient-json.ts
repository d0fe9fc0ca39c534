import { RetakeError } from '../../core/errors.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * Member by which numbers are kept that JavaScript cannot hold (whole numbers beyond 2^53, Infinity, NaN): an object
 * with this one member, the number's text. Python writes such numbers, and OpenTimelineIO metadata has them.
 */
export const NUMBER_TAG = 'retake:number';

const NUMBER = /-?(?:Infinity|Inf|NaN|nan|inf|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const MAX_DEPTH = 200;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#match(SPACE);
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #fail(): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new RetakeError('file-damaged', `This is not JSON: line ${line} cannot be read.`, { line });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #string(): string {
    const found = this.#match(STRING);
    if (found === undefined) this.#fail();
    try {
      return JSON.parse(found) as string;
    } catch {
      return this.#fail();
    }
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) this.#fail();
    if (this.#take('{')) return this.#object(depth);
    if (this.#take('[')) return this.#array(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    const number = this.#match(NUMBER);
    if (number === undefined) this.#fail();
    const value = Number(number);
    return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(number))
      ? value
      : { [NUMBER_TAG]: number };
  }

  #object(depth: number): Json {
    const members: [string, Json][] = [];
    if (!this.#take('}'))
      do {
        this.#match(SPACE);
        const key = this.#string();
        if (!this.#take(':')) this.#fail();
        members.push([key, this.#value(depth + 1)]);
      } while (this.#take(',') || (!this.#take('}') && this.#fail()));
    return Object.fromEntries(members);
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    if (!this.#take(']'))
      do items.push(this.#value(depth + 1));
      while (this.#take(',') || (!this.#take(']') && this.#fail()));
    return items;
  }
}

/** Reads JSON as Python writes it: also Infinity, NaN and whole numbers of any length. Throws `file-damaged`. */
export function parseLenientJson(text: string): Json {
  return new Reader(text.replace(/^\uFEFF/, '')).document();
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes JSON, numbers that {@link parseLenientJson} kept as text as they were; four spaces, as OpenTimelineIO does. */
export function writeLenientJson(value: Json, indent = ''): string {
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item: Json) => inner + writeLenientJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (isObject(value)) {
    const members = Object.entries(value);
    const tagged = value[NUMBER_TAG];
    if (members.length === 1 && typeof tagged === 'string' && /^-?(\d+|Inf(inity)?|inf|NaN|nan)$/.test(tagged))
      return tagged;
    if (members.length === 0) return '{}';
    return `{\n${members.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${writeLenientJson(member, inner)}`).join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}
