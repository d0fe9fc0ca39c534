import { useState } from 'react';
import { PRESET_IDS, PRESETS, type PresetId } from '../../contract/presets.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { ask, currentSequence, lengthOf, notify, useStudio } from '../state/studio.ts';
import { closeDialog, Dialog } from './dialog.tsx';

/** Puts an export of the sequence into the queue. */
export function ExportDialog() {
  const sequence = useStudio(currentSequence);
  const open = useStudio((state) => state.open);
  const length = useStudio(lengthOf);
  const [preset, setPreset] = useState<PresetId>('h264');
  const [part, setPart] = useState<'all' | 'inout'>('all');
  const stem = (open?.path ?? 'export').replace(/\.retake$/, '');
  const [out, setOut] = useState<string>();
  if (!sequence || !open) return null;
  const marked = sequence.inPoint !== null || sequence.outPoint !== null;
  const range =
    part === 'all' ? { from: 0, until: length } : { from: sequence.inPoint ?? 0, until: sequence.outPoint ?? length };
  const target = out ?? `${stem}.${sequence.name}${PRESETS[preset].extension}`;
  const start = async (): Promise<void> => {
    const queued = await ask((client) =>
      client.jobs.render({ handle: open.handle, sequence: sequence.id, preset, out: target, range }),
    );
    if (!queued) return;
    const jobs = await ask((client) => client.jobs.list());
    if (jobs) useStudio.setState({ jobs });
    closeDialog();
    notify('info', 'The export is in the queue. You can go on working.');
  };
  return (
    <Dialog title="Export">
      <div className="form">
        <label>
          Format
          <select value={preset} onChange={({ target: { value } }) => setPreset(value as PresetId)}>
            {PRESET_IDS.map((id) => (
              <option key={id} value={id}>
                {PRESETS[id].help}
              </option>
            ))}
          </select>
        </label>
        <label>
          Range
          <select value={part} onChange={({ target: { value } }) => setPart(value as 'all' | 'inout')}>
            <option value="all">Whole sequence</option>
            <option value="inout" disabled={!marked}>
              In to out
            </option>
          </select>
        </label>
        <p className="muted numbers">
          {`${formatTimecode(range.from, sequence.rate)} to ${formatTimecode(range.until, sequence.rate)}, ${range.until - range.from} frames`}
        </p>
        <label>
          File
          <input value={target} onChange={({ target: { value } }) => setOut(value)} />
        </label>
        <p className="muted">Faces that were edited are labelled as edited, inside the file and beside it.</p>
      </div>
      <footer>
        <button type="button" onClick={closeDialog}>
          Cancel
        </button>
        <button type="button" className="primary" onClick={() => void start()}>
          Export
        </button>
      </footer>
    </Dialog>
  );
}
