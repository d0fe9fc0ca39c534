import { allocatePicture, type Picture } from './picture.ts';

/**
 * A dissolve: `share` 0..1 of `above` over `below`, sample by sample, rounded to nearest. Both pictures are of one size
 * and layout. A new picture is made.
 */
export function mixPictures(below: Picture, above: Picture, share: number): Picture {
  const out = allocatePicture(below.width, below.height, below.layout, below.colour, true);
  out.planes.forEach((plane, p) => {
    const [a, b] = [below.planes[p]!, above.planes[p]!];
    for (let i = 0; i < plane.length; i++) plane[i] = a[i]! + share * (b[i]! - a[i]!) + 0.5;
  });
  return out;
}
