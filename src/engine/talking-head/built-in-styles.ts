import {
  BUILT_IN_STYLES,
  type BuiltInStyle,
  TALKING_STYLE_VERSION,
  type TalkingStyle,
} from '../../contract/talking-style.ts';

type Part<K extends keyof TalkingStyle> = Partial<TalkingStyle[K]>;

interface Rules {
  readonly mouth?: Part<'mouth'>;
  readonly posture?: TalkingStyle['posture'];
  readonly blinks?: Part<'blinks'>;
  readonly brows?: Part<'brows'>;
  readonly gaze?: Part<'gaze'>;
  readonly head?: Part<'head'>;
}

function rules(name: BuiltInStyle, { mouth, posture, blinks, brows, gaze, head }: Rules = {}): TalkingStyle {
  return {
    kind: 'retake-style',
    version: TALKING_STYLE_VERSION,
    name,
    learned: null,
    mouth: { gain: 1, spread: 1, round: 1, lagSeconds: 0, hold: 0.15, asymmetry: 0, ...mouth },
    posture: posture ?? {},
    habits: null,
    blinks: { perMinute: 17, atPauses: 0.5, ...blinks },
    brows: { accent: 0.22, wander: 0.06, raise: 0, ...brows },
    gaze: { away: 0.14, reach: 0.16, ...gaze },
    head: { yaw: 0.035, pitch: 0.026, roll: 0.02, tempo: 0.5, nod: 0.03, beat: 0, ...head },
    excerpts: [],
  };
}

const STYLES: Readonly<Record<BuiltInStyle, TalkingStyle>> = {
  neutral: rules('neutral'),
  lively: rules('lively', {
    mouth: { gain: 1.2, spread: 1.15, round: 1.1, hold: 0.1 },
    posture: { mouthSmileLeft: 0.16, mouthSmileRight: 0.16, cheekSquintLeft: 0.08, cheekSquintRight: 0.08 },
    blinks: { perMinute: 24 },
    brows: { accent: 0.42, wander: 0.14, raise: 0.06 },
    gaze: { away: 0.2, reach: 0.2 },
    head: { yaw: 0.065, pitch: 0.048, roll: 0.038, tempo: 0.8, nod: 0.055 },
  }),
  calm: rules('calm', {
    mouth: { gain: 0.84, spread: 0.9, hold: 0.22 },
    blinks: { perMinute: 12 },
    brows: { accent: 0.1, wander: 0.03 },
    gaze: { away: 0.08, reach: 0.1 },
    head: { yaw: 0.018, pitch: 0.014, roll: 0.011, tempo: 0.32, nod: 0.016 },
  }),
  // Singing: open vowels that are held, slow sways, brows that follow the line.
  ballad: rules('ballad', {
    mouth: { gain: 1.25, round: 1.15, hold: 0.4 },
    posture: { browInnerUp: 0.12 },
    blinks: { perMinute: 13, atPauses: 0.7 },
    brows: { accent: 0.34, wander: 0.16, raise: 0.05 },
    gaze: { away: 0.2, reach: 0.14 },
    head: { yaw: 0.05, pitch: 0.04, roll: 0.05, tempo: 0.3, nod: 0.02, beat: 0.012 },
  }),
  rap: rules('rap', {
    mouth: { gain: 1.12, spread: 1.1, hold: 0.05 },
    posture: { browDownLeft: 0.08, browDownRight: 0.08 },
    blinks: { perMinute: 20, atPauses: 0.3 },
    brows: { accent: 0.3, wander: 0.08 },
    gaze: { away: 0.1, reach: 0.14 },
    head: { yaw: 0.05, pitch: 0.035, roll: 0.035, tempo: 0.7, nod: 0.035, beat: 0.055 },
  }),
};

/** A style made of rules. */
export function builtInStyle(name: BuiltInStyle): TalkingStyle {
  return STYLES[name];
}

/** Whether a text names a style made of rules. */
export function isBuiltInStyle(text: string): text is BuiltInStyle {
  return (BUILT_IN_STYLES as readonly string[]).includes(text);
}
