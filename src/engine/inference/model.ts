import { RetakeError } from '../../core/errors.ts';
import type { PackManifest, PackPort } from './pack-manifest.ts';
import type { ProviderId } from './providers.ts';
import { portLength, type Session, type TensorMap } from './session.ts';

/** Why a model runs where it runs. */
export interface ModelReport {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
  /** The provider really used now. */
  readonly provider: ProviderId;
  /** One sentence. */
  readonly reason: string;
}

/** Starts another session when the one in use fails. */
export type SessionOpener = (provider: ProviderId) => Promise<Session>;

/**
 * A network that can be run. Owned by its Inference, which disposes it. `run` may be called again before an earlier
 * call is done; calls are then worked off one after another.
 */
export class Model {
  readonly manifest: PackManifest;
  readonly #open: SessionOpener;
  #session: Session;
  #reason: string;
  #recovery: Promise<void> | null = null;

  constructor(manifest: PackManifest, session: Session, reason: string, open: SessionOpener) {
    this.manifest = manifest;
    this.#session = session;
    this.#reason = reason;
    this.#open = open;
  }

  /** Id of the pack. */
  get id(): string {
    return this.manifest.id;
  }

  /** Input ports with names, shapes, layout and value range. */
  get inputs(): readonly PackPort[] {
    return this.manifest.inputs;
  }

  /** Output ports. */
  get outputs(): readonly PackPort[] {
    return this.manifest.outputs;
  }

  /** Landmark numbers that outputs refer to, e.g. `lips` of the attention mesh. */
  get indices(): Readonly<Record<string, readonly number[]>> {
    return this.manifest.indices;
  }

  /** The provider really used; after a failure at run time it is the processor. */
  get provider(): ProviderId {
    return this.#session.provider;
  }

  /** What is used and why. */
  report(): ModelReport {
    const { id, version, entry, files } = this.manifest;
    const sha256 = files.find((file) => file.name === entry)!.sha256;
    return { id, version, sha256, provider: this.provider, reason: this.#reason };
  }

  /** A zeroed array per input, to be filled and reused from run to run. */
  allocateInputs(): Record<string, Float32Array> {
    return Object.fromEntries(this.inputs.map((port) => [port.name, new Float32Array(portLength(port))]));
  }

  /** An array per output, to be handed to {@link run} again and again. */
  allocateOutputs(): Record<string, Float32Array> {
    return Object.fromEntries(this.outputs.map((port) => [port.name, new Float32Array(portLength(port))]));
  }

  #check(ports: readonly PackPort[], tensors: TensorMap): void {
    for (const port of ports) {
      const length = tensors[port.name]?.length;
      if (length !== portLength(port))
        throw new RetakeError(
          'invalid-argument',
          `Model "${this.id}" wants ${portLength(port)} values for "${port.name}" and got ${length ?? 'none'}.`,
          { model: this.id, port: port.name },
        );
    }
  }

  /**
   * Runs the network. Results are written into `outputs` (all of them must be given), or into new arrays. When an
   * accelerator fails the processor takes over for good, and the report says so; `inference-failed` is thrown only
   * when that fails as well.
   */
  async run<T extends TensorMap = Record<string, Float32Array>>(inputs: TensorMap, outputs?: T): Promise<T> {
    this.#check(this.inputs, inputs);
    if (outputs !== undefined) this.#check(this.outputs, outputs);
    const results = outputs ?? (this.allocateOutputs() as TensorMap as T);
    const session = this.#session;
    try {
      await session.run(inputs, results);
    } catch (error) {
      await this.#recover(session, error);
      await this.#session.run(inputs, results).catch((again: unknown) => this.#fail(again));
    }
    return results;
  }

  #fail(error: unknown): never {
    const text = error instanceof Error ? error.message : String(error);
    const message = `Model "${this.id}" could not be run: ${text}`;
    throw new RetakeError('inference-failed', message, { model: this.id, provider: this.provider }, error);
  }

  /** Moves to the processor once, however many runs were under way. */
  async #recover(failed: Session, error: unknown): Promise<void> {
    if (this.#session !== failed) return;
    if (failed.provider === 'cpu') this.#fail(error);
    this.#recovery ??= this.#moveToProcessor(failed, error);
    await this.#recovery;
  }

  async #moveToProcessor(failed: Session, error: unknown): Promise<void> {
    const text = error instanceof Error ? error.message : String(error);
    this.#session = await this.#open('cpu').catch((again: unknown) => this.#fail(again));
    this.#reason = `${failed.provider} failed at run time (${text}); the processor took over`;
    // A provider in trouble may fail to let go of its session too; that must not end the run.
    await Promise.allSettled([failed[Symbol.asyncDispose]()]);
  }

  /** Frees the native session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }
}
