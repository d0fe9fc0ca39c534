// The render queue as its operator uses it: lists with bad lines, ten clips of which two cannot be rendered, kills.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../src/contract/jobs.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { openVideo } from '../src/engine/media/index.ts';
import { ProjectStore } from '../src/engine/store/index.ts';
import { launcher, retake } from './support/retake.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-queue-e2e-'));
const file = (name: string): string => join(folder, name);
const queue = file('queue.sqlite');
let actor = '';

beforeAll(async () => {
  actor = (await digitalActorFixture({ seconds: 1, width: 320, height: 180, seed: 5 })).path;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function json<T>(...args: string[]): Promise<T & { rc: number | null }> {
  const { code, stdout, stderr } = await retake(...args, '--json');
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(last, stderr).not.toBe('');
  return { ...(JSON.parse(last) as T), rc: code };
}

/** Hash of every frame of a film, as decoded. */
async function frameHashes(path: string): Promise<string[]> {
  await using source = await openVideo(path);
  const hashes: string[] = [];
  for await (const frame of source.frames()) {
    const hash = createHash('sha256');
    for (const plane of frame.picture.planes) hash.update(plane);
    hashes.push(hash.digest('hex'));
    frame.release();
  }
  return hashes;
}

describe('retake queue', () => {
  it('refuses a list with a wrong line, names it, and queues nothing', async () => {
    writeFileSync(file('bad.csv'), `clip,to,intensity\n${actor},happy,1\n${actor},hapy,1\n`);
    const { code, stderr } = await retake('queue', 'add', file('bad.csv'), '--queue', queue);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.csv, line 3: --to takes one of .*not "hapy"/);
    writeFileSync(file('columns.csv'), `clip,mood\n${actor},happy\n`);
    expect((await retake('queue', 'add', file('columns.csv'), '--queue', queue)).stderr).toMatch(/no option "mood"/);
    expect((await json<{ jobs: Job[] }>('queue', 'list', '--queue', queue)).jobs).toEqual([]);
  });

  it('renders eight of ten clips; the truncated and the missing one say why', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `clip-${index}.mp4`);
    for (const name of names) copyFileSync(actor, file(name));
    writeFileSync(file('clip-3.mp4'), readFileSync(actor).subarray(0, 3000));
    rmSync(file('clip-7.mp4'));
    const lines = names.map((name, index) => `${name},${index % 2 ? 'sad' : 'happy'},6`);
    writeFileSync(file('night.csv'), `clip,to,until\n${lines.join('\n')}\n`);
    await json('queue', 'add', file('night.csv'), '--out-folder', file('out'), '--queue', queue);
    const ran = await json<{ done: number; failed: number; left: number; jobs: Job[] }>(
      'queue',
      'run',
      '--queue',
      queue,
    );
    expect(ran).toMatchObject({ rc: 1, done: 8, failed: 2, left: 0 });
    const failures = ran.jobs.filter(({ state }) => state === 'failed').map(({ failure }) => failure!);
    expect(failures.map(({ code }) => code).sort()).toEqual(['file-not-found', expect.stringMatching(/media/)]);
    for (const { state, spec } of ran.jobs) expect(existsSync(spec.out), spec.name).toBe(state === 'done');
    // What was missing comes back: only that job is rendered.
    copyFileSync(actor, file('clip-7.mp4'));
    const missing = ran.jobs.find(({ spec }) => spec.name.startsWith('clip-7'))!;
    await json('queue', 'retry', String(missing.id), '--queue', queue);
    expect(await json('queue', 'run', '--queue', queue)).toMatchObject({ done: 1 });
    const gone = await json<{ jobs: Job[] }>('queue', 'remove', 'all', '--queue', queue);
    expect(gone.jobs).toHaveLength(10);
  }, 240_000);

  it('goes on after kill -9, and the film is the one that was not interrupted', async () => {
    await retake('project', 'new', file('film.retake'), actor);
    const render = (out: string) => ['render', file('film.retake'), '--preset', 'ffv1', '--out', file(out)];
    expect((await retake(...render('whole.mkv'))).code).toBe(0);
    for (const wait of [900, 1500, 2100]) {
      const child: ChildProcess = spawn(process.execPath, [launcher, ...render('killed.mkv')], {
        detached: true,
        stdio: 'ignore',
      });
      await sleep(wait);
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
      await sleep(100);
    }
    const { code, stderr } = await retake(...render('killed.mkv'));
    expect(code, stderr).toBe(0);
    expect(await frameHashes(file('killed.mkv'))).toEqual(await frameHashes(file('whole.mkv')));
    expect(existsSync(file('.killed.mkv.render.sqlite'))).toBe(false);
  }, 120_000);
});

