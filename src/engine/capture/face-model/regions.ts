import { FACE_OVAL } from './landmarks.ts';

/** Names of the vertex sets that shapes, masks and weights are written in. They may overlap. */
export const REGION_NAMES = [
  'forehead',
  'brows',
  'eyes',
  'lidRims',
  'upperLids',
  'lowerLids',
  'temples',
  'nose',
  'cheeks',
  'mouth',
  'lips',
  'innerLips',
  'chin',
  'jaw',
  'oval',
  'upperFace',
  'lowerFace',
] as const;

/** One of {@link REGION_NAMES}. */
export type RegionName = (typeof REGION_NAMES)[number];

/** Vertices of every region, ascending. */
export type FaceRegions = Readonly<Record<RegionName, Uint16Array>>;

// Right half and middle; the other half follows from the mesh's mirror map.
const EYE_RIM = [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7];
const LID_SKIN_UPPER = [130, 247, 30, 29, 27, 28, 56, 190, 243];
const LID_SKIN_LOWER = [25, 110, 24, 23, 22, 26, 112];
const LID_FOLD = [226, 113, 225, 224, 223, 222, 221, 189, 244];
const EYE_BAG = [31, 228, 229, 230, 231, 232, 233];
const BROW = [70, 63, 105, 66, 107, 46, 53, 52, 65, 55];
const FOREHEAD = [10, 109, 67, 103, 54, 151, 108, 69, 104, 68, 9, 8, 71, 21];
const TEMPLE = [124, 156, 139, 162, 127, 34, 143, 35];
const NOSE = [
  ...[168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 193, 122, 196, 3, 51, 45, 44, 125, 141, 245, 188, 174, 236, 134, 220, 237],
  ...[241, 242, 97, 128, 114, 217, 198, 131, 115, 218, 79, 239, 238, 20, 60, 99, 126, 209, 49, 48, 102, 129, 64, 219],
  ...[166, 59, 75, 240, 235, 98, 458, 250, 354, 370],
].filter((vertex) => vertex < 250);
const CHEEK = [
  ...[111, 117, 118, 119, 120, 121, 47, 100, 142, 101, 36, 50, 123, 116, 227, 137, 147, 177, 187, 205, 207, 206, 203],
  ...[213, 192, 234, 93, 132],
];
const MOUTH_SKIN = [164, 167, 165, 92, 186, 57, 43, 106, 182, 83, 18, 216, 212, 202, 204];
const LIPS = [
  ...[61, 76, 62, 78, 185, 40, 39, 37, 0, 184, 74, 73, 72, 11, 183, 42, 41, 38, 12, 191, 80, 81, 82, 13],
  ...[146, 91, 181, 84, 17, 77, 90, 180, 85, 16, 96, 89, 179, 86, 15, 95, 88, 178, 87, 14],
];
const INNER_LIPS = [78, 191, 80, 81, 82, 13, 95, 88, 178, 87, 14];
const CHIN = [200, 199, 175, 152, 201, 208, 171, 148, 194, 32, 140, 176, 211, 204];
const JAW = [215, 58, 172, 138, 214, 135, 136, 210, 169, 150, 170, 149, 211, 202, 192, 213];

/** The lid rims and the skin that moves with them, right half; never the brow. */
export const EYE_RIGHT: readonly number[] = [...EYE_RIM, ...LID_SKIN_UPPER, ...LID_SKIN_LOWER, ...LID_FOLD, ...EYE_BAG];

/** Lists every region in full (both halves). `mirror` is the mesh's left-right permutation. */
export function buildRegions(mirror: Uint32Array): FaceRegions {
  const both = (...lists: readonly (readonly number[])[]): Uint16Array => {
    const set = new Set<number>();
    for (const vertex of lists.flat()) set.add(vertex).add(mirror[vertex]!);
    return Uint16Array.from([...set].sort((a, b) => a - b));
  };
  return {
    forehead: both(FOREHEAD),
    brows: both(BROW),
    eyes: both(EYE_RIGHT),
    lidRims: both(EYE_RIM),
    upperLids: both(LID_SKIN_UPPER, LID_FOLD),
    lowerLids: both(LID_SKIN_LOWER, EYE_BAG),
    temples: both(TEMPLE),
    nose: both(NOSE),
    cheeks: both(CHEEK),
    mouth: both(LIPS, MOUTH_SKIN),
    lips: both(LIPS),
    innerLips: both(INNER_LIPS),
    chin: both(CHIN),
    jaw: both(JAW, CHIN),
    oval: both(FACE_OVAL),
    upperFace: both(FOREHEAD, BROW, EYE_RIM, LID_SKIN_UPPER, LID_SKIN_LOWER, LID_FOLD, EYE_BAG, TEMPLE),
    lowerFace: both(CHEEK, LIPS, MOUTH_SKIN, CHIN, JAW),
  };
}
