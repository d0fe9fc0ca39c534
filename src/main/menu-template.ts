import type { MenuItemConstructorOptions } from 'electron';
import type { InterfaceState, MenuCommand } from '../contract/desktop.ts';

/** What a chosen menu item leads to. */
export interface MenuActions {
  readonly command: (id: string) => void;
  readonly openProject: (path: string) => void;
  readonly newWindow: () => void;
}

type MenuName = 'File' | 'Edit' | 'Clip' | 'Playback' | 'View';
const LINE = '-';
const RECENT = '*recent';
const TEXT = '*text';

/** Order of the menus where it matters. Commands that are not named here are added to the menu that their id points to. */
const LAYOUT: Readonly<Record<MenuName, readonly string[]>> = {
  File: [
    'project.new',
    'project.open',
    RECENT,
    'project.sample',
    LINE,
    'media.import',
    'export',
    LINE,
    'project.close',
  ],
  Edit: ['undo', 'redo', 'history', LINE, TEXT, LINE, 'delete', 'delete.ripple', LINE, 'palette'],
  Clip: ['media.track', 'split', 'marker', LINE, 'tool.select', 'tool.blade', 'snapping'],
  Playback: ['play', 'stop', 'loop', LINE, 'in', 'out', LINE],
  View: [],
};
const NAMED = new Set(Object.values(LAYOUT).flat());
const MENUS = Object.keys(LAYOUT) as readonly MenuName[];
const PREFIXES: readonly (readonly [RegExp, MenuName])[] = [
  [/^(project|media|export|interchange)\b/, 'File'],
  [/^(edit|select|copy|cut|paste|duplicate|history|delete)\b/, 'Edit'],
  [/^(step|second|cut\.(previous|next)|start|end|play|shuttle|seek|frame|in|out|go)\b/, 'Playback'],
  [/^(view|panel|viewer|zoom|workspace|layout|overlay|dialog|help|theme)\b/, 'View'],
];

/** The menu that a command is in. */
export function menuOf(id: string): MenuName {
  const named = MENUS.find((menu) => LAYOUT[menu].includes(id));
  if (named) return named;
  if (/^cut\.(previous|next)$/.test(id)) return 'Playback';
  return PREFIXES.find(([prefix]) => prefix.test(id))?.[1] ?? 'Clip';
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
    if (name === LINE) return [{ type: 'separator' }];
    if (name === RECENT) return [recentMenu(state, actions.openProject)];
    if (name === TEXT) return TEXT_ITEMS;
    const command = state.commands.find(({ id }) => id === name);
    return command ? [item(command)] : [];
  };
  const menu = (name: MenuName): MenuItemConstructorOptions => {
    const others = state.commands.filter(({ id }) => !NAMED.has(id) && menuOf(id) === name).map(item);
    const own: MenuItemConstructorOptions[] = [
      ...LAYOUT[name].flatMap(entry),
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
  return [...appMenu, ...MENUS.map(menu), { role: 'windowMenu' }, ...help];
}
