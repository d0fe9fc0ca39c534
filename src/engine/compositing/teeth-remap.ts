/** Where an opening is cut, from its top: what is above hangs on the skull, what is below moves with the jaw. */
const CUT = 0.55;
/** Softness of the edges of the gap between the two, as a share of the new opening. */
const SOFT = 0.07;

/**
 * Where in a mouth opening of height 1 the picture comes from when the opening is made `stretch` times as high: both
 * rows of teeth keep their size, and a gap opens between them (see openingDepth). A lower opening is squeezed evenly.
 *
 * @param t 0 at the upper lip to 1 at the lower, in the new opening
 * @param stretch new height over old, > 0
 * @returns 0..1 in the old opening
 */
export function remapOpening(t: number, stretch: number): number {
  if (stretch <= 1) return t;
  const upper = CUT / stretch;
  const lower = (1 - CUT) / stretch;
  if (t <= upper) return t * stretch;
  if (t >= 1 - lower) return 1 - (1 - t) * stretch;
  return CUT;
}

/** How surely a point of the new opening lies in the gap between the rows, 0..1: soft at both rows, full between. */
export function openingDepth(t: number, stretch: number): number {
  if (stretch <= 1) return 0;
  const upper = CUT / stretch;
  const lower = 1 - (1 - CUT) / stretch;
  // A gap thinner than its own edges comes up gradually instead of as a line.
  const edge = Math.min(SOFT, (lower - upper) / 2);
  const inside = Math.min(t - upper, lower - t) + edge / 2;
  if (inside <= 0 || edge <= 0) return 0;
  const rise = Math.min(1, inside / edge);
  return rise * rise * (3 - 2 * rise) * Math.min(1, (lower - upper) / (2 * SOFT));
}
