import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyProjectPatches, type EditRequest } from '../../core/document/edit.ts';
import { fixtureProject } from '../../core/document/fixtures.test-support.ts';
import type { Performance } from '../../core/performance.ts';
import { killRounds, runAndKill } from './kill-rounds.test-support.ts';
import { type FileFormat, migrate } from './migrations.ts';
import { packPerformance, unpackPerformance } from './performance-result.ts';
import { PROJECT_FILE_VERSION } from './project-format.ts';
import { ProjectStore } from './project-store.ts';
import { recoverProject } from './recover.ts';
import { connect } from './sqlite.ts';
import { carveRecords } from './sqlite-pages.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retake-store-'));
  path = join(folder, 'film.retake');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const append = (duration: number): EditRequest => ({
  edit: 'append',
  args: { clips: [{ track: 'v2', media: 'f6', duration }] },
});
const clips = (store: ProjectStore): number => Object.keys(store.project.items).length;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('project file', () => {
  it('keeps edits, undo and redo over a restart', () => {
    {
      using store = ProjectStore.create(path, fixtureProject());
      expect(store.edit(append(10))).toMatchObject({ label: 'Append clip', created: ['c9'] });
      store.edit(append(20));
      store.edit({ edit: 'setProject', args: { name: 'Reel' } });
      expect(store.undo()?.label).toBe('Rename project');
    }
    using store = ProjectStore.open(path);
    expect(store.history()).toEqual({ undo: ['Append clip', 'Append clip'], redo: ['Rename project'] });
    expect(store.redo()?.label).toBe('Rename project');
    expect(store.project.head.name).toBe('Reel');
    expect([store.undo(), store.undo(), store.undo()].every((change) => change !== undefined)).toBe(true);
    expect(store.undo()).toBeUndefined();
    expect(store.project).toEqual(fixtureProject());
    store.redo();
    store.edit(append(5)); // a new edit drops what was undone
    expect(store.redo()).toBeUndefined();
    expect(clips(store)).toBe(2);
    expect(store.verify()).toEqual([]);
  });

  it('makes a drag, and squashed steps, one undo', () => {
    using store = ProjectStore.create(path, fixtureProject());
    store.edit(append(50));
    const before = store.project;
    {
      using drag = store.drag('Trim');
      let seen = before;
      for (let delta = -1; delta > -20; delta--) {
        const { patches } = drag.update({ edit: 'trim', args: { clip: 'c9', edge: 'end', delta } });
        seen = applyProjectPatches(seen, patches);
        expect(seen).toEqual(store.project);
      }
      drag.finish();
    }
    expect(store.project.items['c9']).toMatchObject({ duration: 31 });
    expect(store.history().undo).toEqual(['Trim', 'Append clip']);
    {
      using drag = store.drag('Slip');
      drag.update({ edit: 'slip', args: { clips: ['c9'], delta: 3 } });
      // not finished: cancelled
    }
    expect(store.project.items['c9']).toMatchObject({ sourceStart: { value: 0 } });
    store.undo();
    expect(store.project).toEqual(before);
    const mark = store.mark();
    store.edit(append(5));
    store.edit(append(6));
    store.squash(mark, 'Two clips');
    expect(store.history().undo).toEqual(['Two clips', 'Append clip']);
    const after = store.project;
    store.undo();
    expect(store.project).toEqual(before);
    store.redo();
    expect(store.project).toEqual(after);
    expect(store.verify()).toEqual([]);
  });

  it('changes nothing when an edit is refused', () => {
    using store = ProjectStore.create(path, fixtureProject());
    const before = store.project;
    expect(() => store.edit(append(101))).toThrow(code('conflict'));
    expect(store.project).toBe(before);
    expect(store.history().undo).toEqual([]);
  });

  it('does not overwrite a file and does not invent one', () => {
    ProjectStore.create(path, 'x').close();
    expect(() => ProjectStore.create(path, 'y')).toThrow(code('conflict'));
    expect(() => ProjectStore.open(join(folder, 'none.retake'))).toThrow(code('file-not-found'));
    expect(() => ProjectStore.create(join(folder, 'no', 'z.retake'), 'z')).toThrow(code('output-unwritable'));
    expect(readdirSync(folder)).toEqual(['film.retake']);
  });
});

