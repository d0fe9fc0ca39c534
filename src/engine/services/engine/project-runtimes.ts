import { CacheFolder } from '../../store/index.ts';
import type { CaptureFunction } from '../evaluator/capture-media.ts';
import { Evaluator } from '../evaluator/evaluator.ts';
import { StorePerformances } from '../evaluator/performances.ts';
import { Proxies } from '../evaluator/proxies.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import { type PreviewImages, previewImages } from './preview-images.ts';

/** Finished frames that are kept in memory for each open project: some 50 of 1080p, as an open film takes the most of it. */
const CACHE_BYTES = 160 * 2 ** 20;

/** Previews that are kept for each open project: at 720p more than a minute. */
const PREVIEW_BYTES = 64 * 2 ** 20;

/** What an open project needs to be looked at: its performances and the evaluator of its frames. */
export interface ProjectRuntime extends AsyncDisposable {
  readonly performances: StorePerformances;
  readonly evaluator: Evaluator;
  readonly proxies: Proxies;
  readonly previews: PreviewImages;
}

function openRuntime(sessions: ProjectSessions, handle: string, capture: CaptureFunction): ProjectRuntime {
  const performances = new StorePerformances(sessions.store(handle), capture);
  const proxies = new Proxies(CacheFolder.besideProject(sessions.store(handle).path));
  const evaluator = new Evaluator({
    performances,
    cacheBytes: CACHE_BYTES,
    proxy: (media, factor) => proxies.path(media, factor),
  });
  return {
    performances,
    evaluator,
    proxies,
    previews: previewImages(PREVIEW_BYTES),
    async [Symbol.asyncDispose]() {
      await evaluator[Symbol.asyncDispose]();
      await performances[Symbol.asyncDispose]();
    },
  };
}

/** Runtimes of the open projects, made when first needed and given up when the project is closed. */
export class ProjectRuntimes implements AsyncDisposable {
  readonly #sessions: ProjectSessions;
  readonly #runtimes = new Map<string, ProjectRuntime>();
  readonly #closing = new Set<Promise<void>>();

  readonly #capture: CaptureFunction;

  constructor(sessions: ProjectSessions, capture: CaptureFunction) {
    [this.#sessions, this.#capture] = [sessions, capture];
  }

  /** The runtime of an open project. Throws `not-found`. */
  get(handle: string): ProjectRuntime {
    this.#sessions.store(handle);
    const known = this.#runtimes.get(handle);
    if (known) return known;
    const runtime = openRuntime(this.#sessions, handle, this.#capture);
    this.#runtimes.set(handle, runtime);
    return runtime;
  }

  /** Execution providers that models really run on; null before any was used. */
  get provider(): string | null {
    const used = [...this.#runtimes.values()].map(({ performances }) => performances.provider);
    return used.find((provider) => provider !== null && provider !== 'none') ?? null;
  }

  /** Gives up what belongs to projects that are not open any more. */
  tidy(): void {
    const open = new Set(this.#sessions.opened().map(({ handle }) => handle));
    for (const [handle, runtime] of this.#runtimes) {
      if (open.has(handle)) continue;
      this.#runtimes.delete(handle);
      const closing: Promise<void> = Promise.resolve(runtime[Symbol.asyncDispose]()).finally(() =>
        this.#closing.delete(closing),
      );
      this.#closing.add(closing);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#runtimes.values()].map((runtime) => runtime[Symbol.asyncDispose]()));
    await Promise.all(this.#closing);
  }
}
