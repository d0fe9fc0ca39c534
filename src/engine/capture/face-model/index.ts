export { resolveContacts } from './contacts.ts';
export { buildFaceModel, FACE_BASIS_ID, type FaceModel } from './face-model.ts';
export * from './landmarks.ts';
export { loadFaceModel } from './load-face-model.ts';
export { type PersonalBasis, personaliseShapes } from './personalise.ts';
export { type FaceRegions, REGION_NAMES, type RegionName } from './regions.ts';
export { packShapes, type ShapeBasis, synthesise } from './synthesise.ts';
