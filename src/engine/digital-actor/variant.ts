import type { HeadProportions } from './head-shape.ts';

/** A colour in linear light, about 0..1. */
export type Rgb = readonly [number, number, number];

/** A soft pull on the neutral face: vertices near `at` move by `by`, Gaussian with standard deviation `radius`. */
export interface SculptPull {
  /** Canonical vertex in the middle of the pull; its mirror image is pulled too when `mirrored`. */
  readonly at: number;
  readonly mirrored: boolean;
  /** Centimetres. */
  readonly radius: number;
  /** Centimetres in face space. */
  readonly by: readonly [number, number, number];
}

/** How the skin looks. */
export interface SkinLook {
  readonly base: Rgb;
  /** Colour that blood adds to cheeks, nose, ears. */
  readonly flush: Rgb;
  readonly lips: Rgb;
  readonly freckles: number;
  /** 0..1 darkness of a shaved beard. */
  readonly stubble: number;
  readonly roughness: number;
  /** Strength of expression lines. */
  readonly age: number;
}

/** How the hair grows. */
export interface HairStyle {
  readonly kind: 'swept' | 'crop';
  readonly colour: Rgb;
  readonly tip: Rgb;
  readonly strands: number;
  /** Centimetres. */
  readonly length: number;
  /** Centimetres that the hair stands off the scalp. */
  readonly volume: number;
  /** Height of the hairline at the forehead's middle, face space. */
  readonly hairline: number;
  readonly browDensity: number;
  readonly browThickness: number;
}

/** Key, fill and rim of the set; directions point from the actor to the light. */
export interface Lighting {
  readonly key: { readonly direction: readonly [number, number, number]; readonly colour: Rgb };
  readonly fill: { readonly direction: readonly [number, number, number]; readonly colour: Rgb };
  readonly rim: { readonly direction: readonly [number, number, number]; readonly colour: Rgb };
  readonly sky: Rgb;
  readonly ground: Rgb;
  /** Two colours of the blurred set behind the actor. */
  readonly backdrop: readonly [Rgb, Rgb];
}

/** Voice of the actor. */
export interface VoiceTimbre {
  /** Mean pitch in hertz. */
  readonly pitch: number;
  /** Formant scale: 1 for an average man, 1.17 for an average woman. */
  readonly formantScale: number;
  /** Share of breath in the voice, 0..1. */
  readonly breath: number;
}

/** Everything that makes one digital person different from another. */
export interface ActorVariant {
  readonly id: string;
  readonly head: HeadProportions;
  readonly sculpt: readonly SculptPull[];
  readonly skin: SkinLook;
  readonly hair: HairStyle;
  readonly iris: Rgb;
  readonly garment: Rgb;
  readonly light: Lighting;
  readonly voice: VoiceTimbre;
}

const ada: ActorVariant = {
  id: 'ada',
  head: { cranium: [7.55, 8.2, 9.1], neck: 5.0, jaw: 6.2, shoulder: -14.6 },
  sculpt: [
    // A slimmer, softer jaw and a smaller chin.
    { at: 172, mirrored: true, radius: 2.6, by: [0.4, 0.25, 0] },
    { at: 58, mirrored: true, radius: 2.2, by: [0.34, 0.1, 0] },
    { at: 150, mirrored: true, radius: 2.2, by: [0.3, 0.42, 0] },
    { at: 152, mirrored: false, radius: 2.4, by: [0, 0.85, -0.1] },
    // Cheekbones.
    { at: 50, mirrored: true, radius: 1.7, by: [-0.08, 0.1, 0.22] },
    // A shorter, finer nose with a straighter bridge.
    { at: 4, mirrored: false, radius: 1.2, by: [0, 0.3, -0.45] },
    { at: 2, mirrored: false, radius: 0.9, by: [0, 0.16, 0] },
    { at: 129, mirrored: true, radius: 0.8, by: [0.2, 0.1, 0] },
    { at: 195, mirrored: false, radius: 1.0, by: [0, 0, 0.08] },
    // Larger eyes, lifted outer corners.
    { at: 159, mirrored: true, radius: 0.75, by: [0, 0.36, 0] },
    { at: 145, mirrored: true, radius: 0.7, by: [0, -0.25, 0] },
    { at: 33, mirrored: true, radius: 0.8, by: [0, 0.12, 0.02] },
    // Brows higher.
    { at: 105, mirrored: true, radius: 1.1, by: [0, 0.14, 0] },
    // Fuller lips.
    { at: 17, mirrored: false, radius: 0.8, by: [0, -0.03, 0.12] },
    { at: 0, mirrored: false, radius: 0.8, by: [0, 0.03, 0.06] },
    { at: 61, mirrored: true, radius: 0.9, by: [-0.12, 0.1, 0] },
  ],
  skin: {
    base: [0.57, 0.345, 0.245],
    flush: [0.58, 0.2, 0.15],
    lips: [0.42, 0.135, 0.125],
    freckles: 0.45,
    stubble: 0,
    roughness: 0.5,
    age: 0.45,
  },
  hair: {
    kind: 'swept',
    colour: [0.085, 0.042, 0.022],
    tip: [0.16, 0.085, 0.042],
    strands: 19000,
    length: 19,
    volume: 0.9,
    hairline: 8.15,
    browDensity: 1,
    browThickness: 0.85,
  },
  iris: [0.13, 0.17, 0.15],
  garment: [0.045, 0.085, 0.11],
  light: {
    key: { direction: [-0.62, 0.5, 0.72], colour: [1.62, 1.42, 1.2] },
    fill: { direction: [0.85, 0.1, 0.6], colour: [0.17, 0.21, 0.28] },
    rim: { direction: [0.72, 0.5, -0.62], colour: [1.6, 1.75, 2.1] },
    sky: [0.2, 0.22, 0.26],
    ground: [0.1, 0.08, 0.065],
    backdrop: [
      [0.045, 0.07, 0.085],
      [0.2, 0.13, 0.075],
    ],
  },
  voice: { pitch: 196, formantScale: 1.15, breath: 0.3 },
};

