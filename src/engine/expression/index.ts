export { type EmotionEnvelope, emotionEnvelope, minimumJerk } from './envelope.ts';
export { type EmotionEditOptions, measureManner, planEmotionEdit } from './plan.ts';
export { emotionPrototype, ONSET_SECONDS } from './prototypes.ts';
