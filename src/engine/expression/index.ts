export { type EmotionEnvelope, emotionEnvelope } from './envelope.ts';
export { type EmotionEditOptions, measureManner, planEmotionEdit } from './plan.ts';
export { emotionPrototype } from './prototypes.ts';
