import type { MediaItem } from '../../../core/document/schema.ts';
import { RetakeError } from '../../../core/errors.ts';
import { loadFaceModel } from '../../capture/face-model/index.ts';
import { ComposePool } from '../../compositing/compose-pool.ts';
import { MediaView } from './media-view.ts';

/** Which files are opened, and how many at a time. */
export interface OpenViewsOptions {
  /** Files open at a time. */
  readonly openFiles?: number;
  /** Threads that compose frames of all files; 0 composes on the calling thread. */
  readonly threads?: number;
  /** Path of a proxy of a media item at 1 / `factor` of its size, where there is one. */
  readonly proxy?: (media: MediaItem, factor: number) => string | undefined;
}

/** The media that frames were read from last, open. */
export class OpenViews implements AsyncDisposable {
  readonly #options: OpenViewsOptions;
  readonly #model = loadFaceModel();
  #pool: Promise<ComposePool> | undefined;
  readonly #views = new Map<string, Promise<MediaView>>();
  /** How many frames use a view now; a file in use is not closed. */
  readonly #users = new Map<string, number>();

  constructor(options: OpenViewsOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` on a media item open at about 1 / `factor` of its size; the file stays open at least as long. Throws
   * `not-found` where the item has no file, or it is gone.
   */
  async use<T>(media: MediaItem, factor: number, work: (view: MediaView) => Promise<T> | T): Promise<T> {
    const path = this.#pathOf(media, factor);
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    try {
      return await work(await this.#view(media, path));
    } finally {
      this.#users.set(path, this.#users.get(path)! - 1);
    }
  }

  #pathOf(media: MediaItem, factor: number): string {
    if (media.kind !== 'file' || media.path === null)
      throw new RetakeError('not-found', `${media.name} has no file. Relink it.`, { media: media.id });
    return (factor > 1 ? this.#options.proxy?.(media, factor) : undefined) ?? media.path;
  }

  /** The file open; the one used longest ago is closed for it. */
  async #view(media: MediaItem, path: string): Promise<MediaView> {
    const known = this.#views.get(path);
    if (known) {
      this.#views.delete(path);
      this.#views.set(path, known);
      return await known;
    }
    const { threads } = this.#options;
    const opening = MediaView.open(media, path, { model: this.#model, pool: () => this.#composing(), threads });
    this.#views.set(path, opening);
    opening.catch(() => this.#views.delete(path));
    const limit = this.#options.openFiles ?? 4;
    for (const oldest of [...this.#views.keys()]) {
      if (this.#views.size <= limit) break;
      if (oldest === path || (this.#users.get(oldest) ?? 0) > 0) continue;
      const old = this.#views.get(oldest)!;
      this.#views.delete(oldest);
      await old.then((view) => view[Symbol.asyncDispose]()).catch(() => undefined);
    }
    return await opening;
  }

  /** The composing threads, started when the first face is to be changed. */
  #composing(): Promise<ComposePool> {
    this.#pool ??= this.#model.then((model) => new ComposePool(model, this.#options.threads));
    return this.#pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const view of this.#views.values())
      await view.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
    this.#views.clear();
    await (await this.#pool)?.[Symbol.asyncDispose]();
  }
}
