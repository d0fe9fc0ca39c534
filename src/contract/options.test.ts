import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { type Option, parseOption } from './option.ts';
import { OPTIONS, withDefaults } from './options.ts';

describe('option registry', () => {
  it('has kebab-case flags and help without a full stop', () => {
    for (const option of Object.values<Option>(OPTIONS)) {
      expect(option.flag).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(option.help).not.toMatch(/\.$/);
      expect(option.value === undefined).toBe(option.kind === 'switch');
    }
  });

  it('has defaults that it accepts itself', () => {
    for (const option of Object.values<Option>(OPTIONS))
      if (option.kind !== 'switch' && option.default !== undefined)
        expect(parseOption(option, String(option.default))).toBe(option.default);
  });

  it('fills in what is missing and leaves what is given', () => {
    const filled = withDefaults({ intensity: 0.5, to: 'happy' });
    expect(filled).toMatchObject({ intensity: 0.5, to: 'happy', preset: OPTIONS.preset.default, actor: 'all' });
    expect('from' in filled).toBe(false);
  });

  it('gives every command distinct flags and at least one example that starts with its name', () => {
    for (const [name, command] of Object.entries(COMMANDS)) {
      const flags = command.options.map((id) => OPTIONS[id].flag);
      expect(new Set(flags).size).toBe(flags.length);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) expect(`${line} `.startsWith(`${name} `), line).toBe(true);
    }
  });

  it('takes numbers inside their range and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3000, max: 3000 }), (milli) => {
        const value = milli / 1000;
        const parse = (): unknown => parseOption(OPTIONS.intensity, String(value));
        if (value >= 0 && value <= 1.5) expect(parse()).toBe(value);
        else expect(parse).toThrow('a number from 0 to 1.5');
      }),
    );
    for (const bad of ['', 'NaN', 'Infinity', '1e3', '0x1', '1,5', '--'])
      expect(() => parseOption(OPTIONS.intensity, bad)).toThrow('--intensity takes');
    expect(() => parseOption(OPTIONS.seed, '1.5')).toThrow('a whole number');
    expect(() => parseOption(OPTIONS.seed, '4294967296')).toThrow('a whole number from 0 to 4294967295');
  });

  it('takes choices in any case and lists them otherwise', () => {
    expect(parseOption(OPTIONS.preset, 'FFV1')).toBe('ffv1');
    expect(() => parseOption(OPTIONS.preset, 'avi')).toThrow('one of h264, h265');
  });
});
