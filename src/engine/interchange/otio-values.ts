import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type Rational, rational, rationalEquals, snapFrameRate, toNumber } from '../../core/rational.ts';
import { type RationalTime, rationalTime, rescale, type TimeRange } from '../../core/rational-time.ts';
import { isObject, type Json, type JsonObject, NUMBER_TAG } from './lenient-json.ts';

/** Name of a schema without its version: `Clip` for `Clip.2`; empty for anything that is no OTIO object. */
export function schemaOf(value: Json | undefined): string {
  const name = isObject(value) ? value['OTIO_SCHEMA'] : undefined;
  return typeof name === 'string' ? name.replace(/\.\d+$/, '') : '';
}

/** A member that is a text, or empty. */
export function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

/** A member that is an object, or an empty one. */
export function objectOf(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

/** A member that is a list, or an empty one. */
export function listOf(object: JsonObject, key: string): readonly Json[] {
  const value = object[key];
  return Array.isArray(value) ? value : [];
}

/** A member as a finite number, or undefined. */
export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  const number = isObject(value) ? Number(value[NUMBER_TAG]) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The fraction that a rate written as a decimal number means: 23.976 is 24000/1001, 600 is 600/1. */
export function rateFromNumber(rate: number): Rational {
  const near = (value: number): boolean => Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, value);
  if (near(rate) && Math.round(rate) > 0) return rational(Math.round(rate));
  if (near(rate * 1001)) return rational(Math.round(rate * 1001), 1001);
  const snapped = snapFrameRate(rate);
  if (snapped.den === 1001 || snapped.den === 1) return snapped;
  // Continued fraction: the simplest fraction within the precision of the number.
  let [h1, h2, k1, k2, rest] = [1, 0, 0, 1, rate];
  for (let step = 0; step < 20; step++) {
    const whole = Math.floor(rest);
    [h1, h2, k1, k2] = [whole * h1 + h2, h1, whole * k1 + k2, k1];
    if (Math.abs(h1 / k1 - rate) <= 1e-12 * rate || k1 > 1e6) break;
    rest = 1 / (rest - whole);
  }
  return rational(h1, k1);
}

/** An OTIO RationalTime, or undefined where there is none. A fraction of a unit is kept to a thousandth. */
export function readTime(value: Json | undefined): RationalTime | undefined {
  if (!isObject(value) || schemaOf(value) !== 'RationalTime') return undefined;
  const [number, rate] = [numberOf(value, 'value'), numberOf(value, 'rate')];
  if (number === undefined || rate === undefined || rate <= 0) return undefined;
  const exact = rateFromNumber(rate);
  if (Math.abs(number - Math.round(number)) < 1e-6) return rationalTime(Math.round(number), exact);
  return rationalTime(Math.round(number * 1000), rational(exact.num * 1000, exact.den));
}

/** An OTIO TimeRange, or undefined where there is none. */
export function readRange(value: Json | undefined): TimeRange | undefined {
  if (!isObject(value) || schemaOf(value) !== 'TimeRange') return undefined;
  const [start, duration] = [readTime(value['start_time']), readTime(value['duration'])];
  return start && duration && duration.value >= 0 ? { start, duration } : undefined;
}

/** Length in frames at `rate`, to the nearest. */
export function framesOf(time: RationalTime, rate: Rational): number {
  return rescale(time, rate, 'round');
}

/** An OTIO RationalTime. */
export function writeTime(time: RationalTime): JsonObject {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: toNumber(time.rate), value: time.value };
}

/** An OTIO TimeRange. */
export function writeRange(range: TimeRange): JsonObject {
  return {
    OTIO_SCHEMA: 'TimeRange.1',
    duration: writeTime(range.duration),
    start_time: writeTime(range.start),
  };
}

/** `raw` where it still says the same as `current`, else `current` written anew. Keeps what we did not change as it was. */
export function keepRaw<T>(
  raw: Json | undefined,
  read: (raw: Json | undefined) => T | undefined,
  current: T,
  write: (current: T) => Json,
): Json {
  return raw !== undefined && isDeepStrictEqual(read(raw), current) ? raw : write(current);
}

/** Path of a media reference: that of a `file:` address, any other address as it is. */
export function pathFromUrl(url: string): string | null {
  if (url === '') return null;
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url.startsWith('file://localhost/') ? `file:///${url.slice(17)}` : url);
  } catch {
    return url;
  }
}

/** Address of a path; relative paths and addresses stay as they are. */
export function urlFromPath(path: string): string {
  return isAbsolute(path) ? pathToFileURL(path).href : path;
}

/** The rate that most of the times in a file have. */
export function prevailingRate(value: Json): Rational | undefined {
  const votes: { rate: Rational; count: number }[] = [];
  const visit = (node: Json): void => {
    if (schemaOf(node) === 'RationalTime') {
      const rate = readTime(node)?.rate;
      if (!rate) return;
      const known = votes.find((vote) => rationalEquals(vote.rate, rate));
      if (known) known.count += 1;
      else votes.push({ rate, count: 1 });
    } else if (Array.isArray(node)) for (const item of node) visit(item);
    else if (isObject(node)) for (const [key, member] of Object.entries(node)) if (key !== 'metadata') visit(member);
  };
  visit(value);
  return votes.toSorted((a, b) => b.count - a.count)[0]?.rate;
}

/** An object without some members. */
export function without(object: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
