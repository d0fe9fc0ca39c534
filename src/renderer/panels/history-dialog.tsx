import { stepHistory } from '../state/editing.ts';
import { useStudio } from '../state/studio.ts';
import { Dialog } from './dialog.tsx';

/** The undo list by name: click a step to go back to the state before it. */
export function HistoryDialog() {
  const { undo, redo } = useStudio((state) => state.history);
  const go = async (direction: 'undo' | 'redo', steps: number): Promise<void> => {
    for (let i = 0; i < steps; i++) await stepHistory(direction);
  };
  return (
    <Dialog title="Undo list">
      <ol className="history">
        {redo
          .map((label, index) => ({ label, index }))
          .reverse()
          .map(({ label, index }) => (
            <li key={`redo-${index}-${label}`}>
              <button type="button" className="muted" onClick={() => void go('redo', index + 1)}>
                {label}
              </button>
            </li>
          ))}
        <li className="now">Now</li>
        {undo.map((label, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps of one name differ by place only
          <li key={`undo-${index}-${label}`}>
            <button type="button" onClick={() => void go('undo', index + 1)}>
              {label}
            </button>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
