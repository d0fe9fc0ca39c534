import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PreferenceFile } from './preferences.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-preferences-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('preferences', () => {
  it('are kept, replaced and forgotten', () => {
    const path = join(folder, 'new', 'preferences.json');
    const file = new PreferenceFile(path);
    expect(file.read()).toEqual({});
    file.set('shortcuts', { play: ['P'] });
    file.set('layout:a', { x: 1 });
    file.set('layout:a', { x: 2 });
    expect(new PreferenceFile(path).read()).toEqual({ shortcuts: { play: ['P'] }, 'layout:a': { x: 2 } });
    file.set('shortcuts', null);
    expect(file.read()).toEqual({ 'layout:a': { x: 2 } });
  });

  it('start anew where the file is damaged, and do not grow without end', () => {
    const path = join(folder, 'damaged.json');
    writeFileSync(path, '{"a":');
    const file = new PreferenceFile(path);
    expect(file.read()).toEqual({});
    for (let i = 0; i < 210; i++) file.set(`layout:${i}`, i);
    expect(Object.keys(file.read())).toHaveLength(200);
    expect(file.read()['layout:209']).toBe(209);
  });
});
