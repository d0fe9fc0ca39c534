import type { Picture } from '../../../core/picture.ts';

/** A picture that is kept, with what is to be known of it. */
export interface KeptPicture<N> {
  readonly picture: Picture;
  readonly note: N;
}

const bytesOf = (picture: Picture): number => picture.planes.reduce((sum, plane) => sum + plane.byteLength, 0);

/** Pictures by name, those used longest ago given up when their bytes pass the budget. */
export class PictureCache<N> {
  readonly #budget: number;
  readonly #kept = new Map<string, KeptPicture<N>>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): KeptPicture<N> | undefined {
    const found = this.#kept.get(key);
    if (found) {
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found;
  }

  put(key: string, kept: KeptPicture<N>): void {
    const size = bytesOf(kept.picture);
    if (size > this.#budget) return;
    this.delete(key);
    this.#kept.set(key, kept);
    this.#bytes += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#budget) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const old = this.#kept.get(key);
    if (!old) return;
    this.#kept.delete(key);
    this.#bytes -= bytesOf(old.picture);
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
