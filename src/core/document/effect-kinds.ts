import { SHAPE_NAMES } from '../performance.ts';

/** Emotions that a performance can be directed towards. */
export const EMOTION_LABELS = [
  'neutral',
  'happy',
  'sad',
  'angry',
  'surprised',
  'afraid',
  'disgusted',
  'contempt',
] as const;

/** Manners of speaking that come from rules, without a person to learn them from. */
export const TALKING_RULES = ['neutral', 'lively', 'calm', 'ballad', 'rap'] as const;

/** One number of an effect: its range, and the value it has while nobody set it. */
export interface NumberSpec {
  readonly type: 'number';
  /** True where an unset parameter does nothing, rather than having its initial value. */
  readonly optional?: boolean;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** One choice of an effect. */
export interface ChoiceSpec {
  readonly type: 'choice';
  readonly optional?: boolean;
  readonly label: string;
  readonly choices: readonly string[];
  readonly initial: string;
}

/** What a parameter of an effect may hold; one record feeds schema, inspector, defaults and clamping. */
export type ParameterSpec = NumberSpec | ChoiceSpec;

function amount(label: string, initial: number, min = 0, max = 1): NumberSpec {
  return { type: 'number', label, min, max, initial };
}

function unitLabel(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// The tongue is not captured, so it cannot be moved.
const ACTION_UNITS = SHAPE_NAMES.filter((name) => name !== 'tongueOut');

/**
 * Every kind of effect with its animatable parameters. An action unit takes the place of what was performed and of what
 * an emotion asks for; those that are not set stay as they are.
 */
export const EFFECT_KINDS = {
  emotion: {
    label: 'Emotion',
    parameters: {
      label: { type: 'choice', label: 'Emotion', choices: EMOTION_LABELS, initial: 'neutral' },
      intensity: amount('Intensity', 1, 0, 1.5),
      lipPreservation: amount('Lip preservation', 1),
    },
  },
  'action-units': {
    label: 'Action units',
    parameters: Object.fromEntries(
      ACTION_UNITS.map((name) => [name, { ...amount(unitLabel(name), 0), optional: true }]),
    ),
  },
  deblur: {
    label: 'Deblur',
    parameters: { strength: amount('Strength', 1), detail: amount('Detail from sharp frames', 1) },
  },
  'talking-head': {
    label: 'Talking head',
    parameters: {
      mouthGain: amount('Mouth gain', 1, 0, 2),
      headMotion: amount('Head motion', 1, 0, 2),
      styleStrength: amount('Style strength', 1),
    },
  },
} as const satisfies Record<
  string,
  { readonly label: string; readonly parameters: Readonly<Record<string, ParameterSpec>> }
>;

/** One of the kinds of effect. */
export type EffectKind = keyof typeof EFFECT_KINDS;

/** All kinds of effect. */
export const EFFECT_KIND_NAMES = Object.keys(EFFECT_KINDS) as [EffectKind, ...EffectKind[]];

/** What parameter `name` of an effect may hold, or undefined if that kind of effect has none of this name. */
export function parameterSpec(kind: EffectKind, name: string): ParameterSpec | undefined {
  const parameters: Readonly<Record<string, ParameterSpec>> = EFFECT_KINDS[kind].parameters;
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}
