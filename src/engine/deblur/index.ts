export { BLUR_STATES, type BlurState, pathLength, type TrackBlur } from './blur-fit.ts';
export { type DeblurAmount, type DeblurOptions, Deblurrer, type FaceRefiner } from './deblurrer.ts';
export { medianFaceWidth } from './face-spectra.ts';
export { IdentityGuard } from './identity-guard.ts';
export type { Similarity } from './registration.ts';
export { restorationModels, restorationPacks } from './restoration-models.ts';
export { type BlurSurvey, type SurveyOptions, scaleSurvey, surveyBlur } from './survey.ts';
