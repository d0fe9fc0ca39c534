import { join, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isExport, projectsIn, withProjectExtension } from './open-files.ts';

const home = resolve(sep, 'home', 'films');

describe('projectsIn', () => {
  it('finds projects among switches and other files, once each, from where the program was started', () => {
    const absolute = join(home, 'b.RETAKE');
    expect(projectsIn(['retake', '--flag', 'a.retake', 'clip.mp4', absolute, './a.retake'], home)).toEqual([
      join(home, 'a.retake'),
      absolute,
    ]);
  });

  it('takes no switch for a project', () => {
    expect(projectsIn(['--open=a.retake', '-x.retake'], home)).toEqual([]);
  });
});

it('adds the extension where it lacks', () => {
  expect(withProjectExtension('/a/Film')).toBe('/a/Film.retake');
  expect(withProjectExtension('/a/Film.Retake')).toBe('/a/Film.Retake');
});

describe('isExport', () => {
  it.each(['a.mp4', 'a.MOV', 'a.glb', 'report.html'])('%s may be dragged out', (name) => {
    expect(isExport(join(home, name))).toBe(true);
    expect(isExport(name)).toBe(false);
  });

  it.each(['a.exe', 'a.sh', '.bashrc', 'a.app', 'id_rsa', 'a.mp4.desktop'])('%s may not', (name) => {
    expect(isExport(join(home, name))).toBe(false);
  });
});
