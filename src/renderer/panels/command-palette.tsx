import { useState } from 'react';
import { COMMANDS, shownKeys } from '../commands.ts';
import { keysOf } from '../state/shortcuts.ts';
import { closeDialog, Dialog } from './dialog.tsx';

/** Every command by name. */
export function CommandPalette() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = COMMANDS.filter(({ id, label, enabled }) => {
    const full = label.toLowerCase();
    return id !== 'palette' && enabled?.() !== false && words.every((word) => full.includes(word));
  });
  const run = (index: number): void => {
    closeDialog();
    // After the dialog gave the focus back.
    setTimeout(() => found[index]?.run(), 0);
  };
  return (
    <Dialog title="Commands">
      <input
        type="search"
        aria-label="Find a command"
        placeholder="Type what you want to do"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((index) => Math.min(found.length - 1, index + 1));
          else if (event.key === 'ArrowUp') setAt((index) => Math.max(0, index - 1));
          else if (event.key === 'Enter') run(at);
          else return;
          event.preventDefault();
        }}
      />
      <ul className="palette">
        {found.map(({ id, label, keys }, index) => (
          <li key={id}>
            <button type="button" className={index === at ? 'chosen' : ''} onClick={() => run(index)}>
              <span>{label}</span>
              <span className="keys">{keysOf({ id, keys }).map(shownKeys).join('  ')}</span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="muted">No command has these words.</li>}
      </ul>
    </Dialog>
  );
}
