/** Formant targets in hertz of an average man: F1, F2, F3. */
export type Formants = readonly [number, number, number];

/** How a phone sounds (after Klatt 1980 and Peterson & Barney 1952) and what the mouth does for it. */
export interface Phone {
  readonly formants: Formants;
  /** Formants at the end of a diphthong. */
  readonly glide?: Formants;
  /** Strength of voicing, 0..1. */
  readonly voice: number;
  /** Strength of breath noise through the formants, 0..1. */
  readonly breath?: number;
  /** Noise of a narrow passage: strength, centre and width in hertz. */
  readonly hiss?: readonly [number, number, number];
  readonly nasal?: boolean;
  /** A closure that bursts: share of the phone that is closed. */
  readonly stop?: number;
  readonly mouth: MouthTarget;
}

/** What lips and jaw aim at, 0..1 each, and how firmly (dominance of Cohen & Massaro 1993). */
export interface MouthTarget {
  readonly jaw: number;
  readonly pucker: number;
  readonly funnel: number;
  readonly stretch: number;
  readonly upper: number;
  readonly lower: number;
  /** Lower lip tucked under the upper teeth. */
  readonly tuck: number;
  /** Lips shut. */
  readonly shut: boolean;
  readonly firm: number;
}

const mouth = (jaw: number, part: Partial<MouthTarget> = {}): MouthTarget => ({
  jaw,
  pucker: 0,
  funnel: 0,
  stretch: 0,
  upper: 0.1,
  lower: 0.16,
  tuck: 0,
  shut: false,
  firm: 1,
  ...part,
});

const SHUT = mouth(0.06, { shut: true, upper: 0, lower: 0, firm: 1.6 });

/** The phones of the voice lines, by ARPAbet name; `SIL` is a closed, resting mouth. */
export const PHONES = {
  SIL: { formants: [500, 1500, 2500], voice: 0, mouth: mouth(0, { upper: 0, lower: 0, firm: 0.5 }) },
  IY: { formants: [290, 2250, 2950], voice: 1, mouth: mouth(0.14, { stretch: 0.42, upper: 0.2, lower: 0.28 }) },
  IH: { formants: [400, 1920, 2560], voice: 1, mouth: mouth(0.2, { stretch: 0.25, upper: 0.18, lower: 0.24 }) },
  EH: { formants: [550, 1780, 2490], voice: 1, mouth: mouth(0.34, { stretch: 0.24, upper: 0.2, lower: 0.3 }) },
  AE: { formants: [680, 1660, 2460], voice: 1, mouth: mouth(0.46, { stretch: 0.3, upper: 0.24, lower: 0.34 }) },
  AH: { formants: [610, 1220, 2550], voice: 1, mouth: mouth(0.36, { upper: 0.16, lower: 0.24 }) },
  AX: { formants: [500, 1420, 2400], voice: 0.85, mouth: mouth(0.2, { firm: 0.6 }) },
  AO: {
    formants: [590, 920, 2450],
    voice: 1,
    mouth: mouth(0.44, { funnel: 0.5, pucker: 0.18, upper: 0.08, lower: 0.18 }),
  },
  UW: {
    formants: [320, 1050, 2250],
    voice: 1,
    mouth: mouth(0.1, { pucker: 0.78, funnel: 0.3, upper: 0, lower: 0.05, firm: 1.3 }),
  },
  ER: { formants: [470, 1290, 1580], voice: 1, mouth: mouth(0.2, { pucker: 0.3, funnel: 0.28 }) },
  AY: {
    formants: [700, 1220, 2500],
    glide: [370, 2050, 2650],
    voice: 1,
    mouth: mouth(0.44, { stretch: 0.16, upper: 0.2, lower: 0.3 }),
  },
  EY: {
    formants: [480, 1900, 2520],
    glide: [330, 2200, 2750],
    voice: 1,
    mouth: mouth(0.26, { stretch: 0.38, upper: 0.2, lower: 0.28 }),
  },
  AW: {
    formants: [690, 1250, 2500],
    glide: [400, 900, 2350],
    voice: 1,
    mouth: mouth(0.42, { funnel: 0.28, pucker: 0.22, lower: 0.24 }),
  },
  Y: { formants: [270, 2250, 3000], voice: 0.85, mouth: mouth(0.1, { stretch: 0.25, firm: 0.7 }) },
  W: {
    formants: [290, 680, 2250],
    voice: 0.8,
    mouth: mouth(0.08, { pucker: 0.85, funnel: 0.3, upper: 0, lower: 0, firm: 1.4 }),
  },
  R: { formants: [320, 1150, 1520], voice: 0.8, mouth: mouth(0.14, { pucker: 0.35, funnel: 0.35 }) },
  L: { formants: [350, 1080, 2700], voice: 0.8, mouth: mouth(0.2, { upper: 0.12, lower: 0.2, firm: 0.7 }) },
  M: { formants: [250, 1050, 2200], voice: 0.62, nasal: true, mouth: SHUT },
  N: {
    formants: [250, 1600, 2600],
    voice: 0.6,
    nasal: true,
    mouth: mouth(0.14, { upper: 0.12, lower: 0.2, firm: 0.7 }),
  },
  NG: { formants: [250, 2000, 2700], voice: 0.58, nasal: true, mouth: mouth(0.2, { firm: 0.5 }) },
  B: { formants: [220, 900, 2250], voice: 0.3, stop: 0.8, hiss: [0.3, 900, 900], mouth: SHUT },
  P: { formants: [300, 950, 2250], voice: 0, stop: 0.62, breath: 0.5, hiss: [0.45, 1000, 1000], mouth: SHUT },
  D: {
    formants: [240, 1750, 2700],
    voice: 0.28,
    stop: 0.72,
    hiss: [0.4, 4200, 2200],
    mouth: mouth(0.13, { lower: 0.2, firm: 0.8 }),
  },
  T: {
    formants: [300, 1750, 2700],
    voice: 0,
    stop: 0.55,
    breath: 0.4,
    hiss: [0.6, 4600, 2200],
    mouth: mouth(0.12, { lower: 0.2, firm: 0.8 }),
  },
  V: {
    formants: [240, 1150, 2200],
    voice: 0.5,
    hiss: [0.1, 5200, 5000],
    mouth: mouth(0.1, { tuck: 0.75, upper: 0.24, lower: 0, firm: 1.4 }),
  },
  DH: {
    formants: [270, 1350, 2600],
    voice: 0.5,
    hiss: [0.08, 5400, 5000],
    mouth: mouth(0.16, { upper: 0.12, lower: 0.22, firm: 0.8 }),
  },
  Z: {
    formants: [270, 1720, 2650],
    voice: 0.42,
    hiss: [0.3, 6600, 2400],
    mouth: mouth(0.07, { stretch: 0.25, upper: 0.2, lower: 0.36, firm: 1.1 }),
  },
  S: {
    formants: [300, 1720, 2650],
    voice: 0,
    hiss: [0.5, 6800, 2400],
    mouth: mouth(0.07, { stretch: 0.25, upper: 0.2, lower: 0.36, firm: 1.1 }),
  },
  CH: {
    formants: [300, 1850, 2700],
    voice: 0,
    stop: 0.35,
    hiss: [0.62, 3300, 1700],
    mouth: mouth(0.08, { funnel: 0.6, pucker: 0.2, upper: 0.24, lower: 0.3, firm: 1.2 }),
  },
  JH: {
    formants: [270, 1850, 2700],
    voice: 0.3,
    stop: 0.4,
    hiss: [0.4, 3200, 1700],
    mouth: mouth(0.08, { funnel: 0.6, pucker: 0.2, upper: 0.24, lower: 0.3, firm: 1.2 }),
  },
} as const satisfies Record<string, Phone>;

