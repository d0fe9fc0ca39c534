/** Softness of the edges of the gap between rows of teeth, as a share of the new opening. */
const SOFT = 0.11;

/**
 * Where in a mouth opening of height 1 the picture comes from when the opening is made `stretch` times as high: what
 * is above `split` hangs on the skull, what is below moves with the jaw, both keep their size, and a gap opens between
 * them (see openingDepth). A lower opening is squeezed evenly.
 *
 * @param t 0 at the upper lip to 1 at the lower, in the new opening
 * @param stretch new height over old, > 0
 * @param split 0..1 in the old opening: the line between upper and lower teeth
 * @returns 0..1 in the old opening
 */
export function remapOpening(t: number, stretch: number, split: number): number {
  if (stretch <= 1) return t;
  const upper = split / stretch;
  const lower = (1 - split) / stretch;
  if (t <= upper) return t * stretch;
  if (t >= 1 - lower) return 1 - (1 - t) * stretch;
  return split;
}

/** How surely a point of the new opening lies in the gap at `split`, 0..1: soft at both rows, full between. */
export function openingDepth(t: number, stretch: number, split: number): number {
  if (stretch <= 1) return 0;
  const upper = split / stretch;
  const lower = 1 - (1 - split) / stretch;
  // A gap thinner than its own edges comes up gradually instead of as a line.
  const edge = Math.min(SOFT, (lower - upper) / 2);
  const inside = Math.min(t - upper, lower - t) + edge / 2;
  if (inside <= 0 || edge <= 0) return 0;
  const rise = Math.min(1, inside / edge);
  return rise * rise * (3 - 2 * rise) * Math.min(1, (lower - upper) / (2 * SOFT));
}
