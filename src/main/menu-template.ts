import type { MenuItemConstructorOptions } from 'electron';
import type { InterfaceState, MenuCommand } from '../contract/desktop.ts';
import {
  MENU_LAYOUT,
  MENU_LINE,
  MENU_NAMES,
  MENU_RECENT,
  MENU_TEXT,
  type MenuName,
  unnamedOf,
} from '../contract/menus.ts';

/** What a chosen menu item leads to. */
export interface MenuActions {
  readonly command: (id: string) => void;
  readonly openProject: (path: string) => void;
  readonly newWindow: () => void;
}

const KEYS: Readonly<Record<string, string>> = {
  Mod: 'CommandOrControl',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};

/** A shortcut of a command record in Electron's terms. */
export function acceleratorOf(keys: string): string {
  return keys
    .split('+')
    .map((key) => KEYS[key] ?? key)
    .join('+');
}

/**
 * How a shortcut is shown. The interface listens for keys itself, because single letters must stay letters in its
 * fields; so menus only display them. A Mac cannot do that: there, only those with a modifier are shown.
 */
function shortcut(keys: readonly string[], mac: boolean): MenuItemConstructorOptions {
  const first = keys.find((one) => !mac || one.includes('Mod+'));
  return first === undefined ? {} : { accelerator: acceleratorOf(first), registerAccelerator: false };
}

/** Without lines at the ends and without one after another. */
function tidy(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.filter(
    ({ type }, index) =>
      type !== 'separator' ||
      (index > 0 && items[index - 1]?.type !== 'separator' && items.slice(index).some((one) => one.type !== type)),
  );
}

function recentMenu({ recent }: InterfaceState, openProject: (path: string) => void): MenuItemConstructorOptions {
  return {
    label: 'Open Recent',
    enabled: recent.length > 0,
    // An ampersand would underline the next letter.
    submenu: recent.slice(0, 12).map(({ path, name }) => ({
      label: name.replaceAll('&', '&&'),
      sublabel: path,
      click: () => openProject(path),
    })),
  };
}

const TEXT_ITEMS: readonly MenuItemConstructorOptions[] = [
  { role: 'cut' },
  { role: 'copy' },
  { role: 'paste' },
  { role: 'selectAll' },
];

/**
 * The native menu bar for what a window shows: every command record of the interface appears in it once, with its own
 * label, shortcut and state; choosing it runs the record in the window.
 */
export function menuTemplate(
  state: InterfaceState,
  platform: string,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const item = ({ id, label, keys, enabled }: MenuCommand): MenuItemConstructorOptions => ({
    id,
    label: label.replaceAll('&', '&&'),
    enabled,
    click: () => actions.command(id),
    ...shortcut(keys, mac),
  });
  const entry = (name: string): readonly MenuItemConstructorOptions[] => {
    if (name === MENU_LINE) return [{ type: 'separator' }];
    if (name === MENU_RECENT) return [recentMenu(state, actions.openProject)];
    if (name === MENU_TEXT) return TEXT_ITEMS;
    const command = state.commands.find(({ id }) => id === name);
    return command ? [item(command)] : [];
  };
  const menu = (name: MenuName): MenuItemConstructorOptions => {
    const others = unnamedOf(name, state.commands).map(item);
    const own: MenuItemConstructorOptions[] = [
      ...MENU_LAYOUT[name].flatMap(entry),
      { type: 'separator' },
      ...others,
      ...(name === 'View' ? ([{ type: 'separator' }, { role: 'togglefullscreen' }] as const) : []),
      ...(name === 'File'
        ? ([
            { type: 'separator' },
            { label: 'New Window', click: actions.newWindow },
            { role: mac ? 'close' : 'quit' },
          ] as const)
        : []),
    ];
    return { label: name, submenu: tidy(own) };
  };
  const appMenu: MenuItemConstructorOptions[] = mac ? [{ role: 'appMenu' }] : [];
  const help: MenuItemConstructorOptions[] = mac ? [] : [{ role: 'help', submenu: [{ role: 'about' }] }];
  return [...appMenu, ...MENU_NAMES.map(menu), { role: 'windowMenu' }, ...help];
}
