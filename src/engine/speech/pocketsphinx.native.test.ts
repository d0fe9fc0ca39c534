import { beforeAll, describe, expect, it } from 'vitest';
import { LINE_TEXT } from '../digital-actor/phones.ts';
import { loadPack } from '../inference/index.ts';
import { PocketSphinx } from './pocketsphinx.ts';
import { spokenLine } from './testing/sounds.ts';

let program: Uint8Array;
let files: ReadonlyMap<string, Uint8Array>;
let ear: PocketSphinx;

beforeAll(async () => {
  ({ entry: program, files } = await loadPack('english-words'));
  ear = new PocketSphinx(program, files);
});

describe('PocketSphinx', () => {
  it('hears words in a synthetic voice, in order and within the sound', () => {
    const { samples } = spokenLine();
    const heard = ear.hear(samples);
    const words = heard.filter(({ word }) => !word.startsWith('<'));
    expect(words.length).toBeGreaterThan(LINE_TEXT.split(' ').length / 2);
    heard.forEach(({ first, last }, index) => {
      expect(last).toBeGreaterThanOrEqual(first);
      if (index > 0) expect(first).toBe(heard[index - 1]!.last + 1);
    });
    expect(heard.at(-1)!.last).toBeLessThanOrEqual((samples.length / 16_000) * 100);
    expect(ear.hear(samples)).toEqual(heard);
  });

  it('has an answer for nothing, for silence, and for sound that breaks off to digital silence', () => {
    expect(ear.hear(new Float32Array(0))).toEqual([]);
    expect(ear.hear(new Float32Array(32_000)).length).toBeLessThan(6);
    const broken = spokenLine().samples.map((value, i) => (i % 8000 < 4000 ? 0 : Math.sign(value)));
    expect(() => ear.hear(broken)).not.toThrow();
  });

  it('says when its model cannot be read', () => {
    const without = new Map([...files].filter(([name]) => name !== 'means'));
    expect(() => new PocketSphinx(program, without)).toThrow('refused its model');
  });
});
