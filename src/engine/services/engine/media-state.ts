import { statSync } from 'node:fs';
import type { MediaSource } from '../../../contract/media.ts';
import type { MediaItem, Project } from '../../../core/document/schema.ts';
import { fingerprintMedia } from '../../media/index.ts';
import type { SourceRegistry } from './source-registry.ts';

/** Whether media files are there and still those that were imported. Hashing goes on in the background. */
export class MediaStates {
  readonly #registry: SourceRegistry;
  /** Fingerprint by path, size and time of change. */
  readonly #known = new Map<string, string>();
  readonly #asked = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(registry: SourceRegistry) {
    this.#registry = registry;
  }

  /** The media items of a project. A file counts as unchanged until its hash says otherwise. */
  list(project: Project): MediaSource[] {
    return Object.values(project.media).map((media) => this.#state(media));
  }

  #state({ id, kind, path, fingerprint }: MediaItem): MediaSource {
    const found = kind === 'file' && path !== null ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (!found || path === null) return { media: id, source: null, state: 'missing', path, bytes: 0 };
    const key = `${path} ${found.size} ${found.mtimeMs}`;
    const known = this.#known.get(key);
    if (known === undefined && fingerprint !== null) this.#ask(key, path);
    const changed = known !== undefined && fingerprint !== null && known !== fingerprint;
    const source = this.#registry.offer(path);
    return { media: id, source, state: changed ? 'changed' : 'online', path, bytes: found.size };
  }

  #ask(key: string, path: string): void {
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#turn = this.#turn.then(async () => {
      const fingerprint = await fingerprintMedia(path).catch(() => undefined); // gone again: the next look says so
      if (fingerprint !== undefined) this.#known.set(key, fingerprint);
    });
  }

  /** Resolves when everything that was listed so far has been hashed. */
  async settled(): Promise<void> {
    await this.#turn;
  }
}