describe('a second process', () => {
  it('reads, follows, is told who writes, and can write once the first is killed', async () => {
    ProjectStore.create(path, fixtureProject()).close();
    const child = spawn(process.execPath, ['src/engine/store/killed-writer.test-support.ts', path, '7', '0', '25']);
    await new Promise<void>((resolve) =>
      child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('done') && resolve()),
    );
    {
      using store = ProjectStore.open(path);
      expect(store.readOnly).toBe(true);
      expect(store.writer).toMatchObject({ pid: child.pid });
      expect(store.revision).toBeGreaterThan(3);
      expect(() => store.edit(append(3))).toThrow(code('project-locked'));
      expect(() => store.undo()).toThrow(code('project-locked'));
    }
    const gone = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await gone;
    using store = ProjectStore.open(path);
    expect(store.readOnly).toBe(false);
    using reader = ProjectStore.open(path); // the same process counts as second, too
    expect(reader.readOnly).toBe(true);
    expect(reader.refresh()).toBe(false);
    store.edit({ edit: 'setProject', args: { name: 'Seen' } });
    expect(reader.refresh()).toBe(true);
    expect(reader.project).toEqual(store.project);
  });

  it('is noticed even when somebody deleted the lock', () => {
    using first = ProjectStore.create(path, fixtureProject());
    rmSync(`${path}.lock`);
    using second = ProjectStore.open(path);
    expect(second.readOnly).toBe(false);
    second.edit(append(5));
    expect(() => first.edit(append(6))).toThrow(code('project-locked'));
    expect(second.verify()).toEqual([]);
    expect(clips(second)).toBe(1);
  });

  it('has one lock, whatever link leads to the file', () => {
    using first = ProjectStore.create(path, fixtureProject());
    symlinkSync(path, join(folder, 'link.retake'));
    using second = ProjectStore.open(join(folder, 'link.retake'));
    expect([first.readOnly, second.readOnly]).toEqual([false, true]);
  });

  it('loses no edit that returned, wherever the writer is killed', async () => {
    ProjectStore.create(path, fixtureProject()).close();
    const report = await killRounds(path, fixtureProject(), 60, 5, 3);
    expect(report).toMatchObject({ lostEdits: 0, unreadable: 0, faults: [] });
    expect(report.edits).toBeGreaterThanOrEqual(50);
  });

  it('a writer that stays alive reports the edits it made', async () => {
    ProjectStore.create(path, fixtureProject()).close();
    const lines = await runAndKill([path, '5', '0', '4'], 99, 0);
    expect(lines[0]).toBe('open');
    expect(lines.at(-1)).toBe('done');
  });
});

