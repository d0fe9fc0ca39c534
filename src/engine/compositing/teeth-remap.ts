/** Softness of the edges of the gap between rows of teeth, as a share of the new opening. */
const SOFT = 0.11;

/** A row of teeth is lengthened by at most this share of what the frame shows of it: more would be one long tooth. */
const MAX_GROWTH = 0.5;
/** And shortened by at most this share, where a lip sinks over it. */
const MAX_LOSS = 0.5;

/** Where the rows of teeth of an opening lie and how they grow when it changes. */
export interface TeethRows {
  /** 0..1 in the old opening: the line between upper and lower teeth. */
  readonly split: number;
  /** New size of the upper and the lower row over the old one: a lip that leaves its teeth bares more of them. */
  readonly upperGain: number;
  readonly lowerGain: number;
}

/**
 * How much more of each row a changed mouth shows: teeth stand still on skull and jaw, lips slide over them.
 *
 * @param split see {@link TeethRows}
 * @param gapPx height of the old opening
 * @param raisedPx how far the upper lip went up on the skull
 * @param loweredPx how far the lower lip went down on the jaw
 */
export function bareTeeth(split: number, gapPx: number, raisedPx: number, loweredPx: number): TeethRows {
  const gain = (px: number, row: number): number =>
    1 + Math.max(-MAX_LOSS, Math.min(MAX_GROWTH, px / Math.max(1, row)));
  return { split, upperGain: gain(raisedPx, split * gapPx), lowerGain: gain(loweredPx, (1 - split) * gapPx) };
}

/** Ends of the upper and start of the lower row in the new opening, 0..1; rows never grow into each other. */
function rowEdges(stretch: number, { split, upperGain, lowerGain }: TeethRows): readonly [number, number] {
  const upper = split / stretch;
  const lower = (1 - split) / stretch;
  const growth = upper * (upperGain - 1) + lower * (lowerGain - 1);
  const room = 1 - upper - lower;
  const share = growth > room ? room / growth : 1;
  return [upper * (1 + share * (upperGain - 1)), 1 - lower * (1 + share * (lowerGain - 1))];
}

/**
 * Where in a mouth opening of height 1 the picture comes from when the opening is made `stretch` times as high: what
 * is above the split hangs on the skull, what is below moves with the jaw, both keep their size but for what a lip bares,
 * and a gap opens between them (see openingDepth). A lower opening is squeezed evenly.
 *
 * @param t 0 at the upper lip to 1 at the lower, in the new opening
 * @param stretch new height over old, > 0
 * @returns 0..1 in the old opening
 */
export function remapOpening(t: number, stretch: number, rows: TeethRows): number {
  if (stretch <= 1) return t;
  const { split } = rows;
  const [upper, lower] = rowEdges(stretch, rows);
  if (t <= upper && upper > 0) return (t * split) / upper;
  if (t >= lower && lower < 1) return 1 - ((1 - t) * (1 - split)) / (1 - lower);
  return split;
}

/** How surely a point of the new opening lies in the gap at the split, 0..1: soft at both rows, full between. */
export function openingDepth(t: number, stretch: number, rows: TeethRows): number {
  if (stretch <= 1) return 0;
  const [upper, lower] = rowEdges(stretch, rows);
  // A gap thinner than its own edges comes up gradually instead of as a line.
  const edge = Math.min(SOFT, (lower - upper) / 2);
  const inside = Math.min(t - upper, lower - t) + edge / 2;
  if (inside <= 0 || edge <= 0) return 0;
  const rise = Math.min(1, inside / edge);
  return rise * rise * (3 - 2 * rise) * Math.min(1, (lower - upper) / (2 * SOFT));
}

/** Where a point of the new opening lies in the gap between the rows, 0 at the upper row to 1 at the lower, and its height. */
export function placeInGap(
  t: number,
  stretch: number,
  rows: TeethRows,
): { readonly place: number; readonly height: number } {
  if (stretch <= 1) return { place: 0, height: 0 };
  const [upper, lower] = rowEdges(stretch, rows);
  const height = Math.max(0, lower - upper);
  return { place: Math.max(0, Math.min(1, (t - upper) / Math.max(1e-6, height))), height };
}
