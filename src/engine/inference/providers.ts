/** Execution providers that Retake can use, by ONNX Runtime's names. */
export const PROVIDER_IDS = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;

/** One of {@link PROVIDER_IDS}. */
export type ProviderId = (typeof PROVIDER_IDS)[number];

const ORDER: Readonly<Partial<Record<NodeJS.Platform, readonly ProviderId[]>>> = {
  linux: ['cuda', 'tensorrt', 'webgpu', 'cpu'],
  win32: ['cuda', 'tensorrt', 'dml', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
};

/**
 * Providers worth trying on a platform, best first; the processor always comes last. CUDA stands before TensorRT,
 * which gains little on networks of a few milliseconds and spends minutes compiling them.
 */
export function providerOrder(platform: NodeJS.Platform = process.platform): readonly ProviderId[] {
  return ORDER[platform] ?? ['cpu'];
}

/** Whether a text names a provider. */
export function isProviderId(text: string): text is ProviderId {
  return PROVIDER_IDS.some((id) => id === text);
}