describe('versions', () => {
  it('refuses a project of a newer Retake and names both versions', () => {
    ProjectStore.create(path, 'x').close();
    const db = new Sqlite(path);
    db.pragma(`user_version = ${PROJECT_FILE_VERSION + 5}`);
    db.close();
    const before = readFileSync(path);
    expect(() => ProjectStore.open(path)).toThrow(
      expect.objectContaining({
        code: 'version-too-new',
        message: expect.stringContaining(`version ${PROJECT_FILE_VERSION + 5}`),
      }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses what is not a project', () => {
    writeFileSync(path, 'this is a text file, only longer than a header of SQLite would be, to be sure of it all');
    expect(() => ProjectStore.open(path)).toThrow(code('file-damaged'));
    rmSync(path);
    const other = new Sqlite(path);
    other.exec('CREATE TABLE shopping (item TEXT)');
    other.close();
    expect(() => ProjectStore.open(path)).toThrow(code('file-damaged'));
  });

  it('migrates step by step with a backup before each, and stays where a step fails', () => {
    const format = (...steps: string[]): FileFormat => ({
      applicationId: 77,
      noun: 'test file',
      migrations: steps.map((sql, index) => ({ version: index + 1, what: sql, up: (db) => void db.exec(sql) })),
    });
    const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'CREATE TABLE c (x)'];
    const tables = (file: string): unknown[] => {
      const db = new Sqlite(file, { readonly: true });
      const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").pluck().all();
      db.close();
      return names;
    };
    const db = connect(path, { create: true });
    expect(migrate(db, path, format(steps[0]!))).toEqual([]);
    expect(() => migrate(db, path, format(steps[0]!, steps[1]!, 'CREATE TABLE a (again)'))).toThrow();
    expect(db.pragma('user_version', { simple: true })).toBe(2);
    const backups = migrate(db, path, format(...steps));
    db.close();
    expect(tables(path)).toEqual(['a', 'b', 'c']);
    expect(backups).toEqual([`${path}.v2-backup-2`]); // the failed step had made its copy already
    expect(tables(`${path}.v1-backup`)).toEqual(['a']);
    expect(tables(backups[0]!)).toEqual(['a', 'b']);
  });
});

describe('captured results', () => {
  const performance = (frames: number): Performance => {
    const fill = (length: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(index));
    const neutral = fill(468 * 3);
    return {
      width: 64,
      height: 32,
      frameCount: frames,
      shots: [0],
      actors: [{ id: 'one', name: 'Actor 1', descriptor: fill(1024), neutral }],
      tracks: [
        {
          actorId: 'one',
          shot: 0,
          firstFrame: 0,
          frameCount: frames,
          coefficients: fill(frames * 52),
          pose: fill(frames * 7),
          gaze: fill(frames * 4),
          landmarks: fill(frames * 478 * 3),
          confidence: fill(frames),
          reason: new Uint8Array(frames).fill(2),
          neutral,
        },
      ],
    };
  };
  const inputs = { kind: 'capture', fingerprint: 'f', models: { detector: 'aa' }, parameters: { faces: 2 } };

  it('come back bit for bit, keyed by media, models and parameters', () => {
    {
      using store = ProjectStore.create(path, 'x');
      expect(store.results.has(inputs)).toBe(false);
      store.results.put(inputs, packPerformance(performance(60), { coverage: 1 }));
    }
    using store = ProjectStore.open(path);
    expect(store.results.has({ ...inputs, parameters: { faces: 2 } })).toBe(true);
    expect(store.results.has({ ...inputs, models: { detector: 'ab' } })).toBe(false);
    expect(store.results.has({ ...inputs, fingerprint: 'g' })).toBe(false);
    expect(unpackPerformance(store.results.get(inputs)!)).toEqual({
      performance: performance(60),
      extra: { coverage: 1 },
    });
    expect(store.results.list()).toMatchObject([{ kind: 'capture', bytes: expect.any(Number) }]);
    store.results.delete(store.results.list()[0]!.key);
    expect(store.results.get(inputs)).toBeUndefined();
    expect(store.verify()).toEqual([]);
  });

  it('are refused when a byte of them changed', () => {
    using store = ProjectStore.create(path, 'x');
    store.results.put(inputs, packPerformance(performance(4)));
    const db = new Sqlite(path);
    db.prepare("UPDATE chunks SET data = zeroblob(length(data)) WHERE name = 'track/0/pose'").run();
    db.close();
    expect(() => store.results.get(inputs)).toThrow(code('file-damaged'));
    expect(store.verify().join()).toContain('track/0/pose');
  });
});

describe('recovery', () => {
  const damage = (from: number, bytes: number): void => {
    const file = readFileSync(path);
    writeFileSync(path, file.fill(0xa5, from, from + bytes));
  };
  const makeProject = (): ProjectStore['project'] => {
    using store = ProjectStore.create(path, fixtureProject());
    for (let index = 0; index < 200; index++) store.edit(append(2 + (index % 9)));
    store.edit({
      edit: 'addEffect',
      args: { clips: store.project.tracks['v2']!.items.slice(0, 50) as string[], kind: 'emotion' },
    });
    store.results.put(
      { kind: 'capture', fingerprint: 'f', models: {}, parameters: null },
      { info: 1, tables: { a: { width: 2, data: Float32Array.of(1, 2, 3, 4) } } },
    );
    return store.project;
  };

  it('of a healthy file gives the same document and its captures', () => {
    const project = makeProject();
    const report = recoverProject(path, join(folder, 'out.retake'));
    expect(report).toMatchObject({ method: 'rows', lost: [], results: 1 });
    using store = ProjectStore.open(join(folder, 'out.retake'));
    expect(store.project).toEqual(project);
  });

  it('reads the pages themselves when the header and the schema are gone', () => {
    const project = makeProject();
    damage(0, 4096);
    expect(() => ProjectStore.open(path)).toThrow(code('file-damaged'));
    const report = recoverProject(path, join(folder, 'out.retake'));
    expect(report).toMatchObject({ method: 'pages', lost: [], results: 1 });
    using store = ProjectStore.open(join(folder, 'out.retake'));
    expect(store.project).toEqual(project);
    expect(store.results.list()).toHaveLength(1);
  });

  it('saves what is left when pages in the middle are lost, and says what is not', () => {
    makeProject();
    const size = readFileSync(path).length;
    damage(Math.floor(size / 8 / 4096) * 4096, 4096 * 4);
    const report = recoverProject(path, join(folder, 'out.retake'));
    using store = ProjectStore.open(join(folder, 'out.retake'));
    expect(store.verify()).toEqual([]);
    expect(clips(store)).toBeGreaterThan(20);
    expect(report.kept['items']).toBe(clips(store));
  });

  it('finds the edits of a killed writer in the log', async () => {
    ProjectStore.create(path, fixtureProject()).close();
    await runAndKill([path, '11', '0', '30'], 99, 0);
    using whole = ProjectStore.open(path, { readOnly: true });
    const project = whole.project;
    whole.close();
    const heads = (wal: Uint8Array): unknown[] =>
      [...carveRecords(readFileSync(path), wal)]
        .filter(([, head]) => String(head).includes('sequenceOrder'))
        .map(([, head]) => head);
    // Nothing was taken into the file itself yet: all that was edited is in the log.
    expect(heads(new Uint8Array())).toEqual([JSON.stringify(fixtureProject().head)]);
    expect(heads(readFileSync(`${path}-wal`))).toEqual([JSON.stringify(project.head)]);
    damage(0, 100);
    recoverProject(path, join(folder, 'out.retake'));
    using store = ProjectStore.open(join(folder, 'out.retake'));
    expect(store.project).toEqual(project);
  });

  it('refuses what holds nothing of a project, and leaves no trace', () => {
    writeFileSync(path, Buffer.alloc(20_000, 3));
    expect(() => recoverProject(path, join(folder, 'out.retake'))).toThrow(code('file-damaged'));
    expect(() => recoverProject(join(folder, 'none'), join(folder, 'o'))).toThrow(code('file-not-found'));
    expect(readdirSync(folder)).toEqual(['film.retake']);
  });
});

describe.runIf(process.getuid?.() !== 0)('a folder that may not be written', () => {
  it('opens read-only', () => {
    ProjectStore.create(path, 'x').close();
    chmodSync(folder, 0o555);
    try {
      using store = ProjectStore.open(path);
      expect(store.readOnly).toBe(true);
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});
