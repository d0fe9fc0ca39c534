import type { BundleItem, BundleMedia } from '../../core/document/bundle.ts';
import { normaliseLane } from '../../core/document/lane-normal.ts';
import type { Item } from '../../core/document/schema.ts';
import type { Rational } from '../../core/rational.ts';

/**
 * What would be left of a bundle's items on a track of a project, by their places in `items`: gaps merged, transitions
 * shortened to the media there is or gone.
 */
export function normalIndices(
  items: readonly BundleItem[],
  media: readonly BundleMedia[],
  rate: Rational,
): Map<number, Item> {
  const numbered = items.map((item, index): Item => {
    const base = { ...item, id: String(index), track: '' };
    return base.type === 'clip' ? { ...base, media: String(base.media), link: null, effects: [], markers: [] } : base;
  });
  const sources = media.map((one, index) => ({ ...one, id: String(index), markers: [] }));
  const normal = normaliseLane(numbered, (id) => sources[Number(id)]!, rate);
  return new Map(normal.map((item) => [Number(item.id), item]));
}