describe('retake queue watch', () => {
  it('renders a tree of clips in one command, each where it lay, and says which one could not be', async () => {
    const reel = file('reel');
    mkdirSync(join(reel, 'day one', 'close-ups'), { recursive: true });
    mkdirSync(join(reel, '.trash'));
    copyFileSync(actor, join(reel, 'a.mp4'));
    copyFileSync(actor, join(reel, 'day one', 'close-ups', 'a.mp4'));
    copyFileSync(actor, join(reel, '.trash', 'gone.mp4'));
    writeFileSync(join(reel, 'day one', 'broken.mov'), 'no film');
    writeFileSync(join(reel, 'notes.txt'), 'no clip');
    writeFileSync(file('sad.json'), JSON.stringify({ to: 'sad', until: 6 }));
    const common = ['--recipe', file('sad.json'), '--once', '--queue', file('reel.sqlite')];
    const flat = await json<{ jobs: Job[] }>('queue', 'watch', reel, ...common, '--out-folder', file('flat'));
    expect(flat.jobs.map(({ spec }) => spec.name)).toEqual(['a.mp4: sad']);
    const out = join(reel, 'rendered'); // the default; it is not taken for more clips
    const night = () =>
      json<{ done: number; failed: number; left: number; jobs: Job[] }>(
        'queue',
        'watch',
        reel,
        '--recursive',
        ...common,
      );
    const ran = await night();
    expect(ran).toMatchObject({ rc: 1, done: 2, failed: 1, left: 0 });
    expect(ran.jobs.find(({ state }) => state === 'failed')).toMatchObject({
      spec: { name: join('day one', 'broken.mov: sad') },
      failure: { code: expect.stringMatching(/media|unsupported/) },
    });
    expect(existsSync(join(out, 'a.sad.mp4'))).toBe(true);
    expect(existsSync(join(out, 'day one', 'close-ups', 'a.sad.mp4'))).toBe(true);
    const again = await retake(
      'queue',
      'add',
      reel,
      '--recursive',
      '--to',
      'sad',
      '--out-folder',
      out,
      '--queue',
      file('n.sqlite'),
    );
    expect(again.code).toBe(0);
    expect((await json<{ jobs: Job[] }>('queue', 'list', '--queue', file('n.sqlite'))).jobs).toHaveLength(3);
  });
});

describe('retake project', () => {
  it('makes, fills, describes and exports a project', async () => {
    const path = file('cut.retake');
    const made = await json<{ project: { media: unknown[]; sequences: { frames: number }[] } }>(
      'project',
      'new',
      path,
      actor,
    );
    expect(made).toMatchObject({ rc: 0, project: { media: [{ state: 'online' }] } });
    const frames = made.project.sequences[0]!.frames;
    await json('project', 'export', path, '--out', file('cut.otio'));
    const imported = await json<typeof made>('project', 'import', path, file('cut.otio'));
    expect(imported.project.sequences.map((one) => one.frames)).toEqual([frames, frames]);
    writeFileSync(file('notes.mp4'), 'no film');
    const mixed = await json<{ failures: { code: string }[] }>('project', 'import', path, file('notes.mp4'), actor);
    expect(mixed).toMatchObject({ rc: 1, failures: [{ code: 'not-media' }], imported: [{}] });
    expect(await json('project', 'info', path)).toMatchObject({ rc: 0, problems: [] });
  });

  it('says what is wrong with a project', async () => {
    expect((await retake('project', 'new', file('cut.retake'))).stderr).toMatch(/already exists/);
    expect((await retake('project', 'info', file('nothing.retake'))).stderr).toMatch(/nothing\.retake/);
    writeFileSync(file('text.retake'), 'not a database at all, but long enough to look like one');
    expect((await retake('project', 'info', file('text.retake'))).code).toBe(1);
    const whole = readFileSync(file('cut.retake'));
    whole.fill(7, 5000, 9000);
    writeFileSync(file('damaged.retake'), whole);
    const saved = await json<{ out: string; lost: string[] }>('project', 'recover', file('damaged.retake'));
    expect(saved.rc).toBe(0);
    expect(existsSync(saved.out)).toBe(true);
    await json('project', 'new', file('empty.retake'));
    expect((await retake('render', file('empty.retake'))).stderr).toMatch(/no sequence/);
    const far = await retake('render', file('cut.retake'), '--from', '9999');
    expect(far.stderr).toMatch(/9999/);
    expect((await retake('render', file('cut.retake'), '--sequence', 'Reel 9')).stderr).toMatch(
      /There are: "Sequence 1"/,
    );
  });

  it('refuses a project of a newer version and one that another process writes', async () => {
    const path = file('newer.retake');
    await json('project', 'new', path, actor);
    {
      using store = ProjectStore.open(path, { writtenBy: 'e2e' });
      expect(store.readOnly).toBe(false);
      const second = await json<{ error: { code: string } }>('project', 'import', path, actor);
      expect(second).toMatchObject({ rc: 1, error: { code: 'project-locked' } });
      expect(await json('project', 'info', path)).toMatchObject({ rc: 0, project: { readOnly: true } });
    }
    // SQLite keeps user_version, the version of our schema, as a big-endian word at byte 60.
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(999, 60);
    writeFileSync(path, bytes);
    const { code, stderr } = await retake('project', 'info', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/999/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('says which media are missing or changed, and renders neither', async () => {
    const [clip, path] = [file('own.mp4'), file('own.retake')];
    copyFileSync(actor, clip);
    await json('project', 'new', path, clip);
    const render = () => retake('render', path, '--until', '4', '--out', file('own-out.mp4'));
    rmSync(clip);
    expect(await json('project', 'info', path)).toMatchObject({ project: { media: [{ state: 'missing' }] } });
    const missing = await render();
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/own\.mp4/);
    copyFileSync((await digitalActorFixture({ seconds: 1, width: 320, height: 180, seed: 6 })).path, clip);
    expect(await json('project', 'info', path)).toMatchObject({ project: { media: [{ state: 'changed' }] } });
    const changed = await render();
    expect(changed.code).toBe(1);
    expect(changed.stderr).toMatch(/own\.mp4.*changed|changed.*own\.mp4|other content/i);
    expect(existsSync(file('own-out.mp4'))).toBe(false);
    const preset = await retake('render', path, '--preset', 'vhs');
    expect(preset.code).toBe(1);
    expect(preset.stderr).toMatch(/--preset takes one of/);
  });
});
