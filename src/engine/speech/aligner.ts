import { Worker } from 'node:worker_threads';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Alignment, AlignReply, AlignRequest, Pronunciation, Recogniser, Recognition } from './align-protocol.ts';

/** Acoustic models by language. */
const MODELS: Readonly<Record<string, string>> = { en: 'en-us', fr: 'fr-fr' };

/** Whether transcripts in a language can be laid over sound. */
export function canAlign(language: string): boolean {
  return Object.hasOwn(MODELS, language);
}

/** Lays words over sound, in a thread of its own. Dispose it with `await using`. */
export class Aligner implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #pending: { resolve: (reply: AlignReply) => void; reject: (error: Error) => void }[] = [];
  #ended: Error | null = null;

  private constructor() {
    this.#worker = new Worker(new URL('./align-worker.ts', import.meta.url));
    this.#worker.on('message', (reply: AlignReply) => this.#pending.shift()?.resolve(reply));
    this.#worker.on('error', (error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#end(new Error(`the alignment thread ended (${code})`)));
  }

  /** Starts the thread and loads the model of a language for which {@link canAlign} holds. */
  static async open(language: string): Promise<Aligner> {
    const aligner = new Aligner();
    try {
      await aligner.#request({ kind: 'open', model: MODELS[language]! });
    } catch (error) {
      await aligner[Symbol.asyncDispose]();
      throw error;
    }
    return aligner;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended);
  }

  async #request<Kind extends AlignReply['kind']>(message: AlignRequest): Promise<AlignReply & { kind: Kind }> {
    const reply = await new Promise<AlignReply>((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      this.#pending.push({ resolve, reject });
      this.#worker.postMessage(message);
    }).catch((error: unknown): AlignReply => ({ kind: 'failed', error: (error as Error).message }));
    if (reply.kind === 'failed')
      throw new RetakeError('inference-failed', `Words cannot be laid over the sound: ${reply.error}. Try again.`);
    return reply as AlignReply & { kind: Kind };
  }

  /** How words are spoken; words that no dictionary has are guessed in English. */
  async pronounce(words: readonly string[]): Promise<readonly Pronunciation[]> {
    return (await this.#request<'pronounced'>({ kind: 'pronounce', words })).pronunciations;
  }

  /** Where the sounds of `words` are in `samples`, which hold nothing else; null where they do not fit. */
  async align(samples: Float32Array, words: readonly string[], signal?: AbortSignal): Promise<Alignment> {
    throwIfCancelled(signal);
    return (await this.#request<'aligned'>({ kind: 'align', samples, words })).alignment;
  }

  /** Gives what hears words in {@link recognise}. */
  async expect(recogniser: Recogniser): Promise<void> {
    await this.#request<'expecting'>({ kind: 'expect', recogniser });
  }

  /** The likeliest words in `samples` as sounds in their places; none where no way through them was found. */
  async recognise(samples: Float32Array, signal?: AbortSignal): Promise<Recognition> {
    throwIfCancelled(signal);
    return (await this.#request<'recognised'>({ kind: 'recognise', samples })).recognition;
  }

  /** Ends the thread, also in the middle of a call: it holds nothing but memory. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= new Error('the aligner was closed');
    await this.#worker.terminate();
  }
}
