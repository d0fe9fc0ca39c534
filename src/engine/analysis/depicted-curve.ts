import { DEPICTED_COLUMNS } from '../../contract/depicted.ts';
import { FRAME_REASONS, LANDMARK_COUNT, type Performance } from '../../core/performance.ts';
import type { VideoSource } from '../media/index.ts';
import type { FaceReader } from './face-readings.ts';

const WIDTH = DEPICTED_COLUMNS.length;
const NO_FACE = FRAME_REASONS.indexOf('no-face');

/** Readings a second: an expression lasts longer than a tenth of a second, and the network is not free. */
export const READINGS_PER_SECOND = 10;

/** How {@link depictedCurve} goes on. */
export interface DepictedOptions {
  /** Frames from one reading to the next. */
  readonly stride: number;
  readonly onFrame?: (done: number) => void;
}

/**
 * Depicted expression of every track, {@link DEPICTED_COLUMNS} for each of its rows, tracks one after the other. Read on
 * every `stride`th frame of the clip and at the ends of tracks, between them straight lines. `source` decides about
 * cancelling.
 */
export async function depictedCurve(
  source: VideoSource,
  performance: Performance,
  reader: FaceReader,
  { stride, onFrame }: DepictedOptions,
): Promise<Float32Array> {
  const { tracks } = performance;
  const tables = tracks.map(({ frameCount }) => new Float32Array(frameCount * WIDTH).fill(Number.NaN));
  const readRows = tracks.map((): number[] => []);
  const wanted = (frame: number): number[] =>
    tracks.flatMap(({ firstFrame, frameCount, reason }, index) => {
      const row = frame - firstFrame;
      if (row < 0 || row >= frameCount || reason[row] === NO_FACE) return [];
      return frame % stride === 0 || row === 0 || row === frameCount - 1 ? [index] : [];
    });
  const size = LANDMARK_COUNT * 3;
  for await (const frame of source.frames())
    try {
      for (const index of wanted(frame.index)) {
        const track = tracks[index]!;
        const row = frame.index - track.firstFrame;
        const landmarks = track.landmarks.subarray(row * size, (row + 1) * size);
        const depicted = await reader.depicted(frame.picture, landmarks);
        tables[index]!.set(
          DEPICTED_COLUMNS.map((name) => depicted[name]),
          row * WIDTH,
        );
        readRows[index]!.push(row);
      }
      onFrame?.(frame.index + 1);
    } finally {
      frame.release();
    }
  tracks.forEach(({ reason }, index) => {
    fillBetween(tables[index]!, readRows[index]!, reason);
  });
  const all = new Float32Array(tables.reduce((sum, table) => sum + table.length, 0));
  let at = 0;
  for (const table of tables) {
    all.set(table, at);
    at += table.length;
  }
  return all;
}

/** Straight lines between the rows that were read; rows without a face stay NaN. */
export function fillBetween(table: Float32Array, rows: readonly number[], reason: Uint8Array): void {
  for (let k = 0; k < rows.length - 1; k++) {
    const [from, to] = [rows[k]!, rows[k + 1]!];
    for (let row = from + 1; row < to; row++) {
      if (reason[row] === NO_FACE) continue;
      const share = (row - from) / (to - from);
      for (let c = 0; c < WIDTH; c++)
        table[row * WIDTH + c] = table[from * WIDTH + c]! * (1 - share) + table[to * WIDTH + c]! * share;
    }
  }
}
