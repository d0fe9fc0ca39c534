import { z } from 'zod';
import { TALKING_RULES } from '../core/document/effect-kinds.ts';

/** Version of the style document; a reader refuses later ones. */
export const TALKING_STYLE_VERSION = 1;

const amount = (min: number, max: number) => z.number().min(min).max(max);

/**
 * A stretch of head motion as it was filmed, and how the speech under it went. Rows are samples at `rateHz`: yaw, pitch
 * and roll in radians about the middle of the reference, loudness in decibels over its median.
 */
export const headExcerptSchema = z.strictObject({
  rateHz: amount(1, 100),
  yaw: z.array(z.number()).max(3000),
  pitch: z.array(z.number()).max(3000),
  roll: z.array(z.number()).max(3000),
  /** Mean of the speech's stress, 0..1, and share of the time in which somebody speaks. */
  stress: amount(0, 1),
  speaking: amount(0, 1),
});

/** How somebody speaks: what differs from person to person and from mood to mood while the words are the same. */
export const talkingStyleSchema = z.strictObject({
  kind: z.literal('retake-style'),
  version: z.literal(TALKING_STYLE_VERSION),
  name: z.string().min(1).max(100),
  /** What it was measured from; null for a style made of rules. */
  learned: z
    .strictObject({
      reference: z.string(),
      fingerprint: z.string(),
      speechSeconds: z.number().nonnegative(),
      /** `timing`: too short for more than mouth gain, rest pose and lag. */
      depth: z.enum(['timing', 'full']),
      notes: z.array(z.string()),
    })
    .nullable(),
  mouth: z.strictObject({
    /** How far the mouth opens, over what the rules expect. */
    gain: amount(0.2, 2.5),
    /** Spreading and rounding of the lips, over what the rules expect. */
    spread: amount(0, 2.5),
    round: amount(0, 2.5),
    /** Seconds by which the mouth comes after what the rules expect. */
    lagSeconds: amount(-0.2, 0.2),
    /** Share of a syllable's opening that is held between syllables: 0 articulates, 1 mumbles with an open mouth. */
    hold: amount(0, 1),
    /** -1..1: how much more the actor's left side moves than the right. */
    asymmetry: amount(-0.6, 0.6),
  }),
  /** Shapes that are held while speaking, by their ARKit names, over the actor's own neutral face. */
  posture: z.record(z.string(), amount(-1, 1)),
  /** Habits: what a unit of each speech feature adds to a mouth shape. Rows by shape name, columns `features`. */
  habits: z
    .strictObject({ features: z.array(z.string()), weights: z.record(z.string(), z.array(z.number())) })
    .nullable(),
  blinks: z.strictObject({
    perMinute: amount(0, 80),
    /** Share that falls on the ends of phrases. */
    atPauses: amount(0, 1),
  }),
  brows: z.strictObject({
    /** Raise on a fully stressed syllable. */
    accent: amount(0, 1),
    /** Slow wandering, and what is held. */
    wander: amount(0, 1),
    raise: amount(-0.5, 0.8),
  }),
  gaze: z.strictObject({
    /** Share of the time spent looking away, and how far (radians). */
    away: amount(0, 1),
    reach: amount(0, 0.5),
  }),
  head: z.strictObject({
    /** Standard deviations of yaw, pitch and roll in radians. */
    yaw: amount(0, 0.3),
    pitch: amount(0, 0.3),
    roll: amount(0, 0.3),
    /** Changes of direction per second. */
    tempo: amount(0.05, 3),
    /** Nod on a fully stressed syllable and on a beat, radians. */
    nod: amount(0, 0.2),
    beat: amount(0, 0.2),
  }),
  excerpts: z.array(headExcerptSchema).max(60),
});

/** See {@link talkingStyleSchema}. */
export type TalkingStyle = z.infer<typeof talkingStyleSchema>;
/** See {@link headExcerptSchema}. */
export type HeadExcerpt = z.infer<typeof headExcerptSchema>;

/** Styles that are made of rules, measured from nobody. */
export const BUILT_IN_STYLES = TALKING_RULES;

/** One of {@link BUILT_IN_STYLES}. */
export type BuiltInStyle = (typeof BUILT_IN_STYLES)[number];
