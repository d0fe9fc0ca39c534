import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { InterfaceState } from '../contract/desktop.ts';
import { menuOf } from '../contract/menus.ts';
import { acceleratorOf, menuTemplate } from '../main/menu-template.ts';
import { COMMANDS } from './commands.ts';

const state: InterfaceState = {
  commands: COMMANDS.map(({ id, label, keys }) => ({ id, label, keys, enabled: id !== 'undo' })),
  recent: [{ path: '/films/a & b.retake', name: 'a & b' }],
  project: null,
};

function chosen(): { did: string[]; actions: Parameters<typeof menuTemplate>[2] } {
  const did: string[] = [];
  const actions = {
    command: (id: string) => void did.push(id),
    openProject: (path: string) => void did.push(path),
    newWindow: () => void did.push('window'),
  };
  return { did, actions };
}

const inside = ({ submenu }: MenuItemConstructorOptions): MenuItemConstructorOptions[] =>
  Array.isArray(submenu) ? submenu : [];
const everything = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...everything(inside(item))]);

describe.each(['linux', 'win32', 'darwin'])('the menu bar on %s', (platform) => {
  const { did, actions } = chosen();
  const menu = menuTemplate(state, platform, actions);
  const items = everything(menu);

  it('has every command of the interface once, with its label and state', () => {
    for (const { id, label } of COMMANDS) {
      const found = items.filter((item) => item.id === id);
      expect(found, id).toHaveLength(1);
      expect(found[0]).toMatchObject({ label, enabled: id !== 'undo' });
    }
  });

  it('runs commands by their records and opens recent projects', () => {
    did.length = 0;
    const click = (item: MenuItemConstructorOptions | undefined): void =>
      item?.click?.({} as never, undefined, {} as never);
    click(items.find(({ id }) => id === 'split'));
    click(items.find(({ sublabel }) => sublabel === '/films/a & b.retake'));
    expect(did).toEqual(['split', '/films/a & b.retake']);
    expect(items.some(({ label }) => label === 'a && b')).toBe(true);
  });

  it('takes no keys from the interface, which tells fields from shortcuts', () => {
    for (const item of items) if (item.accelerator !== undefined) expect(item.registerAccelerator).toBe(false);
    const bare = items.filter((item) => item.accelerator !== undefined && !item.accelerator.includes('Command'));
    if (platform === 'darwin') expect(bare).toEqual([]);
    else expect(bare.length).toBeGreaterThan(10);
  });

  it('has no stray lines', () => {
    for (const top of menu) {
      const types = inside(top).map(({ type }) => type);
      expect(types[0]).not.toBe('separator');
      expect(types.at(-1)).not.toBe('separator');
      expect(types.some((type, index) => type === 'separator' && types[index + 1] === 'separator')).toBe(false);
    }
  });
});

describe('command records in the menu', () => {
  it.each([
    ['Mod+Shift+Z', 'CommandOrControl+Shift+Z'],
    ['ArrowLeft', 'Left'],
    ['Shift+ArrowRight', 'Shift+Right'],
    ['Space', 'Space'],
    [',', ','],
  ])('writes %s as %s', (keys, accelerator) => {
    expect(acceleratorOf(keys)).toBe(accelerator);
  });

  it.each([
    ['project.new', 'File'],
    ['cut.previous', 'Playback'],
    ['view.wipe', 'View'],
    ['panels.reset', 'View'],
    ['timeline.fit', 'View'],
    ['shortcuts', 'Edit'],
    ['undo', 'Edit'],
    ['something.new', 'Clip'],
  ])('puts %s into %s', (id, menu) => {
    expect(menuOf(id)).toBe(menu);
  });
});
