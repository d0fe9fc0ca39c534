import type { RegionName } from './regions.ts';

/** Displacement in centimetres of the canonical face: x towards the actor's left, y up, z towards the viewer. */
export type Offset = readonly [number, number, number];

/** Displacements along a lip half: halfway between corner and middle (column 3), and in the middle. */
export type LipLine = readonly [mid: Offset, centre: Offset];

/** How the lips of one half move. Everything between the named places is interpolated smoothly. */
export interface LipMotion {
  readonly corner: Offset;
  /** Lips stay together: one line for both where they meet. Give this or `upperInner` and `lowerInner`. */
  readonly seam?: LipLine;
  readonly upperInner?: LipLine;
  readonly lowerInner?: LipLine;
  /** Outer edge of the vermilion; the line where the lips meet when left out. */
  readonly upperOuter?: LipLine;
  readonly lowerOuter?: LipLine;
}

/** How the lids of an eye move, in shares of the eye's opening; + closes. */
export interface LidMotion {
  /** Share of the opening that the upper rim travels down. */
  readonly upper: number;
  /** Share of the opening that the lower rim travels up. */
  readonly lower: number;
  /** Centimetres both rims shift sideways (towards the nose +) where the cornea bulges under them. */
  readonly sideways?: number;
  /** Centimetres both rims move forward in the middle of the eye, over the cornea. */
  readonly bulge?: number;
}

/** Rigid motion of the lower jaw about the condyles. */
export interface JawMotion {
  readonly openDegrees?: number;
  readonly yawDegrees?: number;
  readonly slide: Offset;
}

/** Vertices of the right half (or the middle) with their displacement. */
export type SkinMotion = Readonly<Record<number, Offset>>;

/**
 * One authored expression. `paired` recipes describe both sides at once and are cut in a left and a right shape by a
 * soft mask across the middle, so the two always add up to the authored whole. `whole` recipes are one shape.
 * `sided` recipes are authored towards the actor's right and mirrored for the left.
 */
export interface ShapeRecipe {
  readonly name: string;
  readonly kind: 'paired' | 'whole' | 'sided';
  /** Which proportions of an actor scale it. */
  readonly units: 'mouth' | 'eyes' | 'brows';
  /** Where the skin may follow; everything else stays exactly still. */
  readonly free: readonly RegionName[];
  /** Vertices inside `free` that stay still. */
  readonly hold?: readonly number[];
  readonly skin?: SkinMotion;
  readonly lips?: LipMotion;
  readonly lids?: LidMotion;
  readonly jaw?: JawMotion;
  /** `sided` only: motion of the left half, written with the right half's vertices and mirrored. */
  readonly otherSkin?: SkinMotion;
  readonly otherLips?: LipMotion;
  /** Half width in cm of the soft cut of a `paired` recipe. */
  readonly cut?: number;
}
