// A night's work: one command makes every shared clip happy, in all folders below, with nobody at the machine. FFmpeg
// counts the frames that came out. Needs the shared clips.
// node bench/unattended.ts   prints one JSON line per figure.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../src/contract/results.ts';
import { mediaFolder } from './emotion/clips.ts';
import { pictureTimes } from './judge/system-ffmpeg.ts';

const clips = join(mediaFolder, 'clips');
const launcher = fileURLToPath(new URL('../bin/retake.mjs', import.meta.url));
const print = (figure: string, value: number | string, unit: string, bar: string): void =>
  console.log(JSON.stringify({ bench: 'unattended', figure, value, unit, bar }));

/** What the command printed. It ends with another code than 0 when any clip failed; that is told as a figure. */
async function retake(...args: readonly string[]): Promise<Result<'queue watch'>> {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const data of child.stdout) text += String(data);
  return JSON.parse(text) as Result<'queue watch'>;
}

if (!existsSync(clips)) console.warn(`SKIPPED the unattended run: there are no clips at ${clips} (set RETAKE_MEDIA).`);
else {
  const folder = mkdtempSync(join(tmpdir(), 'retake-bench-unattended-'));
  try {
    const [recipe, queue, out] = ['happy.json', 'queue.sqlite', 'out'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(recipe, JSON.stringify({ to: 'happy' }));
    const from = performance.now();
    const watch = ['queue', 'watch', clips, '--once', '--recursive', '--recipe', recipe];
    const { jobs } = await retake(...watch, '--out-folder', out, '--queue', queue, '--json', '--quiet');
    const minutes = (performance.now() - from) / 60_000;
    const done = jobs.filter(({ state }) => state === 'done');
    let frames = 0;
    for (const { spec } of done) frames += (await pictureTimes(spec.out)).length;
    print('clips done, of all', `${done.length} of ${jobs.length}`, '', 'all');
    print('frames written', frames, 'frames', 'told only');
    print('time', Math.round(minutes * 10) / 10, 'minutes', 'told only');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
