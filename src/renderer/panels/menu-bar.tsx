import { MENU_LAYOUT, MENU_LINE, MENU_NAMES, MENU_RECENT, type MenuName, unnamedOf } from '../../contract/menus.ts';
import { COMMANDS } from '../commands.ts';
import { openProject } from '../state/session.ts';
import { useStudio } from '../state/studio.ts';
import { lineOf } from '../timeline/menus.ts';
import { type MenuLine, openMenu } from './context-menu.tsx';

/** Without rules at the ends and without one after another. */
function tidy(lines: readonly MenuLine[]): MenuLine[] {
  return lines.filter(
    (line, index) =>
      line !== 'rule' ||
      (index > 0 && lines[index - 1] !== 'rule' && lines.slice(index).some((other) => other !== 'rule')),
  );
}

function linesOf(menu: MenuName): MenuLine[] {
  const known = new Set(COMMANDS.map(({ id }) => id));
  const recent = useStudio.getState().recent.filter(({ exists }) => exists);
  const named = MENU_LAYOUT[menu].flatMap((id): MenuLine[] => {
    if (id === MENU_LINE) return ['rule'];
    if (id === MENU_RECENT)
      return recent.slice(0, 5).map(({ name, path }) => ({ label: name, run: () => void openProject(path) }));
    return known.has(id) ? [lineOf(id)] : [];
  });
  return tidy([...named, 'rule', ...unnamedOf(menu, COMMANDS).map(({ id }) => lineOf(id))]);
}

/** Menus of all commands, as the desktop program has them in its window's or the system's bar. */
export function MenuBar() {
  return (
    <nav className="menu-bar" aria-label="Menus">
      {MENU_NAMES.map((menu) => (
        <button
          key={menu}
          type="button"
          className="quiet"
          aria-haspopup="menu"
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            openMenu(left, bottom + 2, linesOf(menu));
          }}
        >
          {menu}
        </button>
      ))}
    </nav>
  );
}
