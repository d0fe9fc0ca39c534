import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildKey, isUpToDate, makeStamp, STAMP_NAME } from './stamp.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'retake-stamp-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('buildKey', () => {
  const packageFile = (version: string): string[] => {
    const path = join(root, 'package.json');
    writeFileSync(path, JSON.stringify({ name: 'source', version }));
    return [path];
  };

  it('follows sources, cards and package versions, and nothing else', () => {
    mkdirSync(join(root, 'cards'));
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'a.ts'), 'one');
    writeFileSync(join(root, 'cards', 'a.md'), 'card');
    const key = buildKey(root, packageFile('1.0.0'));
    writeFileSync(join(root, 'a.test.ts'), 'test');
    writeFileSync(join(root, 'dist', 'b.ts'), 'output');
    expect(buildKey(root, packageFile('1.0.0'))).toBe(key);
    expect(buildKey(root, packageFile('1.0.1'))).not.toBe(key);
    const other = join(root, 'other.txt');
    writeFileSync(other, 'schema');
    expect(buildKey(root, packageFile('1.0.0'), [other])).not.toBe(key);
    writeFileSync(join(root, 'cards', 'a.md'), 'other card');
    const changed = buildKey(root, packageFile('1.0.0'));
    expect(changed).not.toBe(key);
    writeFileSync(join(root, 'a.ts'), 'two');
    expect(buildKey(root, packageFile('1.0.0'))).not.toBe(changed);
  });
});

describe('isUpToDate', () => {
  function build(): void {
    mkdirSync(join(root, 'pack'));
    writeFileSync(join(root, 'pack', 'net.onnx'), 'weights');
    writeFileSync(join(root, STAMP_NAME), JSON.stringify(makeStamp(root, 'key')));
  }

  it('holds for a complete build of the same key only', () => {
    expect(isUpToDate(root, 'key')).toBe(false);
    build();
    expect(isUpToDate(root, 'key')).toBe(true);
    expect(isUpToDate(root, 'other')).toBe(false);
  });

  it('notices a file that is missing or has another size, and a broken stamp', () => {
    build();
    writeFileSync(join(root, 'pack', 'net.onnx'), 'weight');
    expect(isUpToDate(root, 'key')).toBe(false);
    rmSync(join(root, 'pack', 'net.onnx'));
    expect(isUpToDate(root, 'key')).toBe(false);
    writeFileSync(join(root, STAMP_NAME), '{"key": "key"');
    expect(isUpToDate(root, 'key')).toBe(false);
  });
});
