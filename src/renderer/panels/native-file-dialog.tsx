import { useEffect } from 'react';
import { chooseNatively } from '../engine/desktop-shell.ts';
import type { FilePurpose } from '../state/studio.ts';

let asked: string | undefined;

/** The system's own file dialog in place of ours, in the desktop program. */
export function NativeFileDialog({ purpose }: { purpose: FilePurpose }) {
  useEffect(() => {
    if (asked !== undefined) return; // React mounts twice while developing; one dialog is enough
    asked = purpose;
    void chooseNatively(purpose).finally(() => {
      asked = undefined;
    });
  }, [purpose]);
  return null;
}
