import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCsv, readBatchList, readRecipe } from './batch-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('parseCsv', () => {
  it('reads what was written, whatever is in the cells (property)', () => {
    const cell = fc.string({ minLength: 1 }).filter((text) => !text.startsWith('\uFEFF'));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (rows) => {
        const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(parseCsv(text).map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  it('counts lines through quoted line breaks and skips empty ones', () => {
    expect(parseCsv('a,b\n\n"x\ny",2\nz,3')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['x\ny', '2'] },
      { line: 5, cells: ['z', '3'] },
    ]);
  });

  it('refuses a quote that never ends', () => {
    expect(() => parseCsv('a\n"b')).toThrow(/line 2/);
  });
});

describe('readBatchList', () => {
  it('resolves paths from the folder of the list and parses values', async () => {
    const list = file('list.csv', 'clip,to,intensity,keys\na.mp4,happy,0.5,\nb.mp4,,,"0s:happy, 2s:sad"\n');
    expect(await readBatchList(list)).toEqual([
      { clip: join(folder, 'a.mp4'), options: { to: 'happy', intensity: 0.5 } },
      { clip: join(folder, 'b.mp4'), options: { keys: '0s:happy, 2s:sad' } },
    ]);
    const json = file('list.json', '[{"clip": "a.mp4", "to": "sad", "preserve-lips": 1}]');
    expect((await readBatchList(json))[0]!.options).toEqual({ to: 'sad', preserveLips: 1 });
  });

  it.each([
    ['clip,to\na.mp4,hapy\n', /line 2: --to takes one of/],
    ['clip,mood\na.mp4,happy\n', /line 2: there is no option "mood"/],
    ['to\nhappy\n', /must name the columns/],
    ['clip,to\na.mp4,happy,1\n', /line 2: there are 3 values for 2 columns/],
    ['clip,to\n,happy\n', /line 2: there is no clip/],
    ['clip,intensity\na.mp4,9\n', /line 2: --intensity takes a number/],
  ])('names the line of what is wrong: %j', async (text, message) => {
    await expect(readBatchList(file('bad.csv', text))).rejects.toThrow(message);
  });
});

describe('readRecipe', () => {
  it('takes one object and refuses anything else', async () => {
    expect(await readRecipe(file('r.json', '{"to": "happy", "seed": 3}'))).toEqual({ to: 'happy', seed: 3 });
    await expect(readRecipe(file('r.json', '[1]'))).rejects.toThrow(/no recipe/);
    await expect(readRecipe(file('r.json', '{to: 1}'))).rejects.toThrow(/not readable JSON/);
    await expect(readRecipe(join(folder, 'none.json'))).rejects.toThrow(/no file/);
  });
});
