export { analyseSpeech } from './analyse-speech.ts';
export { blendPhones } from './dominance.ts';
export type { AnalyseSpeechOptions } from './options.ts';
export { arpabetToIpa, PHONE_SHAPES, type RawPhone, timedPhones } from './phones.ts';
