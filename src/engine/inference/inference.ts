import { RetakeError } from '../../core/errors.ts';
import { Model, type ModelReport } from './model.ts';
import type { ModelId } from './model-contracts.ts';
import { type PackFolder, packFolders } from './pack-folders.ts';
import { type LoadedPack, loadPack } from './pack-store.ts';
import { probeProvider } from './probe.ts';
import { ProbeCache } from './probe-cache.ts';
import { type Candidate, type Choice, chooseProvider, objection } from './provider-choice.ts';
import { type ProviderId, providerOrder } from './providers.ts';
import { NetworkSession, PortMismatch, type Session } from './session.ts';
import { WorkerPool } from './worker-pool.ts';

/** How models are to be run. */
export interface InferenceOptions {
  /**
   * `auto` (default): whatever is fastest in trial runs. A list: its first provider whose results are right. The
   * processor is always the last resort.
   */
  readonly providers?: 'auto' | readonly ProviderId[];
  /**
   * Threads for runs side by side on the processor, 1 to 64. 1 (default) runs on the calling thread: right for work in
   * which each run waits for the one before.
   */
  readonly poolSize?: number;
  /** Folders of model packs, in place of the usual ones. */
  readonly packFolders?: readonly PackFolder[];
  /** Memory of earlier trial runs, in place of the user's cache folder. */
  readonly probeCache?: ProbeCache;
}

const MAXIMUM_POOL = 64;

/** Opens models and owns them. One per thread. */
export class Inference {
  readonly #folders: readonly PackFolder[];
  readonly #providers: 'auto' | readonly ProviderId[];
  readonly #cache: ProbeCache;
  readonly #pool: WorkerPool | null;
  readonly #models = new Map<string, Promise<Model>>();
  #aside: WorkerPool | null = null;
  readonly #asideModels = new Map<string, Promise<Model>>();
  #lastChoice: Promise<unknown> = Promise.resolve();

  constructor(options: InferenceOptions) {
    const { poolSize = 1, providers = 'auto' } = options;
    if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > MAXIMUM_POOL)
      throw new RetakeError('invalid-argument', `The number of inference threads must be 1 to ${MAXIMUM_POOL}.`);
    this.#folders = options.packFolders ?? packFolders();
    this.#providers = providers;
    this.#cache = options.probeCache ?? new ProbeCache();
    this.#pool = poolSize === 1 ? null : new WorkerPool(poolSize);
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

  /**
   * The same model on a thread of its own beside the caller's, for runs whose results are wanted later. Where the model
   * runs on an accelerator, or in a pool already, it is the one that `open` gives.
   */
  openAside(id: ModelId | (string & {})): Promise<Model> {
    const known = this.#asideModels.get(id);
    if (known !== undefined) return known;
    const opening = this.#openAside(id);
    this.#asideModels.set(id, opening);
    opening.catch(() => this.#asideModels.delete(id));
    return opening;
  }

  async #openAside(id: string): Promise<Model> {
    const model = await this.open(id);
    if (this.#pool !== null || model.provider !== 'cpu') return model;
    this.#aside ??= new WorkerPool(1);
    const pool = this.#aside;
    const pack = await loadPack(id, this.#folders);
    const open = (): Promise<Session> => pool.open(pack.entry, pack.manifest);
    return new Model(pack.manifest, await open(), 'beside the calling thread', open);
  }

  async #open(id: string): Promise<Model> {
    const pack = await loadPack(id, this.#folders);
    if (pack.manifest.inputs.length === 0)
      throw new RetakeError('invalid-argument', `The model pack "${id}" holds data, not a network.`, { pack: id });
    const openSession = (provider: ProviderId): Promise<Session> => this.#openSession(pack, provider);
    // One after another: what a trial run finds out about a provider spares the next model its own.
    const choosing = this.#lastChoice.then(() => this.#choose(pack));
    this.#lastChoice = choosing.catch(() => undefined);
    const choice = await choosing;
    if (choice.provider === 'cpu')
      return new Model(pack.manifest, await openSession('cpu'), choice.reason, openSession);
    try {
      return new Model(pack.manifest, await openSession(choice.provider), choice.reason, openSession);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const reason = `${choice.provider} passed its trial run but could not be set up again (${text})`;
      return new Model(pack.manifest, await openSession('cpu'), reason, openSession);
    }
  }

  async #choose(pack: LoadedPack): Promise<Choice> {
    const fastest = this.#providers === 'auto';
    const order = this.#providers === 'auto' ? providerOrder() : this.#providers;
    const candidates: Candidate[] = [];
    for (const provider of order) {
      if (provider === 'cpu') break; // asked for before whatever comes after it
      const candidate = { provider, answer: await this.#probe(pack, provider) };
      candidates.push(candidate);
      if (!fastest && objection(candidate) === null) break;
    }
    return chooseProvider(candidates, fastest);
  }

  async #probe(pack: LoadedPack, provider: ProviderId): Promise<Candidate['answer']> {
    const { entry, files } = pack.manifest;
    const { sha256 } = files.find((file) => file.name === entry)!;
    const known = this.#cache.get(provider, sha256);
    if (known !== undefined) return known;
    const answer = await probeProvider(pack, provider);
    this.#cache.set(provider, sha256, answer);
    return answer;
  }

  async #openSession(pack: LoadedPack, provider: ProviderId): Promise<Session> {
    const { id } = pack.manifest;
    try {
      if (provider === 'cpu' && this.#pool !== null) return await this.#pool.open(pack.entry, pack.manifest);
      return await NetworkSession.create(pack.entry, pack.manifest, provider);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (provider !== 'cpu' && !(error instanceof PortMismatch))
        throw new RetakeError('inference-failed', `${provider} cannot run "${id}": ${text}`, { pack: id }, error);
      const remedy = pack.origin === 'bundled' ? 'Run "npm run models -- --force".' : 'Install the pack again.';
      const message = `The model pack "${id}" is damaged: ${text}. ${remedy}`;
      throw new RetakeError('model-damaged', message, { pack: id, folder: pack.folder }, error);
    }
  }

  /** What every open model runs on, and why. */
  async report(): Promise<ModelReport[]> {
    const models = await Promise.allSettled(this.#models.values());
    return models.filter((model) => model.status === 'fulfilled').map((model) => model.value.report());
  }

  /** Frees all models and threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    const models = await Promise.allSettled([...this.#models.values(), ...this.#asideModels.values()]);
    this.#models.clear();
    this.#asideModels.clear();
    const opened = new Set(models.flatMap((model) => (model.status === 'fulfilled' ? [model.value] : [])));
    for (const model of opened) await model[Symbol.asyncDispose]();
    await this.#pool?.[Symbol.asyncDispose]();
    await this.#aside?.[Symbol.asyncDispose]();
  }
}

/**
 * Prepares model running. Nothing is loaded before a model is opened; the first opening of a model on a machine may
 * take seconds for trial runs, which are remembered. Dispose it with `await using`.
 */
export async function createInference(options: InferenceOptions = {}): Promise<Inference> {
  return new Inference(options);
}
