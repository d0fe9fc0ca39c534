// Project file: kill -9 during 200 random edits, and times on 2 h of media, 1,000 clips, 5,000 keys.
// node bench/store.ts   prints one JSON line per figure.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyEdits, type EditRequest } from '../src/core/document/edit.ts';
import { fixtureProject, mediaOf } from '../src/core/document/fixtures.test-support.ts';
import { emptyProject, type Project } from '../src/core/document/schema.ts';
import { rational } from '../src/core/rational.ts';
import { rationalTime } from '../src/core/rational-time.ts';
import { ProjectStore } from '../src/engine/store/index.ts';
import { killRounds } from '../src/engine/store/kill-rounds.test-support.ts';

const RATE = rational(25);
const folder = mkdtempSync(join(tmpdir(), 'retake-bench-store-'));
const print = (figure: string, value: number | string, unit: string, bar: string): void =>
  console.log(JSON.stringify({ bench: 'store', figure, value, unit, bar }));

/** Ten sources of 12 minutes; a reel of 1,000 clips with sound, an emotion with five keys on each picture. */
function longProject(): Project {
  const keys = Array.from({ length: 5 }, (_, index) => ({
    frame: index * 20,
    value: index / 5,
    interpolation: 'bezier' as const,
    out: { frames: 6, value: 0 },
    in: { frames: 6, value: 0 },
  }));
  const base = applyEdits(emptyProject('Two hours'), [
    { edit: 'addSequence', args: { name: 'Reel', rate: RATE, width: 1920, height: 1080 } },
    {
      edit: 'importMedia',
      args: { media: Array.from({ length: 10 }, (_, index) => mediaOf(`source-${index}`, 18_000)) },
    },
  ]);
  const media = base.created.slice(3);
  const [, video, audio] = base.created as [string, string, string];
  const clip = (track: string, index: number) => ({
    track,
    media: media[index % 10]!,
    sourceStart: rationalTime((index * 170) % 17_000, RATE),
    duration: 100 + (index % 160),
  });
  const requests: EditRequest[] = [
    {
      edit: 'append',
      args: {
        clips: [...Array(1000).keys()].flatMap((index) => [clip(video, index), clip(audio, index)]),
      },
    },
  ];
  const cut = applyEdits(base.project, requests).project;
  return applyEdits(cut, [
    {
      edit: 'addEffect',
      args: {
        clips: [...cut.tracks[video]!.items],
        kind: 'emotion',
        parameters: { intensity: { kind: 'keyed', keys } },
      },
    },
  ]).project;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! * 100) / 100;
}

/** Processor time of the last calls, in milliseconds: what the wall clock would say on a machine with nothing else to do. */
let processorMs: number[] = [];

function timeIt(work: () => void): number {
  const before = process.cpuUsage();
  const start = performance.now();
  work();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  processorMs.push((user + system) / 1000);
  return elapsed;
}

function report(what: string, times: readonly number[]): void {
  print(`${what}, median`, quantile(times, 0.5), 'ms', '<= 10');
  print(`${what}, p95`, quantile(times, 0.95), 'ms', '<= 10');
  print(`${what}, processor time, median`, quantile(processorMs, 0.5), 'ms', '');
  processorMs = [];
}

try {
  const killed = join(folder, 'killed.retake');
  ProjectStore.create(killed, fixtureProject()).close();
  const rounds = await killRounds(killed, fixtureProject(), 200, 20, 41);
  print('edits under kill -9', rounds.edits, 'edits', '200');
  print('committed edits lost', rounds.lostEdits, 'edits', '0');
  print('projects unreadable', rounds.unreadable, 'projects', '0');
  if (rounds.faults.length > 0) console.error(rounds.faults.join('\n'));

  const path = join(folder, 'long.retake');
  const project = longProject();
  ProjectStore.create(path, project).close();
  print('file', Math.round(statSync(path).size / 1024), 'KiB', '');
  const opens = Array.from({ length: 9 }, () => timeIt(() => ProjectStore.open(path).close()));
  print('open, first', Math.round(opens[0]!), 'ms', '<= 1000');
  print('open, median of 9', quantile(opens, 0.5), 'ms', '<= 1000');
  processorMs = [];

  using store = ProjectStore.open(path);
  const video = Object.values(store.project.tracks).find((track) => track.kind === 'video')!;
  const clip = (index: number): string => store.project.tracks[video.id]!.items[(index * 37) % 900]!;
  const effects = Object.keys(store.project.effects);
  const makers: ((index: number) => EditRequest)[] = [
    (index) => ({ edit: 'trim', args: { clip: clip(index), edge: 'end', delta: -1 } }),
    (index) => ({ edit: 'remove', args: { items: [clip(index)], ripple: true } }),
    (index) => ({
      edit: 'setKey',
      args: {
        effect: effects[(index * 13) % 900]!,
        parameter: 'lipPreservation',
        key: { frame: index, value: 0.5, interpolation: 'linear', out: null, in: null },
      },
    }),
    (index) => ({ edit: 'slip', args: { clips: [clip(index)], delta: 1 } }),
  ];
  const edits = Array.from({ length: 200 }, (_, index) => {
    const request = makers[index % makers.length]!(index);
    if (!('effect' in request.args) || store.project.effects[request.args.effect as string])
      return timeIt(() => store.edit(request));
    return 0;
  }).filter((ms) => ms > 0);
  report('one edit', edits);
  const undos = Array.from({ length: 100 }, () => timeIt(() => store.undo()));
  report('one undo', undos);
  const drag = store.drag('Trim');
  const steps = Array.from({ length: 100 }, (_, index) =>
    timeIt(() => drag.update({ edit: 'trim', args: { clip: clip(1), edge: 'end', delta: -1 - (index % 50) } })),
  );
  drag.finish();
  report('one step of a drag', steps);
  const faults = store.verify();
  if (faults.length > 0) throw new Error(faults.join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
