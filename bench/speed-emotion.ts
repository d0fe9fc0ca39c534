// The whole process of "retake emotion" on a 1080p25 clip with one face, and decoding and encoding alone on the same clip in
// the same run. Without an argument the clip is the digital actor enlarged; `node bench/speed-emotion.ts clip.mp4` takes
// another. One JSON line per figure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { createVideoWriter, openVideo } from '../src/engine/media/index.ts';
import { runRetake } from './emotion/run-retake.ts';
import { writeLooped } from './speed/looped-clip.ts';

const BAR = 15;
const FRAMES = 250;

function print(figure: string, value: number, unit: string, more: Record<string, number | string> = {}): void {
  console.log(JSON.stringify({ bench: 'speed-emotion', figure, value: Number(value.toFixed(2)), unit, ...more }));
}

/** Decodes a clip and encodes it again, nothing between. Frames per second. */
async function transcode(path: string, out: string): Promise<number> {
  const started = performance.now();
  await using source = await openVideo(path);
  const { width, height, layout, colour } = source.info.video;
  await using writer = await createVideoWriter(out, {
    preset: 'h264',
    width,
    height,
    rate: source.rate,
    layout,
    colour,
  });
  for await (const frame of source.frames()) {
    await writer.write(frame.picture);
    frame.release();
  }
  await writer.finish();
  return source.frameCount / ((performance.now() - started) / 1000);
}

const folder = mkdtempSync(join(tmpdir(), 'retake-speed-'));
try {
  let clip = process.argv[2];
  if (clip === undefined) {
    clip = join(folder, 'actor.mp4');
    await writeLooped((await digitalActorFixture({ seconds: 1, width: 480, height: 270 })).path, clip, FRAMES, 4);
  }
  const alone = await transcode(clip, join(folder, 'alone.mp4'));
  const run = await runRetake(['emotion', clip, '--to', 'happy', '--out', join(folder, 'happy.mp4')]);
  const { frames, stages } = run.result as { frames: { total: number }; stages: Record<string, number> };
  const speed = frames.total / run.seconds;
  print('whole process', speed, 'frames/s', { bar: BAR, seconds: Number(run.seconds.toFixed(1)) });
  for (const [stage, seconds] of Object.entries(stages)) print(stage, frames.total / seconds, 'frames/s');
  print('decode + encode alone', alone, 'frames/s');
  print('whole process as a share of decode + encode', speed / alone, 'ratio');
  print('peak memory', run.peakMegabytes, 'MiB');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
