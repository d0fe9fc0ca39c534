import { type TalkingStyle, talkingStyleSchema } from '../../contract/talking-style.ts';
import { builtInStyle } from './built-in-styles.ts';
import { HABIT_FEATURES } from './habits.ts';

type Numbers = Readonly<Record<string, number>>;

function mixNumbers<T extends Numbers>(a: T, b: T, share: number): T {
  return Object.fromEntries(Object.keys(a).map((key) => [key, a[key]! + (b[key]! - a[key]!) * share])) as T;
}

/** Two records of amounts; what one lacks counts as 0. */
function mixAmounts(a: Numbers, b: Numbers, share: number): Record<string, number> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) * (1 - share) + (b[name] ?? 0) * share]));
}

function mixHabits(a: TalkingStyle['habits'], b: TalkingStyle['habits'], share: number): TalkingStyle['habits'] {
  if (!a && !b) return null;
  const names = new Set([...Object.keys(a?.weights ?? {}), ...Object.keys(b?.weights ?? {})]);
  const read = (habits: TalkingStyle['habits'], name: string, feature: string): number =>
    habits?.weights[name]?.[habits.features.indexOf(feature)] ?? 0;
  return {
    features: [...HABIT_FEATURES],
    weights: Object.fromEntries(
      [...names].map((name) => [
        name,
        HABIT_FEATURES.map((feature) => read(a, name, feature) * (1 - share) + read(b, name, feature) * share),
      ]),
    ),
  };
}

/** Values pulled back into the ranges of the schema, which a share over 1 can leave. */
function clampInto(style: TalkingStyle): TalkingStyle {
  const { shape } = talkingStyleSchema;
  const within = <T extends Numbers>(values: T, limits: { readonly shape: Record<string, unknown> }): T =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const limit = limits.shape[key] as { minValue?: number | null; maxValue?: number | null } | undefined;
        return [key, Math.min(limit?.maxValue ?? Infinity, Math.max(limit?.minValue ?? -Infinity, value))];
      }),
    ) as T;
  return {
    ...style,
    mouth: within(style.mouth, shape.mouth),
    posture: Object.fromEntries(
      Object.entries(style.posture).map(([name, value]) => [name, Math.min(1, Math.max(-1, value))]),
    ),
    blinks: within(style.blinks, shape.blinks),
    brows: within(style.brows, shape.brows),
    gaze: within(style.gaze, shape.gaze),
    head: within(style.head, shape.head),
  };
}

/**
 * Between two styles: `share` 0 is `a`, 1 is `b`, over 1 exaggerates what sets `b` off from `a`. Filmed head motion of
 * both is kept, each as strong as its share.
 */
export function mixStyles(a: TalkingStyle, b: TalkingStyle, share: number): TalkingStyle {
  const scale = (amount: number) => (excerpt: TalkingStyle['excerpts'][number]) => ({
    ...excerpt,
    yaw: excerpt.yaw.map((value) => value * amount),
    pitch: excerpt.pitch.map((value) => value * amount),
    roll: excerpt.roll.map((value) => value * amount),
  });
  const other = Math.max(0, 1 - share);
  // Of two filmed heads each keeps its own size; beside a head made of rules the filmed one shrinks with its share.
  const both = a.excerpts.length > 0 && b.excerpts.length > 0;
  const mixed: TalkingStyle = {
    ...b,
    name: share === 1 ? b.name : `${a.name} + ${b.name}`,
    mouth: mixNumbers(a.mouth, b.mouth, share),
    posture: mixAmounts(a.posture, b.posture, share),
    habits: mixHabits(a.habits, b.habits, share),
    blinks: mixNumbers(a.blinks, b.blinks, share),
    brows: mixNumbers(a.brows, b.brows, share),
    gaze: mixNumbers(a.gaze, b.gaze, share),
    head: mixNumbers(a.head, b.head, share),
    excerpts: [
      ...(other > 0.02 ? a.excerpts.map(scale(both ? 1 : other)) : []),
      ...(share > 0.02 ? b.excerpts.map(scale(both ? 1 : share)) : []),
    ].slice(0, 60),
  };
  return clampInto(mixed);
}

/** A style at a strength: 0 speaks neutrally, 1 as the style says, more exaggerates. */
export function styleAtStrength(style: TalkingStyle, strength: number): TalkingStyle {
  return strength === 1 ? style : { ...mixStyles(builtInStyle('neutral'), style, strength), name: style.name };
}
