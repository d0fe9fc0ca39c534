import { VISEME_COUNT, VISEMES, type Viseme } from '../../core/speech.ts';

/** What lips, jaw and tongue aim at in a sound, as amounts of the shapes that they drive. */
export const MOUTH_CHANNELS = ['jaw', 'pucker', 'funnel', 'stretch', 'upper', 'lower', 'tuck', 'tongue'] as const;

/** One of {@link MOUTH_CHANNELS}. */
export type MouthChannel = (typeof MOUTH_CHANNELS)[number];

/** Number of channels. */
export const CHANNEL_COUNT = MOUTH_CHANNELS.length;

type Target = Partial<Record<MouthChannel, number>> & {
  /** How firmly the sound holds out against its neighbours (dominance of Cohen and Massaro 1993). */
  readonly firm?: number;
  /** Channels that it holds more firmly than the rest. */
  readonly holds?: readonly MouthChannel[];
};

const SOUNDS: Readonly<Record<Viseme, Target>> = {
  sil: { firm: 0.45 },
  PP: { jaw: 0.05, firm: 1.1, holds: ['upper', 'lower'] },
  FF: { jaw: 0.08, tuck: 0.8, upper: 0.2, lower: 0, firm: 1.1, holds: ['tuck', 'lower', 'jaw'] },
  TH: { jaw: 0.15, upper: 0.12, lower: 0.24, tongue: 0.9, firm: 0.8 },
  DD: { jaw: 0.11, upper: 0.12, lower: 0.22, tongue: 0.6, firm: 0.8 },
  kk: { jaw: 0.17, upper: 0.12, lower: 0.18, firm: 0.5 },
  CH: { jaw: 0.08, funnel: 0.55, pucker: 0.18, upper: 0.24, lower: 0.3, firm: 1.1, holds: ['funnel', 'jaw'] },
  SS: { jaw: 0.05, stretch: 0.24, upper: 0.2, lower: 0.32, tongue: 0.4, firm: 1, holds: ['jaw'] },
  nn: { jaw: 0.14, upper: 0.12, lower: 0.2, tongue: 0.65, firm: 0.65 },
  RR: { jaw: 0.14, pucker: 0.32, funnel: 0.3, upper: 0.08, lower: 0.16, firm: 0.9 },
  aa: { jaw: 0.4, upper: 0.2, lower: 0.3, firm: 1 },
  E: { jaw: 0.28, stretch: 0.26, upper: 0.2, lower: 0.28, tongue: 0.15, firm: 1 },
  ih: { jaw: 0.16, stretch: 0.34, upper: 0.18, lower: 0.26, tongue: 0.2, firm: 1 },
  oh: { jaw: 0.34, funnel: 0.45, pucker: 0.2, upper: 0.08, lower: 0.18, firm: 1 },
  ou: { jaw: 0.1, pucker: 0.72, funnel: 0.3, upper: 0, lower: 0.05, firm: 1.2, holds: ['pucker'] },
};

/** Seconds after which a sound's hold on a channel has fallen to 1/e: lips reach further into neighbours than edges. */
export const CHANNEL_REACH: Readonly<Record<MouthChannel, number>> = {
  jaw: 0.042,
  pucker: 0.062,
  funnel: 0.056,
  stretch: 0.05,
  upper: 0.036,
  lower: 0.036,
  tuck: 0.024,
  tongue: 0.03,
};

const HOLDING = 1.8;

/** [15, 8] targets by viseme and channel. */
export const VISEME_TARGETS = Float32Array.from(
  { length: VISEME_COUNT * CHANNEL_COUNT },
  (_, i) => SOUNDS[VISEMES[Math.floor(i / CHANNEL_COUNT)]!][MOUTH_CHANNELS[i % CHANNEL_COUNT]!] ?? 0,
);

/** [15, 8] dominance by viseme and channel. */
export const VISEME_FIRMNESS = Float32Array.from({ length: VISEME_COUNT * CHANNEL_COUNT }, (_, i) => {
  const sound = SOUNDS[VISEMES[Math.floor(i / CHANNEL_COUNT)]!];
  const channel = MOUTH_CHANNELS[i % CHANNEL_COUNT]!;
  return (sound.firm ?? 1) * (sound.holds?.includes(channel) ? HOLDING : 1);
});
