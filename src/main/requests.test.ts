import { describe, expect, it } from 'vitest';
import { chooseRequestSchema, interfaceStateSchema, pathSchema } from './requests.ts';

const told = {
  commands: [{ id: 'undo', label: 'Undo', keys: ['Mod+Z'], enabled: true }],
  recent: [{ path: '/films/a.retake', name: 'a' }],
  project: { path: '/films/a.retake', name: 'a' },
};

describe('what windows send', () => {
  it('is taken in the agreed shape', () => {
    expect(interfaceStateSchema.parse(told)).toEqual(told);
    expect(chooseRequestSchema.parse({ purpose: 'export', name: 'a.mp4' })).toEqual({
      purpose: 'export',
      name: 'a.mp4',
    });
    expect(pathSchema.parse('/films/a.mp4')).toBe('/films/a.mp4');
  });

  it.each([
    ['more than was agreed', { ...told, run: 'rm' }],
    ['a command without a name', { ...told, commands: [{ id: 'undo', keys: [], enabled: true }] }],
    ['more commands than there can be', { ...told, commands: Array(1001).fill(told.commands[0]) }],
    ['nothing', null],
  ])('is refused where it is %s', (_, state) => {
    expect(interfaceStateSchema.safeParse(state).success).toBe(false);
  });

  it('asks for no other dialogs, and names no empty paths', () => {
    expect(chooseRequestSchema.safeParse({ purpose: 'run' }).success).toBe(false);
    expect(pathSchema.safeParse('').success).toBe(false);
  });
});