/** ARPAbet name of a phone in {@link PHONES}. */
export type PhoneName = keyof typeof PHONES;

/** A phone in its place. */
export interface TimedPhone {
  readonly name: PhoneName;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** 0 unstressed .. 2 the stress of the phrase. */
  readonly stress: number;
}

/** `NAME[:ms][!stress]`, a word per bracket-free run; commas are pauses. */
const LINE =
  'AY:190!1 Y:60 UW:95 Z:75 D:45 T:55 AX:55 B:80 IH:50 L:65 IY:130!2 V:70 DH:45 AE:85 T:60 P:95 IY:130!1 P:85 AX:55 L:90 ' +
  'N:75 EH:110!2 V:65 ER:95 CH:115 EY:170!1 N:85 JH:150 SIL:620 ' +
  'B:75 AH:90 T:60 M:95 EY:135!2 B:75 IY:190 SIL:360 AY:165!1 W:80 AH:70 Z:80 R:95 AO:175!2 NG:95 AX:50 B:80 AW:150!1 T:75 Y:60 UW:290';

/** The line in plain words. */
export const LINE_TEXT = 'I used to believe that people never change. But maybe, I was wrong about you.';

const LEAD_SECONDS = 0.45;
const REST_SECONDS = 1.5;

/** The line said at its own pace from `lead` seconds on, and again after a rest as often as it fits into the clip. */
export function timedLine(seconds: number, lead = LEAD_SECONDS): TimedPhone[] {
  const parts = LINE.split(' ').map((text) => {
    const [body, stress] = text.split('!');
    const [name, ms] = body!.split(':');
    return {
      name: name as PhoneName,
      seconds: Number(ms) / 1000,
      stress: stress === undefined ? 0 : Number(stress),
    };
  });
  const out: TimedPhone[] = [];
  let at = 0;
  const push = (name: PhoneName, length: number, stress: number): void => {
    out.push({ name, startSeconds: at, endSeconds: at + length, stress });
    at += length;
  };
  push('SIL', Math.min(lead, seconds * 0.2), 0);
  const length = parts.reduce((sum, part) => sum + part.seconds, 0);
  // The line is said again only where it fits whole.
  do {
    for (const part of parts) push(part.name, part.seconds, part.stress);
    push('SIL', REST_SECONDS, 0);
  } while (at + length <= seconds);
  if (at < seconds) push('SIL', seconds - at, 0);
  const kept = out.filter((p) => p.startSeconds < seconds);
  return kept.map((p) => (p.endSeconds > seconds ? { ...p, endSeconds: seconds } : p));
}
