/**
 * Columns of `/performance/HANDLE/PERFORMANCE/depicted`, one row per frame of each track, tracks one after the other:
 * depicted expression, probabilities that sum to 1. It describes the footage, never the person. A frame without a face is
 * all NaN.
 */
export const DEPICTED_COLUMNS = ['angry', 'disgusted', 'afraid', 'happy', 'sad', 'surprised', 'neutral'] as const;

/** One of {@link DEPICTED_COLUMNS}. */
export type DepictedLabel = (typeof DEPICTED_COLUMNS)[number];
