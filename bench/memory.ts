// Peak resident memory of "retake emotion" on 10 seconds and on 10 minutes of video: it must not grow with the length.
// `node bench/memory.ts 2` takes another number of minutes. One JSON line per figure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { runRetake } from './emotion/run-retake.ts';
import { writeLooped } from './speed/looped-clip.ts';

const BAR_MIB = 1024;
const RATE = 25;
const minutes = Number(process.argv[2] ?? 10);

const folder = mkdtempSync(join(tmpdir(), 'retake-memory-'));
try {
  const { path } = await digitalActorFixture({ seconds: 1, width: 320, height: 180 });
  const peaks: number[] = [];
  for (const seconds of [10, minutes * 60]) {
    const clip = join(folder, `clip-${seconds}.mp4`);
    await writeLooped(path, clip, seconds * RATE, 2);
    const run = await runRetake(['emotion', clip, '--to', 'happy', '--out', join(folder, `happy-${seconds}.mp4`)]);
    peaks.push(run.peakMegabytes);
    const figure = `peak resident memory, ${seconds} s of 640x360`;
    console.log(JSON.stringify({ bench: 'memory', figure, value: run.peakMegabytes, unit: 'MiB', bar: BAR_MIB }));
  }
  const growth = (peaks[1]! - peaks[0]!) / (minutes - 1 / 6);
  console.log(
    JSON.stringify({ bench: 'memory', figure: 'growth', value: Number(growth.toFixed(1)), unit: 'MiB per minute' }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
