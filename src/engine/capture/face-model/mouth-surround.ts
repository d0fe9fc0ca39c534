/** Where skin follows the mouth. */
export const MOUTH_FREE = ['mouth', 'cheeks', 'chin', 'jaw'] as const;
/** Ear and jaw border stay when only the lips work. */
export const EDGE = [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 177, 215, 138, 227, 137, 116];
/** Skin under the eye, which the mouth alone does not reach. */
export const UPPER_CHEEK = [111, 117, 118, 119, 120, 121, 47, 100, 123];
