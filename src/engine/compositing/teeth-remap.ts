/** Share of the opening's height, from the top, that hangs on the skull: upper teeth keep their size. */
const UPPER_RIGID = 0.46;
/** Share from the bottom that moves with the jaw: lower teeth keep their size. */
const LOWER_RIGID = 0.34;

/**
 * Where in a mouth opening of height 1 the picture comes from when the opening is made `stretch` times as high:
 * teeth neither grow nor shrink, what lies between the rows takes the change; a lower opening covers the rows from
 * the middle.
 *
 * @param t 0 at the upper lip to 1 at the lower, in the new opening
 * @param stretch new height over old, > 0
 * @returns 0..1 in the old opening
 */
export function remapOpening(t: number, stretch: number): number {
  const both = UPPER_RIGID + LOWER_RIGID;
  const upper = Math.min(UPPER_RIGID / stretch, UPPER_RIGID / both);
  const lower = Math.min(LOWER_RIGID / stretch, LOWER_RIGID / both);
  if (t <= upper) return t * stretch;
  if (t >= 1 - lower) return 1 - (1 - t) * stretch;
  const from = upper * stretch;
  const to = 1 - lower * stretch;
  return from + ((to - from) * (t - upper)) / (1 - lower - upper);
}

/**
 * How deep in the dark a point of the new opening lies, 0..1: between the rows of teeth, the more the opening was
 * stretched.
 */
export function openingDepth(t: number, stretch: number): number {
  if (stretch <= 1) return 0;
  const upper = Math.min(UPPER_RIGID / stretch, 0.5);
  const lower = Math.min(LOWER_RIGID / stretch, 0.5);
  const middle = (t - upper) / Math.max(1e-6, 1 - upper - lower);
  if (middle <= 0 || middle >= 1) return 0;
  // Soft at both rows, flat in between; shallow stretches show hardly any depth.
  const rise = Math.min(1, Math.min(middle, 1 - middle) * 4);
  const amount = Math.min(1, (stretch - 1) / 1.2);
  return amount * rise * rise * (3 - 2 * rise);
}
