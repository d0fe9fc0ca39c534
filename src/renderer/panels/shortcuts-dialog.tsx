import { useState } from 'react';
import { COMMANDS, pressed, type StudioCommand, shownKeys } from '../commands.ts';
import { chooseKeys, resetKeys } from '../state/preferences.ts';
import { keysOf, useShortcuts } from '../state/shortcuts.ts';
import { Dialog } from './dialog.tsx';

/** What stands on the button of a command: its keys, or that it listens. */
function shownAs(command: StudioCommand, listening: string | undefined): string {
  return listening === command.id ? 'Press keys' : keysOf(command).map(shownKeys).join('  ') || 'none';
}

const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta'];

/** All commands with their keys; a press while one listens gives it these keys, and takes them from any other. */
export function ShortcutsDialog() {
  const [text, setText] = useState('');
  const [listening, setListening] = useState<string>();
  const chosen = useShortcuts((state) => state.chosen);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = COMMANDS.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const take = (event: React.KeyboardEvent, id: string): void => {
    if (listening !== id || MODIFIERS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setListening(undefined);
    if (event.key === 'Escape') return;
    const keys = pressed(event.nativeEvent);
    for (const other of COMMANDS)
      if (other.id !== id && keysOf(other).includes(keys))
        void chooseKeys(
          other.id,
          keysOf(other).filter((one) => one !== keys),
        );
    void chooseKeys(id, [keys]);
  };
  return (
    <Dialog title="Shortcuts" wide>
      <input
        type="search"
        aria-label="Find a command"
        placeholder="Find a command"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <ul className="shortcut-list">
        {found.map((command) => (
          <li key={command.id}>
            <span>{command.label}</span>
            <button
              type="button"
              className={listening === command.id ? 'chosen' : ''}
              aria-label={`${shownAs(command, listening)}: keys of ${command.label}`}
              onClick={() => setListening(command.id)}
              onKeyDown={(event) => take(event, command.id)}
              onBlur={() => setListening(undefined)}
            >
              {shownAs(command, listening)}
            </button>
            <button
              type="button"
              className="quiet"
              aria-label={`Reset the keys of ${command.label}`}
              title="Reset"
              disabled={!chosen[command.id]}
              onClick={() => void chooseKeys(command.id, null)}
            >
              {'\u21ba'}
            </button>
          </li>
        ))}
      </ul>
      <footer>
        <button type="button" onClick={() => void resetKeys()}>
          Reset all
        </button>
      </footer>
    </Dialog>
  );
}
