import type { PreviewAim } from '../../contract/preview.ts';
import type { Sequence } from '../../core/document/schema.ts';

/** Sequences of fewer pixels are looked at whole; half of them would look soft and cost hardly less. */
const LARGE = 1280 * 720;
/** Pictures wider than this are not asked for while it plays. */
const WIDEST = 960;

/** Whether half of a sequence's size is enough while the playhead moves. */
export const isLarge = ({ width, height }: Pick<Sequence, 'width' | 'height'>): boolean => width * height >= LARGE;

/** In what quality and width frames are played, and rendered ahead; `seen` is how wide they are on the screen. */
export function previewKind(
  sequence: Pick<Sequence, 'width' | 'height'>,
  seen: number,
): { readonly quality: PreviewAim['quality']; readonly width: number } {
  return { quality: isLarge(sequence) ? 'half' : 'full', width: Math.max(64, Math.min(WIDEST, seen)) };
}
