export { faceRegion, facesAt } from './clip-faces.ts';
export { type ComparedClip, type CompareOptions, compareClips } from './compare-clips.ts';
export { type DepictedOptions, depictedCurve, fillBetween, READINGS_PER_SECOND } from './depicted-curve.ts';
export { FaceReader } from './face-readings.ts';
export { lipFit } from './lip-fit.ts';
export { type ComparisonSummary, summarise, topClass } from './summary.ts';
export { type WorstFrame, worstFrames } from './worst-frames.ts';
