import { z } from 'zod';
import { RetakeError } from '../../errors.ts';
import { EFFECT_KIND_NAMES, EFFECT_KINDS, parameterSpec } from '../effect-kinds.ts';
import {
  type Effect,
  effectSchema,
  initialSettings,
  type Parameter,
  parameterFault,
  parameterOf,
  parameterSchema,
  SETTINGS,
} from '../effect-schema.ts';
import {
  choiceAt,
  choiceKeySchema,
  type NumberKey,
  numberKeySchema,
  type ParameterKey,
  valueAt,
  withKey,
  withMovedKey,
  withoutKey,
} from '../parameter.ts';
import type { Transaction } from '../transaction.ts';
import { frameRangeSchema, idSchema, nameSchema } from '../values.ts';
import { command, conflict, counted } from './command.ts';

function invalid(message: string): never {
  throw new RetakeError('invalid-argument', message);
}

function putParameter(tx: Transaction, effect: Effect, name: string, parameter: Parameter): void {
  const spec = parameterSpec(effect.kind, name);
  if (!spec) invalid(`${EFFECT_KINDS[effect.kind].label} has no parameter ${name}.`);
  const fault = parameterFault(spec, parameter);
  if (fault) invalid(fault);
  tx.put('effects', { ...effect, parameters: { ...effect.parameters, [name]: parameter } } as Effect);
}

function keysOf(effect: Effect, name: string): readonly ParameterKey[] {
  const parameter = parameterOf(effect, name);
  return parameter?.kind === 'keyed' ? parameter.keys : [];
}

function keyed(keys: readonly ParameterKey[]): Parameter {
  return { kind: 'keyed', keys } as Parameter;
}

function checkReferences(tx: Transaction, effect: Effect): void {
  if (effect.actor !== null) tx.get('actors', effect.actor);
  const { settings } = effect;
  if ('reference' in settings && settings.reference) tx.get('media', settings.reference.media);
  if ('speech' in settings) for (const span of [settings.speech, settings.style]) if (span) tx.get('media', span.media);
}

const effectId = idSchema;
const parameter = z.string().min(1).max(64);
const settings = z.record(z.string(), z.json());

function mergeSettings(kind: Effect['kind'], old: Effect['settings'], changes: z.output<typeof settings>) {
  const merged = SETTINGS[kind].safeParse({ ...old, ...changes });
  return merged.success ? merged.data : invalid(`These settings do not fit: ${z.prettifyError(merged.error)}`);
}

/** Puts an effect on clips, after those already there. */
export const addEffect = command({
  args: z.strictObject({
    clips: z.array(idSchema).min(1),
    kind: z.enum(EFFECT_KIND_NAMES),
    name: nameSchema.optional(),
    actor: idSchema.nullable().default(null),
    range: frameRangeSchema.nullable().default(null),
    parameters: z.record(z.string(), parameterSchema).default({}),
    settings: settings.default({}),
  }),
  label: ({ kind }) => `Add ${EFFECT_KINDS[kind].label.toLowerCase()}`,
  run(tx, args) {
    return args.clips.map((clipId) => {
      const clip = tx.openClip(clipId);
      const id = tx.newId('e');
      const made = {
        id,
        clip: clipId,
        kind: args.kind,
        name: args.name ?? EFFECT_KINDS[args.kind].label,
        enabled: true,
        actor: args.actor,
        range: args.range,
        parameters: {},
        settings: mergeSettings(args.kind, initialSettings(args.kind), args.settings),
        metadata: {},
      } as Effect;
      checkReferences(tx, made);
      tx.put('effects', made);
      for (const [name, value] of Object.entries(args.parameters))
        putParameter(tx, tx.get('effects', id), name, value as Parameter);
      tx.put('items', { ...clip, effects: [...clip.effects, id] });
      return id;
    });
  },
});

/** Takes effects off their clips. */
export const removeEffects = command({
  args: z.strictObject({ effects: z.array(effectId).min(1) }),
  label: ({ effects }) => counted('Remove', effects.length, 'effect'),
  run(tx, { effects }) {
    for (const id of effects) {
      const clip = tx.openClip(tx.get('effects', id).clip);
      tx.put('items', { ...clip, effects: clip.effects.filter((other) => other !== id) });
      tx.remove('effects', id);
    }
    return [];
  },
});

/** Renames an effect, switches it, points it at an actor, limits it to a range or changes its settings. */
export const setEffect = command({
  args: z.strictObject({
    effect: effectId,
    name: nameSchema.optional(),
    enabled: z.boolean().optional(),
    actor: idSchema.nullable().optional(),
    range: frameRangeSchema.nullable().optional(),
    settings: settings.optional(),
  }),
  label: ({ enabled }) => (enabled === undefined ? 'Change effect' : enabled ? 'Enable effect' : 'Disable effect'),
  run(tx, args) {
    const old = tx.openEffect(args.effect);
    const changed = {
      ...old,
      name: args.name ?? old.name,
      enabled: args.enabled ?? old.enabled,
      actor: args.actor === undefined ? old.actor : args.actor,
      range: args.range === undefined ? old.range : args.range,
      settings: args.settings ? mergeSettings(old.kind, old.settings, args.settings) : old.settings,
    } as Effect;
    checkReferences(tx, changed);
    tx.put('effects', changed);
    return [];
  },
});

