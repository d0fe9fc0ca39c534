import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** A line of a menu; a rule between groups. */
export type MenuLine =
  | { readonly label: string; readonly keys?: string; readonly run: () => void; readonly disabled?: boolean }
  | 'rule';

const useMenu = create<{ readonly at: readonly [number, number] | null; readonly lines: readonly MenuLine[] }>(() => ({
  at: null,
  lines: [],
}));

/** Opens a menu at a place of the window. */
export function openMenu(x: number, y: number, lines: readonly MenuLine[]): void {
  useMenu.setState({ at: [x, y], lines });
}

function close(): void {
  useMenu.setState({ at: null, lines: [] });
}

/** The menu under the right mouse button, wherever it was opened. Arrows move in it, Escape closes it. */
export function ContextMenu() {
  const { at, lines } = useMenu();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!at || !element) return undefined;
    const before = document.activeElement as HTMLElement | null;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(at[0], innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(at[1], innerHeight - height - 4))}px`;
    element.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
    const away = (event: PointerEvent): void => {
      if (!element.contains(event.target as Node)) close();
    };
    window.addEventListener('pointerdown', away, true);
    window.addEventListener('blur', close);
    return () => {
      window.removeEventListener('pointerdown', away, true);
      window.removeEventListener('blur', close);
      before?.focus();
    };
  }, [at]);
  if (!at) return null;
  const step = (by: number): void => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const now = items.indexOf(document.activeElement as HTMLElement);
    items[(now + by + items.length) % items.length]?.focus();
  };
  return (
    <div
      ref={list}
      className="context-menu"
      role="menu"
      tabIndex={-1}
      style={{ left: at[0], top: at[1] }}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') close();
        else if (event.key === 'ArrowDown') step(1);
        else if (event.key === 'ArrowUp') step(-1);
        else return;
        event.preventDefault();
      }}
    >
      {lines.map((line, index) =>
        line === 'rule' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules differ by place only
          <hr key={`rule ${index}`} />
        ) : (
          <button
            key={line.label}
            type="button"
            role="menuitem"
            disabled={line.disabled === true}
            onClick={() => {
              close();
              line.run();
            }}
          >
            <span>{line.label}</span>
            {line.keys && <span className="keys">{line.keys}</span>}
          </button>
        ),
      )}
    </div>
  );
}
