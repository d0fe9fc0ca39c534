export { BLUR_STATES, type BlurState, pathLength, type TrackBlur } from './blur-fit.ts';
export { type DeblurOptions, Deblurrer } from './deblurrer.ts';
export { IdentityGuard } from './identity-guard.ts';
export { type BlurSurvey, type SurveyOptions, surveyBlur } from './survey.ts';
