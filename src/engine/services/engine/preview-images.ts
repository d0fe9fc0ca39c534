import type { EvaluatedPicture } from '../evaluator/evaluator.ts';
import type { ScreenImage } from './picture-images.ts';

/** A preview of a frame as it goes to a screen, with what is to be known of it. */
export interface PreviewImage {
  readonly image: ScreenImage;
  readonly notes: Pick<EvaluatedPicture, 'layers' | 'touched'>;
}

/** The name of a preview: of the picture, and the width in which it was asked for. */
export const previewName = (picture: string, width: number | undefined): string => `${picture} ${width ?? 'whole'}`;

/**
 * Previews by {@link previewName}, encoded: a tenth of their samples, so that minutes fit, and played without being made or
 * encoded again. Those used longest ago are given up when their bytes pass the budget.
 */
export class PreviewImages {
  readonly budget: number;
  readonly #kept = new Map<string, PreviewImage>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.budget = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of a preview; 0 where there is none. Does not count as use. */
  bytesOf(name: string): number {
    return this.#kept.get(name)?.image.bytes.byteLength ?? 0;
  }

  get(name: string): PreviewImage | undefined {
    const found = this.#kept.get(name);
    if (found) {
      this.#kept.delete(name);
      this.#kept.set(name, found);
    }
    return found;
  }

  put(name: string, preview: PreviewImage): void {
    this.#delete(name);
    this.#kept.set(name, preview);
    this.#bytes += preview.image.bytes.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.budget) break;
      this.#delete(oldest);
    }
  }

  #delete(name: string): void {
    this.#bytes -= this.bytesOf(name);
    this.#kept.delete(name);
  }
}
