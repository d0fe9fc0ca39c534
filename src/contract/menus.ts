// Which command is in which menu: the native menu bar and the one in a browser show the same.

/** The menus, in their order. */
export const MENU_NAMES = ['File', 'Edit', 'Clip', 'Playback', 'View'] as const;

/** One of {@link MENU_NAMES}. */
export type MenuName = (typeof MENU_NAMES)[number];

/** A line between groups of {@link MENU_LAYOUT}. */
export const MENU_LINE = '-';
/** Where the recent projects are listed. */
export const MENU_RECENT = '*recent';
/** Where a native menu has the commands of text fields. */
export const MENU_TEXT = '*text';

/** Order of the menus where it matters. Commands that are not named here are added to the menu that their id points to. */
export const MENU_LAYOUT: Readonly<Record<MenuName, readonly string[]>> = {
  File: [
    'project.new',
    'project.open',
    MENU_RECENT,
    'project.sample',
    MENU_LINE,
    'media.import',
    'export',
    MENU_LINE,
    'project.close',
  ],
  Edit: ['undo', 'redo', 'history', MENU_LINE, MENU_TEXT, MENU_LINE, 'delete', 'delete.ripple', MENU_LINE, 'palette'],
  Clip: ['media.track', 'split', 'marker', MENU_LINE, 'tool.select', 'tool.blade', 'snapping'],
  Playback: ['play', 'stop', 'shuttle.back', 'shuttle.forward', 'loop', MENU_LINE, 'in', 'out', MENU_LINE],
  View: [
    'view.edited',
    'view.source',
    'view.split',
    'view.wipe',
    'view.difference',
    MENU_LINE,
    'view.fit',
    'view.pixels',
    MENU_LINE,
    'overlay.mesh',
    'overlay.landmarks',
    'overlay.matte',
    'overlay.faces',
    'overlay.safe',
    MENU_LINE,
    'timeline.fit',
    'timeline.in',
    'timeline.out',
    'tracks.taller',
    'tracks.lower',
    MENU_LINE,
  ],
};
const NAMED = new Set(Object.values(MENU_LAYOUT).flat());
const PREFIXES: readonly (readonly [RegExp, MenuName])[] = [
  [/^(project|media|export|interchange)\b/, 'File'],
  [/^(edit|select|copy|cut|paste|duplicate|history|delete|shortcuts)\b/, 'Edit'],
  [/^(step|second|cut\.(previous|next)|start|end|play|shuttle|seek|frame|in|out|go)\b/, 'Playback'],
  [/^(view|panels?|viewer|timeline|tracks|zoom|workspace|layout|overlay|dialog|help|theme)\b/, 'View'],
];

/** The menu that a command is in. */
export function menuOf(id: string): MenuName {
  const named = MENU_NAMES.find((menu) => MENU_LAYOUT[menu].includes(id));
  if (named) return named;
  if (/^cut\.(previous|next)$/.test(id)) return 'Playback';
  return PREFIXES.find(([prefix]) => prefix.test(id))?.[1] ?? 'Clip';
}

/** Commands of a menu that {@link MENU_LAYOUT} does not name, in their own order. */
export function unnamedOf<T extends { readonly id: string }>(menu: MenuName, commands: readonly T[]): T[] {
  return commands.filter(({ id }) => !NAMED.has(id) && menuOf(id) === menu);
}
