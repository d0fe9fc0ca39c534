// Capture of the shared clips: coverage, fit, closures, jitter, speed. One JSON line per clip, then the totals.
//   node bench/capture.ts [clip ...]
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { captureClip } from '../src/engine/capture/index.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { openVideo } from '../src/engine/media/index.ts';

/** Frames [from, until) that show no face that anybody could follow: graphics, the backs of heads, an ear in close-up. */
const FACELESS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'two-men-debate-splitscreen-cut-720p.avi': [[147, 151]],
  'rap-performance-cuts-360p.mp4': [[20, 82]],
};

const media = process.env['RETAKE_MEDIA'] ?? new URL('../../shared/media', import.meta.url).pathname;
const clips = join(media, 'clips');
const given = process.argv.slice(2);
if (given.length === 0 && !existsSync(clips)) {
  console.warn(`No shared clips at ${clips}: nothing measured.`);
  process.exit(0);
}
const listed = ['', 'emotion-set-a'].flatMap((folder) =>
  given.length > 0
    ? []
    : readdirSync(join(clips, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(clips, folder, entry.name)),
);
const paths = given.length > 0 ? given : listed;

await using inference = await createInference({ providers: ['cpu'] });
const totals = { visible: 0, followed: 0, closed: 0, agreeing: 0, frames: 0, seconds: 0 };
const round = (value: number): number => Number(value.toFixed(4));
for (const path of paths) {
  await using source = await openVideo(path);
  const started = performance.now();
  const { performance: captured, figures } = await captureClip(source, inference);
  const seconds = (performance.now() - started) / 1000;
  const faceless = FACELESS[basename(path)] ?? [];
  let [visible, followed] = [0, 0];
  for (let frame = 0; frame < source.frameCount; frame++) {
    if (faceless.some(([from, until]) => frame >= from && frame < until)) continue;
    visible++;
    const seen = captured.tracks.some(({ firstFrame, frameCount, reason }) => {
      const row = frame - firstFrame;
      return row >= 0 && row < frameCount && reason[row] !== 1;
    });
    if (seen) followed++;
  }
  totals.visible += visible;
  totals.followed += followed;
  totals.closed += figures.closedFrames;
  totals.agreeing += figures.closureAgreement * figures.closedFrames;
  totals.frames += source.frameCount;
  totals.seconds += seconds;
  console.log(
    JSON.stringify({
      bench: 'capture',
      figure: 'clip',
      clip: basename(path),
      frames: source.frameCount,
      shots: captured.shots.length,
      actors: captured.actors.length,
      coverage: round(followed / Math.max(1, visible)),
      reprojectionPercent: round(figures.reprojectionPercent),
      lipReprojectionPercent: round(figures.lipReprojectionPercent),
      closureAgreement: round(figures.closureAgreement),
      closedFrames: figures.closedFrames,
      jitterBeforePercent: round(figures.jitterBeforePercent),
      jitterAfterPercent: round(figures.jitterAfterPercent),
      reasons: figures.reasons,
      framesPerSecond: round(source.frameCount / seconds),
    }),
  );
}
const total = (figure: string, value: number, unit: string, bar: number | undefined): void => {
  console.log(
    JSON.stringify({ bench: 'capture', figure, value: round(value), unit, ...(bar === undefined ? {} : { bar }) }),
  );
};
total('coverage', totals.followed / Math.max(1, totals.visible), 'share', 0.99);
total('closure-agreement', totals.closed > 0 ? totals.agreeing / totals.closed : 1, 'share', 0.95);
total('speed', totals.frames / totals.seconds, 'frames/s', undefined);
