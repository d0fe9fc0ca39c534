import { parseArgs } from 'node:util';
import { type Comparison, compareClips, type Subject } from './comparison.ts';
import { type JudgeClass, judgeClasses } from './face-api.ts';

const usage = `node bench/judge/compare.ts before.mp4 after.mp4 --target happy [--every 3] [--until 100]
  [--subject largest|left|right] [--frames] [--json]
Targets: ${judgeClasses.join(', ')} (also afraid). --frames adds one line per judged frame.`;

/** A class by the judge's name or the product's. @throws Error for anything else. */
export function judgeClass(name: string): JudgeClass {
  const found = judgeClasses.find((candidate) => candidate === (name === 'afraid' ? 'fearful' : name));
  if (!found) throw new Error(`"${name}" is not judged. ${usage}`);
  return found;
}

const number = (value: number, digits = 2): string => (Number.isFinite(value) ? value.toFixed(digits) : '-');

/** The verdict in words, one figure a line. */
export function describeComparison(c: Comparison): string {
  const shares = (histogram: Record<JudgeClass, number>): string =>
    judgeClasses.map((name) => `${name} ${(100 * histogram[name]).toFixed(0)}`).join('  ');
  return [
    `target ${c.target}: top class in ${(100 * c.share).toFixed(1)} % of ${c.facesAfter} face frames (source ${(100 * c.shareBefore).toFixed(1)} % of ${c.facesBefore})`,
    `mean probability  ${number(c.probabilityBefore)} -> ${number(c.probability)}`,
    `classes before %  ${shares(c.histogramBefore)}`,
    `classes after %   ${shares(c.histogramAfter)}`,
    `identity distance median ${number(c.identity.median, 3)}  p95 ${number(c.identity.p95, 3)}  (source against its own other half ${number(c.identity.sourceDrift, 3)})`,
    `lip motion r      gap ${number(c.lipGap, 3)}  width ${number(c.lipWidth, 3)}  gap size x${number(c.gapScale)}`,
    `outside the face  mean ${number(c.outside.mean, 3)} levels  changed ${(100 * c.outside.changed).toFixed(3)} % of pixels  worst frame ${c.outside.worstFrame}`,
    `flicker           x${number(c.flicker)} of the source, worst x${number(c.flickerWorst.ratio)} at frame ${c.flickerWorst.frame}`,
    `detail            eyes x${number(c.detail.eyes)}  mouth x${number(c.detail.mouth)}  face x${number(c.detail.face)}`,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: 'string' },
      every: { type: 'string', default: '3' },
      until: { type: 'string' },
      subject: { type: 'string', default: 'largest' },
      frames: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [before, after] = positionals;
  const every = Number(values.every);
  const until = values.until === undefined ? undefined : Number(values.until);
  const subject = values.subject as Subject;
  const wrong = !before || !after || !values.target || !Number.isInteger(every) || every < 1;
  if (wrong || !['largest', 'left', 'right'].includes(subject)) throw new Error(usage);
  const started = performance.now();
  const result = await compareClips(before, after, {
    target: judgeClass(values.target!),
    every,
    subject,
    ...(until === undefined ? {} : { until }),
    onFrame: (index) => {
      if (process.stderr.isTTY && index % every === 0) process.stderr.write(`\rframe ${index} `);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  const { pairs, ...overall } = result;
  if (values.frames) {
    for (const pair of pairs) {
      const top = (face: (typeof pair)['before']): string =>
        face ? judgeClasses.map((_, i) => (100 * face.expression[i]!).toFixed(0).padStart(3)).join(' ') : 'no face';
      console.error(
        `${String(pair.index).padStart(5)}  ${top(pair.before)}  |  ${top(pair.after)}  d ${number(pair.distance ?? Number.NaN, 3)}`,
      );
    }
  }
  if (values.json)
    console.log(JSON.stringify({ before, after, every, ...overall, seconds: (performance.now() - started) / 1000 }));
  else console.log(describeComparison(result));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
