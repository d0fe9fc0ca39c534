import { z } from 'zod';
import { type EffectKind, type ParameterSpec, parameterSpec, TALKING_RULES } from './effect-kinds.ts';
import {
  type ChoiceParameter,
  choiceParameterSchema,
  type NumberParameter,
  numberParameterSchema,
} from './parameter.ts';
import { frameRangeSchema, idSchema, metadataSchema, nameSchema } from './values.ts';

/** A parameter of either type. */
export const parameterSchema = z.union([numberParameterSchema, choiceParameterSchema]);

/** A parameter of either type. */
export type Parameter = NumberParameter | ChoiceParameter;

const mediaSpan = z.strictObject({ media: idSchema, range: frameRangeSchema.nullable() }).nullable();

/** What an effect has besides parameters over time, by kind. */
export const SETTINGS = {
  emotion: z.strictObject({ seed: z.int().min(0), reference: mediaSpan }),
  'action-units': z.strictObject({}),
  deblur: z.strictObject({
    seed: z.int().min(0),
    /** Degrees of 360 a frame for which the shutter was open; where the search for the clip's own begins. */
    shutterDegrees: z.number().min(11).max(720).default(180),
  }),
  'talking-head': z.strictObject({
    seed: z.int().min(0),
    speech: mediaSpan,
    /** The clip whose manner of speaking is learnt; it comes before a saved style, and that before rules. */
    style: mediaSpan,
    /** Path of a saved style. */
    styleFile: z.string().min(1).max(4096).nullable().default(null),
    rules: z.enum(TALKING_RULES).nullable().default(null),
    transcript: z.string().max(100_000).nullable(),
  }),
} as const satisfies Record<EffectKind, z.ZodType>;

/** Values that every key or constant of a parameter holds. */
export function parameterValues(parameter: Parameter): readonly (number | string)[] {
  return parameter.kind === 'constant' ? [parameter.value] : parameter.keys.map((key) => key.value);
}

/** Why `parameter` does not fit `spec`, or undefined if it does. */
export function parameterFault(spec: ParameterSpec, parameter: Parameter): string | undefined {
  for (const value of parameterValues(parameter)) {
    if (spec.type === 'choice' && !(typeof value === 'string' && spec.choices.includes(value)))
      return `${spec.label} is one of ${spec.choices.join(', ')}, not ${value}.`;
    if (spec.type === 'number' && !(typeof value === 'number' && value >= spec.min && value <= spec.max))
      return `${spec.label} is a number from ${spec.min} to ${spec.max}, not ${value}.`;
  }
  return undefined;
}

const base = {
  id: idSchema,
  clip: idSchema,
  name: nameSchema,
  enabled: z.boolean(),
  actor: idSchema.nullable(),
  range: frameRangeSchema.nullable(),
  parameters: z.record(z.string(), parameterSchema),
  metadata: metadataSchema,
};

function variant<K extends EffectKind>(kind: K) {
  return z.strictObject({ ...base, kind: z.literal(kind), settings: SETTINGS[kind] });
}

/**
 * An effect on a clip, or on `range` of it. Ranges and keys count frames of the clip's media from its first frame on,
 * so they stay on the moment of the performance when the clip is trimmed, slipped, split or moved. `actor` null means
 * everybody in the picture. Parameters that are not listed have their initial value.
 */
export const effectSchema = z
  .discriminatedUnion('kind', [variant('emotion'), variant('action-units'), variant('deblur'), variant('talking-head')])
  .superRefine((effect, context) => {
    for (const [name, parameter] of Object.entries(effect.parameters)) {
      const spec = parameterSpec(effect.kind, name);
      const fault = spec ? parameterFault(spec, parameter) : `${effect.kind} has no parameter ${name}.`;
      if (fault) context.addIssue({ code: 'custom', path: ['parameters', name], message: fault });
    }
  });

/** See {@link effectSchema}. */
export type Effect = Readonly<z.infer<typeof effectSchema>>;

/** Settings that a new effect starts with. */
export function initialSettings(kind: EffectKind): Effect['settings'] {
  switch (kind) {
    case 'emotion':
      return { seed: 0, reference: null };
    case 'action-units':
      return {};
    case 'deblur':
      return { seed: 0, shutterDegrees: 180 };
    case 'talking-head':
      return { seed: 0, speech: null, style: null, styleFile: null, rules: null, transcript: null };
  }
}

/** The parameter as set, or constant at its initial value; undefined for an unknown name or an unset optional one. */
export function parameterOf(effect: Effect, name: string): Parameter | undefined {
  const own = Object.hasOwn(effect.parameters, name) ? effect.parameters[name] : undefined;
  if (own) return own;
  const spec = parameterSpec(effect.kind, name);
  return spec === undefined || spec.optional ? undefined : ({ kind: 'constant', value: spec.initial } as Parameter);
}
