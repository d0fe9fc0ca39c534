import { z } from 'zod';
import { RetakeError } from '../errors.ts';

/** How a parameter moves from one key to the next. */
export const INTERPOLATIONS = ['hold', 'linear', 'bezier'] as const;

/** One of {@link INTERPOLATIONS}. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** A bezier handle relative to its key: `frames` >= 0 away from it (after for out, before for in), `value` added to it. */
export const handleSchema = z.strictObject({ frames: z.number().min(0), value: z.number() });

/** See {@link handleSchema}. */
export type Handle = Readonly<z.infer<typeof handleSchema>>;

/** A key of a number. `interpolation` rules the stretch after it; `out` and the next key's `in` shape a bezier. */
export const numberKeySchema = z.strictObject({
  frame: z.int(),
  value: z.number(),
  interpolation: z.enum(INTERPOLATIONS),
  out: handleSchema.nullable(),
  in: handleSchema.nullable(),
});

/** See {@link numberKeySchema}. */
export type NumberKey = Readonly<z.infer<typeof numberKeySchema>>;

/** A key of a choice (a label). Other than `hold` blends from this label to the next key's. */
export const choiceKeySchema = z.strictObject({
  frame: z.int(),
  value: z.string().min(1),
  interpolation: z.enum(INTERPOLATIONS),
});

/** See {@link choiceKeySchema}. */
export type ChoiceKey = Readonly<z.infer<typeof choiceKeySchema>>;

function ascending(keys: readonly { readonly frame: number }[]): boolean {
  return keys.every((key, index) => index === 0 || keys[index - 1]!.frame < key.frame);
}

/** A number that is constant or follows keys; keys are sorted by frame, one a frame, at least one. */
export const numberParameterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: z.number() }),
  z.strictObject({
    kind: z.literal('keyed'),
    keys: z.array(numberKeySchema).min(1).refine(ascending, 'keys must be sorted by frame'),
  }),
]);

/** A label that is constant or follows keys. */
export const choiceParameterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('keyed'),
    keys: z.array(choiceKeySchema).min(1).refine(ascending, 'keys must be sorted by frame'),
  }),
]);

/** A key of either kind of parameter. */
export type ParameterKey = NumberKey | ChoiceKey;

/** A number over frames. */
export type NumberParameter =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'keyed'; readonly keys: readonly NumberKey[] };

/** A label over frames. */
export type ChoiceParameter =
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'keyed'; readonly keys: readonly ChoiceKey[] };

/** Index of the last key at or before `frame`, or -1; keys sorted. */
export function keyIndexAt(keys: readonly { readonly frame: number }[], frame: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]!.frame <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function cubic(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const u = 1 - t;
  return u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
}

/**
 * The curve parameter t in 0..1 at which a cubic with time controls 0, x1, x2, 1 reaches time x. x1 and x2 lie in 0..1,
 * so time never runs backwards and the root is the only one. Newton, kept inside a shrinking bracket; |error| < 1e-10.
 */
export function solveBezierTime(x1: number, x2: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  let [low, high, t] = [0, 1, x];
  for (let step = 0; step < 60; step++) {
    const error = cubic(0, x1, x2, 1, t) - x;
    if (Math.abs(error) < 1e-12 || high - low < 1e-12) return t;
    if (error > 0) high = t;
    else low = t;
    const u = 1 - t;
    const slope = 3 * u * u * x1 + 6 * u * t * (x2 - x1) + 3 * t * t * (1 - x2);
    const newton = t - error / slope;
    t = slope > 1e-9 && newton > low && newton < high ? newton : (low + high) / 2;
  }
  return t;
}

function between(from: NumberKey, to: NumberKey, frame: number): number {
  if (from.interpolation === 'hold') return from.value;
  const span = to.frame - from.frame;
  const x = (frame - from.frame) / span;
  if (from.interpolation === 'linear') return from.value + (to.value - from.value) * x;
  const out = from.out ?? { frames: span / 3, value: 0 };
  const into = to.in ?? { frames: span / 3, value: 0 };
  // Handles longer than the stretch would make time run backwards: they are cut to it.
  const x1 = Math.min(1, out.frames / span);
  const x2 = Math.max(0, 1 - into.frames / span);
  const t = solveBezierTime(x1, x2, x);
  return cubic(from.value, from.value + out.value, to.value + into.value, to.value, t);
}

/** Value at a frame (may be fractional). Before the first and after the last key their values hold. */
export function valueAt(parameter: NumberParameter, frame: number): number {
  if (parameter.kind === 'constant') return parameter.value;
  const { keys } = parameter;
  const index = keyIndexAt(keys, frame);
  if (index < 0) return keys[0]!.value;
  const next = keys[index + 1];
  return next === undefined ? keys[index]!.value : between(keys[index]!, next, frame);
}

/** A label at a frame: `mix` 0..1 of the way from `from` to `to` (equal labels and mix 0 where nothing blends). */
export interface ChoiceBlend {
  readonly from: string;
  readonly to: string;
  readonly mix: number;
}

/** Label at a frame; a bezier stretch eases in and out, a linear one blends evenly, hold does not blend. */
export function choiceAt(parameter: ChoiceParameter, frame: number): ChoiceBlend {
  const still = (value: string): ChoiceBlend => ({ from: value, to: value, mix: 0 });
  if (parameter.kind === 'constant') return still(parameter.value);
  const { keys } = parameter;
  const index = keyIndexAt(keys, frame);
  if (index < 0) return still(keys[0]!.value);
  const [from, to] = [keys[index]!, keys[index + 1]];
  if (to === undefined || from.interpolation === 'hold' || from.value === to.value) return still(from.value);
  const x = (frame - from.frame) / (to.frame - from.frame);
  const mix = from.interpolation === 'linear' ? x : cubic(0, 0, 1, 1, solveBezierTime(1 / 3, 2 / 3, x));
  return { from: from.value, to: to.value, mix };
}

/** Keys with `key` put at its frame, replacing one already there. */
export function withKey<K extends { readonly frame: number }>(keys: readonly K[], key: K): K[] {
  const index = keyIndexAt(keys, key.frame);
  return keys[index]?.frame === key.frame ? keys.with(index, key) : keys.toSpliced(index + 1, 0, key);
}

/** Keys without the one at `frame`. Throws `not-found` if there is none. */
export function withoutKey<K extends { readonly frame: number }>(keys: readonly K[], frame: number): K[] {
  const index = keyIndexAt(keys, frame);
  if (keys[index]?.frame !== frame) throw new RetakeError('not-found', `There is no key at frame ${frame}.`, { frame });
  return keys.toSpliced(index, 1);
}

/** Keys with the one at `from` moved to `to`. Throws `not-found` or, where `to` already has a key, `conflict`. */
export function withMovedKey<K extends { readonly frame: number }>(keys: readonly K[], from: number, to: number): K[] {
  const index = keyIndexAt(keys, from);
  const key = keys[index];
  if (key?.frame !== from) throw new RetakeError('not-found', `There is no key at frame ${from}.`, { frame: from });
  if (from === to) return [...keys];
  const rest = keys.toSpliced(index, 1);
  if (rest[keyIndexAt(rest, to)]?.frame === to)
    throw new RetakeError('conflict', `Frame ${to} already has a key. Delete it first.`, { frame: to });
  return withKey(rest, { ...key, frame: to });
}
