import type { FrameRun } from '../../contract/provenance.ts';

const MEANING: Readonly<Record<string, string>> = {
  'no-face': 'no face, passed through',
  occluded: 'face covered, faded to the source',
  profile: 'face turned away, faded to the source',
  'too-small': 'face too small',
  'out-of-frame': 'face partly outside the picture',
  uncertain: 'face uncertain, edit weakened',
};

/** Rows of a table: where a face could not be used as it should, and why. At most `most` of them, then how many more. */
export function runsText(runs: readonly FrameRun[], most = 8): (readonly [string, string])[] {
  const rows = runs
    .slice(0, most)
    .map((run) => ['frames', `${run.from} to ${run.until - 1}: ${MEANING[run.reason] ?? run.reason}`] as const);
  return runs.length > most
    ? [...rows, ['', `and ${runs.length - most} more stretches; --json lists them`] as const]
    : rows;
}