const bram: ActorVariant = {
  id: 'bram',
  head: { cranium: [7.75, 8.1, 9.3], neck: 6.1, jaw: 7.0, shoulder: -14.4 },
  sculpt: [
    { at: 172, mirrored: true, radius: 2.0, by: [-0.3, -0.15, 0.1] },
    { at: 152, mirrored: false, radius: 1.6, by: [0, -0.2, 0.3] },
    { at: 4, mirrored: false, radius: 1.2, by: [0, -0.05, 0.2] },
    { at: 129, mirrored: true, radius: 0.9, by: [-0.16, 0, 0.05] },
    { at: 197, mirrored: false, radius: 1.0, by: [0, 0, 0.22] },
    { at: 105, mirrored: true, radius: 1.3, by: [0, -0.16, 0.28] },
    { at: 159, mirrored: true, radius: 0.6, by: [0, 0.05, 0] },
    { at: 145, mirrored: true, radius: 0.6, by: [0, -0.07, 0] },
    { at: 50, mirrored: true, radius: 1.6, by: [-0.1, 0.05, 0.18] },
    { at: 205, mirrored: true, radius: 1.6, by: [0.12, 0, -0.16] },
    { at: 61, mirrored: true, radius: 1.0, by: [-0.08, 0, 0] },
  ],
  skin: {
    base: [0.27, 0.145, 0.088],
    flush: [0.34, 0.11, 0.065],
    lips: [0.25, 0.1, 0.08],
    freckles: 0.1,
    stubble: 0.75,
    roughness: 0.53,
    age: 0.8,
  },
  hair: {
    kind: 'crop',
    colour: [0.02, 0.015, 0.012],
    tip: [0.03, 0.022, 0.017],
    strands: 30000,
    length: 1.5,
    volume: 0.5,
    hairline: 8.9,
    browDensity: 1.3,
    browThickness: 1.2,
  },
  iris: [0.06, 0.03, 0.014],
  garment: [0.19, 0.17, 0.145],
  light: {
    key: { direction: [0.6, 0.55, 0.7], colour: [1.95, 1.75, 1.5] },
    fill: { direction: [-0.8, 0.05, 0.65], colour: [0.2, 0.22, 0.27] },
    rim: { direction: [-0.75, 0.45, -0.6], colour: [1.5, 1.25, 0.95] },
    sky: [0.23, 0.24, 0.27],
    ground: [0.11, 0.09, 0.075],
    backdrop: [
      [0.1, 0.085, 0.075],
      [0.06, 0.1, 0.13],
    ],
  },
  voice: { pitch: 112, formantScale: 1, breath: 0.16 },
};

/** The digital people at hand. */
export const ACTOR_VARIANTS = { ada, bram } as const satisfies Record<string, ActorVariant>;

/** Name of one of {@link ACTOR_VARIANTS}. */
export type ActorId = keyof typeof ACTOR_VARIANTS;
