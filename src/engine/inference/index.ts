export { type CanonicalFace, loadCanonicalFace } from './canonical-face.ts';
export { createInference, type Inference, type InferenceOptions } from './inference.ts';
export type { Model, ModelReport } from './model.ts';
export { EXPRESSION_CLASSES, MODEL_CONTRACTS, MODEL_IDS, type ModelId } from './model-contracts.ts';
export { type PackFolder, packFolders } from './pack-folders.ts';
export type { PackManifest, PackPort } from './pack-manifest.ts';
export { listPacks, type PackListing } from './pack-store.ts';
export { isProviderId, PROVIDER_IDS, type ProviderId, providerOrder } from './providers.ts';
export { portLength, type TensorMap } from './session.ts';
