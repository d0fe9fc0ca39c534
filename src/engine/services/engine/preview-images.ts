import { LRUCache } from 'lru-cache';
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
export type PreviewImages = LRUCache<string, PreviewImage>;

/** Room for previews of so many bytes. */
export function previewImages(budgetBytes: number): PreviewImages {
  return new LRUCache({ maxSize: budgetBytes, sizeCalculation: ({ image }) => image.bytes.byteLength });
}

/** Bytes of a preview; 0 where there is none. Does not count as use. */
export function bytesOf(previews: PreviewImages, name: string | undefined): number {
  return name === undefined ? 0 : (previews.peek(name)?.image.bytes.byteLength ?? 0);
}
