interface Waiting {
  readonly source: string;
  readonly frame: number;
  readonly path: string;
}

/** Thumbnails for clips on the timeline: asked for when they are looked at, kept while there is room. */
export class ThumbnailCache {
  readonly #kept = new Map<string, HTMLImageElement | null>();
  readonly #waiting: Waiting[] = [];
  #loading = 0;
  readonly #onLoaded: () => void;

  constructor(onLoaded: () => void) {
    this.#onLoaded = onLoaded;
  }

  /** The picture of a frame if it is there; else it is fetched and `onLoaded` called. */
  get(source: string, frame: number): HTMLImageElement | undefined {
    const path = `/media/${source}/thumbnail?frame=${frame}&width=128`;
    const known = this.#kept.get(path);
    if (known !== undefined) {
      this.#kept.delete(path);
      this.#kept.set(path, known);
      return known ?? undefined;
    }
    this.#kept.set(path, null);
    this.#waiting.push({ source, frame, path });
    // What was scrolled past long ago is not wanted any more.
    while (this.#waiting.length > MOST_WAITING) this.#kept.delete(this.#waiting.shift()!.path);
    this.#next();
    return undefined;
  }

  /** Of the media that was looked at last the first frame: a film is decoded forwards. */
  #take(): Waiting {
    const { source } = this.#waiting.at(-1)!;
    const next = this.#waiting
      .filter((one) => one.source === source)
      .reduce((first, one) => (one.frame < first.frame ? one : first));
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    return next;
  }

  #next(): void {
    while (this.#loading < AT_ONCE && this.#waiting.length > 0) {
      const { path } = this.#take();
      this.#loading += 1;
      const image = new Image();
      const end = (): void => {
        this.#loading -= 1;
        this.#next();
      };
      image.addEventListener('load', () => {
        this.#kept.set(path, image);
        if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
        end();
        this.#onLoaded();
      });
      image.addEventListener('error', () => {
        this.#kept.delete(path); // asked for again when it is looked at again
        end();
      });
      image.src = path;
    }
  }
}

const AT_ONCE = 2;
const MOST_WAITING = 60;
const KEPT = 400;

/** Frames between thumbnails: a power of two, so that zooming finds most of them again. */
export function thumbnailStep(framesWide: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, framesWide))));
}
