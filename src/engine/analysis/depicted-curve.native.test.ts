import { describe, expect, it } from 'vitest';
import { DEPICTED_COLUMNS } from '../../contract/depicted.ts';
import { captureClip } from '../capture/index.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { createInference, EXPRESSION_CLASSES } from '../inference/index.ts';
import { openVideo } from '../media/index.ts';
import { depictedCurve, fillBetween } from './depicted-curve.ts';
import { FaceReader } from './face-readings.ts';

const WIDTH = DEPICTED_COLUMNS.length;

describe('depicted expression over a clip', () => {
  it('has the classes of the network', () => {
    expect([...DEPICTED_COLUMNS]).toEqual([...EXPRESSION_CLASSES]);
  });

  it('draws straight lines between readings, and nothing where there is no face', () => {
    const table = new Float32Array(5 * WIDTH).fill(Number.NaN);
    table.fill(0, 0, WIDTH);
    table.fill(1, 4 * WIDTH, 5 * WIDTH);
    fillBetween(table, [0, 4], Uint8Array.from([0, 0, 1, 0, 0]));
    expect(table[1 * WIDTH]).toBe(0.25);
    expect(table[2 * WIDTH]).toBeNaN();
    expect(table[3 * WIDTH + 3]).toBe(0.75);
  });

  it('says of every frame of the digital actor what it looks like', async () => {
    const { path } = await digitalActorFixture();
    await using inference = await createInference();
    const reader = await FaceReader.open(inference);
    await using source = await openVideo(path);
    const { performance } = await captureClip(source, inference, {});
    const curve = await depictedCurve(source, performance, reader, { stride: 3 });
    expect(curve).toHaveLength(performance.tracks.reduce((sum, { frameCount }) => sum + frameCount, 0) * WIDTH);
    for (let row = 0; row < curve.length / WIDTH; row++) {
      const sum = curve.subarray(row * WIDTH, (row + 1) * WIDTH).reduce((a, b) => a + b, 0);
      expect(Number.isNaN(sum) || Math.abs(sum - 1) < 1e-3).toBe(true);
    }
    expect(curve.some((value) => value > 0.3)).toBe(true);
  }, 60_000);
});
