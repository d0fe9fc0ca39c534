// What the commands around projects do on a full disk: they say so, leave nothing half-done, and go on when there is
// room again. The small disk is a memory file system in a mount namespace of its own; no rights are needed for that where
// the system lets users have namespaces.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { openVideo } from '../src/engine/media/index.ts';
import { StorePerformances } from '../src/engine/services/evaluator/performances.ts';
import { newProject } from '../src/engine/services/project-commands.ts';
import { ProjectStore } from '../src/engine/store/index.ts';
import { launcher } from './support/retake.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-full-'));
const small = join(folder, 'small');
const film = join(folder, 'film.retake');
const namespaces =
  process.platform === 'linux' && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
if (!namespaces) console.warn('SKIPPED the full disk: this system gives no mount namespace ("unshare -rm").');
let clip = '';

/** Runs a script on a disk of `size`, `$D`, with `$R` for the command; gives what it printed, line by line. */
function onSmallDisk(size: string, script: string): string[] {
  const all = `mount -t tmpfs -o size=${size} tmpfs "$D" || exit 9\n${script}`;
  const env = { ...process.env, D: small, F: film, C: clip, RETAKE_HOME: join(folder, 'home') };
  const R = `"${process.execPath}" "${launcher}"`;
  const run = spawnSync('unshare', ['-rm', 'sh', '-c', all.replaceAll('$R', R)], { env, encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout.trim().split('\n');
}

/** The error that a command printed as JSON. */
const codeOf = (line: string | undefined): string | undefined =>
  (JSON.parse(line ?? '') as { error?: { code: string } }).error?.code;

beforeAll(async () => {
  if (!namespaces) return;
  mkdirSync(small);
  clip = (await digitalActorFixture({ seconds: 1, width: 320, height: 180, seed: 5 })).path;
  await newProject(film, 'Film', [clip], {});
  using store = ProjectStore.open(film, { writtenBy: 'test' });
  const item = Object.values(store.project.items).find((one) => one.type === 'clip')!;
  const parameters = { label: { kind: 'constant', value: 'happy' } } as const;
  store.edit({ edit: 'addEffect', args: { clips: [item.id], kind: 'emotion', parameters } });
  await using performances = new StorePerformances(store);
  await performances.ensure(Object.keys(store.project.media)[0]!);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!namespaces)('on a full disk', () => {
  it('a project is not made by half', () => {
    const [made, left] = onSmallDisk(
      '100k',
      `head -c 100000 /dev/zero > "$D/filler" 2>&-; $R project new "$D/p.retake" --json; ls -A "$D" | tr '\\n' ' '`,
    );
    expect(codeOf(made)).toBe('disk-full');
    expect(left?.trim()).toBe('filler');
  });

  it('an import changes nothing, and the project opens again when there is room', () => {
    const lines = onSmallDisk(
      '100k',
      `$R project new "$D/p.retake" --json; head -c 100000 /dev/zero > "$D/filler" 2>&-
       $R project import "$D/p.retake" "$C" --json; rm "$D/filler"; $R project info "$D/p.retake" --json`,
    );
    expect(codeOf(lines[1])).toBe('disk-full');
    expect(JSON.parse(lines[2]!)).toMatchObject({ project: { media: [], revision: 0 }, problems: [] });
  });

  it('exports of meshes and layers leave nothing behind', () => {
    const lines = onSmallDisk(
      '200k',
      `$R project export "$F" --out "$D/face.glb" --json; $R project export "$F" --out "$D/faces" --json
       $R render "$F" --until 3 --out "${join(folder, 'film.mp4')}" --layers "$D/layers" --json | tail -n 1
       find "$D" -type f | wc -l`,
    );
    expect(lines.slice(0, 3).map(codeOf)).toEqual(['disk-full', 'disk-full', 'disk-full']);
    expect(lines[3]?.trim()).toBe('0');
    expect(existsSync(join(folder, 'film.mp4'))).toBe(true);
  });

  it('a render stops, and the same command finishes it when there is room', async () => {
    const out = join(small, 'film.mkv');
    const kept = join(folder, 'film.mkv');
    const render = `$R render "$F" --until 20 --preset ffv1 --out "${out}" --json | tail -n 1`;
    const lines = onSmallDisk(
      '600k',
      `${render}; ls "$D"; mount -o remount,size=50m "$D"; ${render}; cp "${out}" "${kept}"`,
    );
    expect(codeOf(lines[0])).toBe('disk-full');
    expect(lines).toHaveLength(2); // no film was there in between
    expect(JSON.parse(lines[1]!)).toMatchObject({ job: { state: 'done', framesDone: 20 } });
    await using source = await openVideo(kept);
    expect(source.frameCount).toBe(20);
    expect(readFileSync(kept).length).toBeGreaterThan(500_000);
  });
});
