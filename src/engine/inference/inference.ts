import { RetakeError } from '../../core/errors.ts';
import { Model, type ModelReport } from './model.ts';
import type { ModelId } from './model-contracts.ts';
import { type PackFolder, packFolders } from './pack-folders.ts';
import { type LoadedPack, loadPack } from './pack-store.ts';
import type { ProviderId } from './providers.ts';
import { NetworkSession } from './session.ts';

/** How models are to be run. */
export interface InferenceOptions {
  /** `auto`, or the providers to try, best first; the processor is always the last resort. */
  readonly providers?: 'auto' | readonly ProviderId[];
  /** Folders of model packs, in place of the usual ones. */
  readonly packFolders?: readonly PackFolder[];
}

/** Opens models and owns them. One per thread. */
export class Inference {
  readonly #folders: readonly PackFolder[];
  readonly #models = new Map<string, Promise<Model>>();

  constructor(options: InferenceOptions) {
    this.#folders = options.packFolders ?? packFolders();
  }

  /**
   * The model `id`, checked and ready to run; opened once and shared. Throws `model-missing`, `model-damaged` or
   * `inference-failed`.
   */
  async open(id: ModelId | (string & {})): Promise<Model> {
    const known = this.#models.get(id);
    if (known !== undefined) return known;
    const opening = this.#open(id);
    this.#models.set(id, opening);
    // A model that could not be opened may be repaired meanwhile: the next call tries again.
    opening.catch(() => this.#models.delete(id));
    return opening;
  }

  async #open(id: string): Promise<Model> {
    const pack = await loadPack(id, this.#folders);
    const open = (provider: ProviderId): Promise<NetworkSession> => openSession(pack, provider);
    return new Model(pack.manifest, await open('cpu'), 'the processor was asked for', open);
  }

  /** What every open model runs on, and why. */
  async report(): Promise<ModelReport[]> {
    const models = await Promise.allSettled(this.#models.values());
    return models.filter((model) => model.status === 'fulfilled').map((model) => model.value.report());
  }

  /** Frees all models. */
  async [Symbol.asyncDispose](): Promise<void> {
    const models = await Promise.allSettled(this.#models.values());
    this.#models.clear();
    for (const model of models) if (model.status === 'fulfilled') await model.value[Symbol.asyncDispose]();
  }
}

async function openSession(pack: LoadedPack, provider: ProviderId): Promise<NetworkSession> {
  try {
    return await NetworkSession.create(pack.entry, pack.manifest, provider);
  } catch (error) {
    const { id } = pack.manifest;
    const text = error instanceof Error ? error.message : String(error);
    throw new RetakeError('model-damaged', `The model "${id}" cannot be loaded: ${text}`, { pack: id }, error);
  }
}

/** Prepares model running; nothing is loaded before a model is opened. Dispose it with `await using`. */
export async function createInference(options: InferenceOptions = {}): Promise<Inference> {
  return new Inference(options);
}
