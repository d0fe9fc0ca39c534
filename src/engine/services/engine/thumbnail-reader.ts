import { setTimeout as sleep } from 'node:timers/promises';
import { openVideo, type VideoFrame, type VideoSource } from '../../media/index.ts';

/** How long a file stays open after its last wish: a strip of thumbnails asks for one after the other. */
const IDLE_MS = 2000;
/** How often it is looked whether something more urgent is done. */
const LOOK_MS = 20;
/** How long a thumbnail waits for what is more urgent: in a film that is scrubbed without rest they come, too. */
const PATIENCE_MS = 3000;

interface Wish {
  readonly path: string;
  readonly frame: number;
  readonly met: (frame: VideoFrame) => void;
  readonly refused: (thrown: unknown) => void;
}

/** The wish to meet next: of the open file (else of the file asked for first) the next frame on, else its first. */
export function nextWish<W extends Pick<Wish, 'path' | 'frame'>>(
  wishes: readonly W[],
  path: string | undefined,
  position: number,
): W | undefined {
  const known = wishes.some((wish) => wish.path === path);
  const from = known ? position : 0;
  const file = known ? path : wishes[0]?.path;
  const order = ({ frame }: W): number => (frame >= from ? frame - from : Number.MAX_SAFE_INTEGER - from + frame);
  return wishes
    .filter((wish) => wish.path === file)
    .reduce<W | undefined>((best, wish) => (best && order(best) <= order(wish) ? best : wish), undefined);
}

/**
 * Reads frames for thumbnails, one at a time over all files and in order within a file: a film with one key frame is
 * decoded once for all its thumbnails rather than from its start for each. What somebody waits for comes first.
 */
export class ThumbnailReader implements AsyncDisposable {
  readonly #urgent: () => boolean;
  readonly #wishes: Wish[] = [];
  #running: Promise<void> | undefined;
  #source: VideoSource | undefined;
  #path: string | undefined;
  #position = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `urgent`: whether somebody waits for a frame. */
  constructor(urgent: () => boolean) {
    this.#urgent = urgent;
  }

  /** A frame of a file, held within it. Release it. Throws what opening and decoding throw. */
  read(path: string, frame: number): Promise<VideoFrame> {
    const result = new Promise<VideoFrame>((met, refused) => {
      this.#wishes.push({ path, frame, met, refused });
    });
    this.#running ??= this.#run();
    return result;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#idle);
    for (;;) {
      const began = performance.now();
      while (this.#urgent() && performance.now() - began < PATIENCE_MS) await sleep(LOOK_MS);
      const wish = nextWish(this.#wishes, this.#path, this.#position);
      if (!wish) break;
      this.#wishes.splice(this.#wishes.indexOf(wish), 1);
      await this.#open(wish.path)
        .then((source) => source.frameAt(Math.min(wish.frame, source.frameCount - 1)))
        .then(wish.met, wish.refused);
      this.#position = wish.frame + 1;
    }
    // In one go with the last look for wishes: one that comes from here on starts anew.
    this.#running = undefined;
    this.#idle = setTimeout(() => void this.#close(), IDLE_MS).unref();
  }

  async #open(path: string): Promise<VideoSource> {
    if (this.#path === path && this.#source) return this.#source;
    await this.#close();
    this.#source = await openVideo(path);
    [this.#path, this.#position] = [path, 0];
    return this.#source;
  }

  async #close(): Promise<void> {
    const source = this.#source;
    [this.#source, this.#path] = [undefined, undefined];
    await source?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#running) await this.#running;
    clearTimeout(this.#idle);
    await this.#close();
  }
}
