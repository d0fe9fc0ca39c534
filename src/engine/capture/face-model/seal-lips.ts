import { spreadHandles } from '../../../core/geometry/index.ts';
import { LIP_CORNER_RIGHT, LOWER_LIP_RIGHT, UPPER_LIP_RIGHT } from './landmarks.ts';
import type { ShapeGround } from './shape-ground.ts';

/** Share of the gap that the upper lip travels when the lips close over an open jaw; the lower lip does the rest. */
const UPPER_SHARE = 0.3;
/** How much of the seam's motion the lip rows follow, from the outside of the vermilion inwards. */
const UPPER_ROW_FOLLOWS = [0.72, 0.86, 0.96, 1] as const;
const LOWER_ROW_FOLLOWS = [0.78, 0.88, 0.96, 1] as const;
/** Skin round the mouth that gives way: chin fold, philtrum, beside the corner. The rest is solved. */
const SKIN_FOLLOWS: Readonly<Record<number, number>> = {
  18: 0.5,
  83: 0.5,
  182: 0.48,
  106: 0.4,
  200: 0.16,
  201: 0.16,
  194: 0.2,
  204: 0.24,
  199: 0,
  208: 0,
  175: 0,
  32: 0.04,
  211: 0.06,
  202: 0.2,
  43: 0.3,
};
const UPPER_SKIN_FOLLOWS: Readonly<Record<number, number>> = { 164: 0.42, 167: 0.42, 165: 0.36, 92: 0.4, 2: 0, 97: 0 };
const HELD = [57, 186, 212, 216, 206, 203, 205, 214, 207, 192, 210, 169, 170, 140, 171, 152, 148, 176];

/**
 * `mouthClose`: the field that, added to `jawOpen` one to one, brings the lips together exactly, column by column,
 * and leaves jaw and chin open. Whatever gap the neutral itself has is closed too.
 */
export function sealLips(ground: ShapeGround, neutral: Float32Array, jawOpen: Float64Array): Float64Array {
  const { mirror, regions, energy } = ground;
  const handles = new Map<number, readonly number[]>();
  const set = (vertex: number, value: readonly number[]): void => {
    handles.set(vertex, value);
    handles.set(mirror[vertex]!, [-value[0]!, value[1]!, value[2]!]);
  };
  const times = (value: readonly number[], share: number): number[] => value.map((x) => x * share);
  for (const vertex of [...LIP_CORNER_RIGHT, ...HELD]) set(vertex, [0, 0, 0]);
  const posed = (vertex: number, k: number): number => neutral[vertex * 3 + k]! + jawOpen[vertex * 3 + k]!;
  const gaps = UPPER_LIP_RIGHT[3]!.map((top, c) => {
    const bottom = LOWER_LIP_RIGHT[3]![c]!;
    // Both halves close by the same, symmetric gap; what an actor's own asymmetry leaves is closed below.
    return [0, 1, 2].map((k) => posed(top, k) - posed(bottom, k));
  });
  gaps.forEach((gap, c) => {
    for (let r = 0; r < 4; r++) {
      set(UPPER_LIP_RIGHT[r]![c]!, times(gap, -UPPER_SHARE * UPPER_ROW_FOLLOWS[r]!));
      set(LOWER_LIP_RIGHT[r]![c]!, times(gap, (1 - UPPER_SHARE) * LOWER_ROW_FOLLOWS[r]!));
    }
  });
  for (const side of [false, true]) {
    UPPER_LIP_RIGHT[3]!.forEach((topRight, c) => {
      const top = side ? mirror[topRight]! : topRight;
      const bottom = side ? mirror[LOWER_LIP_RIGHT[3]![c]!]! : LOWER_LIP_RIGHT[3]![c]!;
      const gap = [0, 1, 2].map((k) => posed(top, k) - posed(bottom, k));
      handles.set(top, times(gap, -UPPER_SHARE));
      handles.set(bottom, times(gap, 1 - UPPER_SHARE));
    });
  }
  const centre = gaps[4]!;
  for (const [vertex, share] of Object.entries(SKIN_FOLLOWS))
    set(Number(vertex), times(centre, (1 - UPPER_SHARE) * share));
  for (const [vertex, share] of Object.entries(UPPER_SKIN_FOLLOWS))
    set(Number(vertex), times(centre, -UPPER_SHARE * share));
  const free = [...new Set([...regions.mouth, ...regions.chin])];
  return spreadHandles(
    energy,
    [...handles].map(([vertex, value]) => ({ vertex, value })),
    free,
    3,
  );
}
