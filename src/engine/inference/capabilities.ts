import { availableParallelism } from 'node:os';
import { listSupportedBackends } from 'onnxruntime-node';
import { graphicsAdapters } from './adapters.ts';
import { runtimeVersion } from './device-key.ts';
import { type PackFolder, packFolders } from './pack-folders.ts';
import { listPacks, loadPack, type PackListing } from './pack-store.ts';
import { probeProvider } from './probe.ts';
import { objection, PROBE_TOLERANCE } from './provider-choice.ts';
import { type ProviderId, providerOrder } from './providers.ts';

/** One provider as `retake doctor` shows it. */
export interface ProviderCapability {
  readonly id: ProviderId;
  /** Its library comes with the program; the others need one that the system must have. */
  readonly bundled: boolean;
  readonly usable: boolean;
  /** How the trial run went, one sentence. */
  readonly detail: string;
  /** Largest difference from the processor as a share of the output's range; null when it did not run. */
  readonly error: number | null;
  readonly milliseconds: number | null;
}

/** What this machine can run models with. */
export interface InferenceCapabilities {
  readonly onnxRuntime: string;
  readonly threads: number;
  readonly adapters: readonly string[];
  /** The model that the trial runs used. */
  readonly probedWith: string;
  readonly tolerance: number;
  readonly providers: readonly ProviderCapability[];
  readonly packs: readonly PackListing[];
}

/** Small, with every kind of layer that the others have: a trial takes a moment even in software. */
const PROBE_MODEL = 'expression-7';

function bundledNames(): ReadonlySet<string> {
  return new Set(
    listSupportedBackends()
      .filter(({ bundled }) => bundled)
      .map(({ name }) => name),
  );
}

/**
 * Tries every provider of this platform afresh (seconds) and lists packs and adapters. Throws `model-missing` or
 * `model-damaged` when the model for the trial runs cannot be used.
 */
export async function inferenceCapabilities(
  folders: readonly PackFolder[] = packFolders(),
): Promise<InferenceCapabilities> {
  const bundled = bundledNames();
  const pack = await loadPack(PROBE_MODEL, folders);
  const providers: ProviderCapability[] = [];
  for (const id of providerOrder()) {
    const answer = await probeProvider(pack, id);
    const ran = answer.outcome === 'ran' ? answer : null;
    const problem = objection({ provider: id, answer });
    const detail = problem ?? `right, ${ran!.milliseconds.toFixed(2)} ms`;
    const figures = { error: ran?.error ?? null, milliseconds: ran?.milliseconds ?? null };
    providers.push({ id, bundled: bundled.has(id), usable: problem === null, detail, ...figures });
  }
  return {
    onnxRuntime: runtimeVersion(),
    threads: availableParallelism(),
    adapters: await graphicsAdapters(),
    probedWith: PROBE_MODEL,
    tolerance: PROBE_TOLERANCE,
    providers,
    packs: await listPacks(folders),
  };
}