/** Puts an effect at place `index` among those of its clip; they work in this order. */
export const moveEffect = command({
  args: z.strictObject({ effect: effectId, index: z.int().min(0) }),
  label: () => 'Reorder effects',
  run(tx, { effect: id, index }) {
    const clip = tx.openClip(tx.get('effects', id).clip);
    tx.put('items', { ...clip, effects: clip.effects.filter((other) => other !== id).toSpliced(index, 0, id) });
    return [];
  },
});

/** Copies effects to other clips; their ranges and keys keep their media frames. */
export const copyEffects = command({
  args: z.strictObject({ effects: z.array(effectSchema).min(1), clips: z.array(idSchema).min(1) }),
  label: ({ effects }) => counted('Paste', effects.length, 'effect'),
  run(tx, { effects, clips }) {
    return clips.flatMap((clipId) => {
      const ids = effects.map((effect) => {
        const copy: Effect = { ...effect, id: tx.newId('e'), clip: clipId };
        checkReferences(tx, copy);
        tx.put('effects', copy);
        return copy.id;
      });
      const clip = tx.openClip(clipId);
      tx.put('items', { ...clip, effects: [...clip.effects, ...ids] });
      return ids;
    });
  },
});

/** Sets a parameter as a whole: a constant, or all of its keys. */
export const setParameter = command({
  args: z.strictObject({ effect: effectId, parameter, value: parameterSchema }),
  label: (args) => `Set ${args.parameter}`,
  run(tx, args) {
    putParameter(tx, tx.openEffect(args.effect), args.parameter, args.value as Parameter);
    return [];
  },
});

/** Puts a key, in place of one at the same frame. The first key makes a constant parameter a keyed one. */
export const setKey = command({
  args: z.strictObject({ effect: effectId, parameter, key: z.union([numberKeySchema, choiceKeySchema]) }),
  label: (args) => `Key ${args.parameter}`,
  run(tx, args) {
    const effect = tx.openEffect(args.effect);
    putParameter(tx, effect, args.parameter, keyed(withKey(keysOf(effect, args.parameter), args.key as ParameterKey)));
    return [];
  },
});

/** Moves a key to another frame, and to another value if given. */
export const moveKey = command({
  args: z.strictObject({
    effect: effectId,
    parameter,
    from: z.int(),
    to: z.int(),
    value: z.union([z.number(), z.string()]).optional(),
  }),
  label: (args) => `Move ${args.parameter} key`,
  run(tx, args) {
    const effect = tx.openEffect(args.effect);
    const moved = withMovedKey(keysOf(effect, args.parameter), args.from, args.to);
    const keys = moved.map((key) =>
      key.frame === args.to && args.value !== undefined ? ({ ...key, value: args.value } as ParameterKey) : key,
    );
    putParameter(tx, effect, args.parameter, keyed(keys));
    return [];
  },
});

/** Deletes a key; with the last one the parameter becomes constant at that key's value. */
export const deleteKey = command({
  args: z.strictObject({ effect: effectId, parameter, frame: z.int() }),
  label: (args) => `Delete ${args.parameter} key`,
  run(tx, args) {
    const effect = tx.openEffect(args.effect);
    const before = keysOf(effect, args.parameter);
    const keys = withoutKey(before, args.frame);
    const last = { kind: 'constant', value: before[0]?.value } as Parameter;
    putParameter(tx, effect, args.parameter, keys.length > 0 ? keyed(keys) : last);
    return [];
  },
});

/** Makes a keyed parameter constant at the value it has at `frame`. */
export const clearKeys = command({
  args: z.strictObject({ effect: effectId, parameter, frame: z.int() }),
  label: (args) => `Clear ${args.parameter} keys`,
  run(tx, args) {
    const effect = tx.openEffect(args.effect);
    const old = parameterOf(effect, args.parameter);
    if (old?.kind !== 'keyed') conflict(`${args.parameter} has no keys.`, { effect: args.effect });
    const numeric = typeof old.keys[0]!.value === 'number';
    const value = numeric
      ? valueAt({ kind: 'keyed', keys: old.keys as readonly NumberKey[] }, args.frame)
      : choiceAt(old as Parameters<typeof choiceAt>[0], args.frame).from;
    putParameter(tx, effect, args.parameter, { kind: 'constant', value } as Parameter);
    return [];
  },
});
