import fc from 'fast-check';
import { RetakeError } from '../errors.ts';
import { rationalTime } from '../rational-time.ts';
import { copyClips } from './clipboard.ts';
import { applyEdit, type Edit, type EditRequest } from './edit.ts';
import { RATE } from './fixtures.test-support.ts';
import type { Project } from './schema.ts';

/** Numbers from which one random edit is made, whatever the document holds at that time. */
export interface Dice {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly delta: number;
  readonly flag: boolean;
}

/** Random {@link Dice}. */
export const dice: fc.Arbitrary<Dice> = fc.record({
  kind: fc.nat(),
  a: fc.nat(1000),
  b: fc.nat(1000),
  c: fc.nat(1000),
  delta: fc.integer({ min: -12, max: 12 }),
  flag: fc.boolean(),
});

/** The dice of throw number `index` of a seed: the same in every process. */
export function seededDice(seed: number, index: number): Dice {
  let state = (seed * 0x9e3779b1 + index * 0x85ebca6b) >>> 0;
  const next = (limit: number): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
  return { kind: next(1e6), a: next(1000), b: next(1000), c: next(1000), delta: next(25) - 12, flag: next(2) === 0 };
}

const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? 'c0';

type Maker = (project: Project, dice: Dice) => EditRequest | undefined;

const clipsOf = (project: Project): string[] =>
  Object.values(project.items).flatMap((item) => (item.type === 'clip' ? [item.id] : []));
const of = (project: Project, type: string): string[] =>
  Object.values(project.items).flatMap((item) => (item.type === type ? [item.id] : []));

function placements(project: Project, { a, b, c, delta, flag }: Dice) {
  const tracks = Object.keys(project.tracks);
  const media = pick(Object.keys(project.media), b);
  const first = project.media[media]?.availableRange?.start ?? rationalTime(0, RATE);
  const sourceStart = rationalTime(first.value + (c % 40), first.rate);
  const one = (track: string) => ({ track, media, sourceStart, duration: 1 + Math.abs(delta) });
  return { clips: flag ? [one(pick(tracks, a)), one(pick(tracks, a + 2))] : [one(pick(tracks, a))], link: c % 3 > 0 };
}

const MAKERS: readonly Maker[] = [
  (project, d) => ({ edit: 'append', args: placements(project, d) }),
  (project, d) => ({ edit: 'append', args: placements(project, d) }),
  (project, d) => ({ edit: 'insert', args: { ...placements(project, d), at: d.c % 60 } }),
  (project, d) => ({ edit: 'overwrite', args: { ...placements(project, d), at: d.c % 60 } }),
  (project, { a, b, c, delta, flag }) => ({
    edit: 'trim',
    args: {
      clip: pick(clipsOf(project), a),
      edge: flag ? 'start' : 'end',
      mode: (['ripple', 'roll', 'plain'] as const)[b % 3]!,
      delta,
      linked: c % 2 === 0,
    },
  }),
  (project, { a, delta, flag }) => ({
    edit: 'slip',
    args: { clips: [pick(clipsOf(project), a)], delta, linked: flag },
  }),
  (project, { a, delta, flag }) => ({ edit: 'slide', args: { clip: pick(clipsOf(project), a), delta, linked: flag } }),
  (project, { a, b, flag }) => ({
    edit: 'split',
    args: { clips: [pick(clipsOf(project), a)], frame: b % 60, linked: flag },
  }),
  (project, { a, b, flag }) => ({
    edit: 'remove',
    args: { items: [pick(Object.keys(project.items), a)], ripple: flag, linked: b % 2 === 0 },
  }),
  (project, { a, b, c, delta, flag }) => ({
    edit: 'move',
    args: {
      clips: [pick(clipsOf(project), a)],
      delta,
      ...(flag && { track: pick(Object.keys(project.tracks), b) }),
      mode: c % 2 === 0 ? 'insert' : 'overwrite',
      linked: c % 3 > 0,
    },
  }),
  (project, { a, b }) => ({
    edit: 'link',
    args: { clips: [pick(clipsOf(project), a), pick(clipsOf(project), b)] },
  }),
  (project, { a }) => ({ edit: 'unlink', args: { clips: [pick(clipsOf(project), a)] } }),
  (project, { a, b, c, flag }) => ({
    edit: 'addTransition',
    args: { clip: pick(clipsOf(project), a), edge: flag ? 'start' : 'end', inOffset: b % 6, outOffset: c % 6 },
  }),
  (project, { a, b }) => ({
    edit: 'setTransition',
    args: { transition: pick(of(project, 'transition'), a), inOffset: b % 9 },
  }),
  (project, { a, b, c, delta, flag }) => {
    const clipboard = copyClips(project, [pick(clipsOf(project), a), pick(clipsOf(project), b)]);
    if (!clipboard) return undefined;
    return { edit: 'paste', args: { clipboard, at: (c + delta + 12) % 60, mode: flag ? 'insert' : 'overwrite' } };
  },
  (project, { a, b }) => ({
    edit: 'addEffect',
    args: {
      clips: [pick(clipsOf(project), a)],
      kind: (['emotion', 'action-units', 'deblur', 'talking-head'] as const)[b % 4]!,
    },
  }),
  (project, { a, b, c, flag }) => ({
    edit: 'setKey',
    args: {
      effect: pick(Object.keys(project.effects), a),
      parameter: (['intensity', 'jawOpen', 'strength', 'mouthGain'] as const)[b % 4]!,
      key: { frame: c % 30, value: (b % 11) / 10, interpolation: flag ? 'bezier' : 'linear', out: null, in: null },
    },
  }),
  (project, { a, b, c }) => ({
    edit: 'moveKey',
    args: { effect: pick(Object.keys(project.effects), a), parameter: 'intensity', from: b % 30, to: c % 30 },
  }),
  (project, { a, c }) => ({
    edit: 'deleteKey',
    args: { effect: pick(Object.keys(project.effects), a), parameter: 'intensity', frame: c % 30 },
  }),
  (project, { a }) => ({ edit: 'removeEffects', args: { effects: [pick(Object.keys(project.effects), a)] } }),
  (project, { a, b }) => ({
    edit: 'moveEffect',
    args: { effect: pick(Object.keys(project.effects), a), index: b % 3 },
  }),
  (project, { a, b }) => ({
    edit: 'addMarker',
    args: { owner: { table: 'items', id: pick(clipsOf(project), a) }, marker: { frame: b } },
  }),
  (project, { a, flag }) => ({
    edit: 'setTrack',
    args: { track: pick(Object.keys(project.tracks), a), locked: flag && a % 3 === 0 },
  }),
  (project, { a, flag }) =>
    flag
      ? {
          edit: 'addTrack',
          args: { sequence: Object.keys(project.sequences)[0] ?? 's0', kind: a % 2 ? 'audio' : 'video' },
        }
      : undefined,
];

/** The request that the dice make for this document; undefined where they make none. */
export function requestFrom(project: Project, roll: Dice): EditRequest | undefined {
  return MAKERS[roll.kind % MAKERS.length]!(project, roll);
}

/** The edit that the dice make, or undefined where the document refuses it (with one of the codes it may use). */
export function tryEdit(project: Project, roll: Dice): Edit | undefined {
  const request = requestFrom(project, roll);
  if (!request) return undefined;
  try {
    return applyEdit(project, request);
  } catch (error) {
    if (error instanceof RetakeError && ['conflict', 'not-found', 'invalid-argument'].includes(error.code))
      return undefined;
    throw error;
  }
}
