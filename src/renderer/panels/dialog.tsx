import { type ReactNode, useEffect, useRef } from 'react';
import { useStudio } from '../state/studio.ts';

/** Closes whatever dialog is open. */
export function closeDialog(): void {
  useStudio.setState({ dialog: 'none' });
}

/** A modal dialog: the browser's own, so focus stays inside and Escape closes it. */
export function Dialog({ title, children, wide }: { title: string; children: ReactNode; wide?: boolean }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open) return;
    dialog.showModal();
    // Else the cross in the corner has the focus, and typing goes nowhere.
    const field = dialog.querySelector<HTMLInputElement>('input, select');
    (field ?? dialog.querySelector<HTMLElement>(':scope > :not(header) button'))?.focus();
    field?.select?.();
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-label={title}
      onClose={closeDialog}
      onCancel={closeDialog}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="quiet" aria-label="Close" onClick={closeDialog}>
          {'\u00d7'}
        </button>
      </header>
      {children}
    </dialog>
  );
}
