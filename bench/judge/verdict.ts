import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { histogram } from './comparison.ts';
import { descriptorDistance, type JudgedFace, judgeClasses } from './face-api.ts';
import { mean, median } from './statistics.ts';
import { decodeRgb } from './system-ffmpeg.ts';
import { Verdicts } from './verdicts.ts';

/** What the judge says of the largest face in every n-th picture of a clip or photograph by itself. */
export async function judgeFile(file: string, every: number): Promise<{ frames: number; faces: JudgedFace[] }> {
  const verdicts = await Verdicts.open(file);
  const faces: JudgedFace[] = [];
  let frames = 0;
  for await (const frame of decodeRgb(file)) {
    if (frame.index % every !== 0) continue;
    frames++;
    const [face] = await verdicts.faces(frame);
    if (face) faces.push(face);
  }
  await verdicts.save();
  return { frames, faces };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { every: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) throw new Error('node bench/judge/verdict.ts file ... [--every 5] [--json]');
  if (!values.json) console.log(`${'share of faces by top class, %'.padEnd(46)} ${judgeClasses.join(' ')}`);
  for (const file of positionals) {
    const { frames, faces } = await judgeFile(file, Number(values.every));
    const shares = histogram(faces);
    const probability = judgeClasses.map((_, i) => mean(faces.map((face) => face.expression[i]!)));
    const half = Math.floor(faces.length / 2);
    const drift = median(faces.slice(half).map((face, i) => descriptorDistance(face, faces[i]!)));
    if (values.json) {
      const byName = Object.fromEntries(judgeClasses.map((name, i) => [name, probability[i]]));
      console.log(
        JSON.stringify({ file: basename(file), frames, faces: faces.length, shares, probability: byName, drift }),
      );
      continue;
    }
    const cells = judgeClasses.map((name) => (100 * shares[name]).toFixed(0).padStart(name.length));
    const name = `${basename(file).slice(0, 36)} ${faces.length}/${frames}`;
    console.log(`${name.padEnd(46)} ${cells.join(' ')}  drift ${half > 0 ? drift.toFixed(2) : '-'}`);
  }
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
