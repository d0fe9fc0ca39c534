import { useState } from 'react';
import { PRESET_IDS, PRESETS, type PresetId } from '../../contract/presets.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { showPanel } from '../state/dock.ts';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { ask, notify, useStudio } from '../state/studio.ts';
import { closeDialog, Dialog } from './dialog.tsx';

/** Folder of the layers of an export, beside it. */
function layersOf(out: string): string {
  return `${out.replace(/\.[^.\\/]*$/, '')}-layers`;
}

/** Puts an export of the sequence into the queue. */
export function ExportDialog() {
  const sequence = useStudio(currentSequence);
  const open = useStudio((state) => state.open);
  const length = useStudio(lengthOf);
  const [preset, setPreset] = useState<PresetId>('h264');
  const [part, setPart] = useState<'all' | 'inout'>('all');
  const stem = (open?.path ?? 'export').replace(/\.retake$/, '');
  const [out, setOut] = useState<string>();
  const [layers, setLayers] = useState(false);
  const [report, setReport] = useState(false);
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
    if (report) useStudio.setState(({ reports }) => ({ reports: [...reports, queued.job] }));
    if (layers)
      await ask((client) =>
        client.work.exportLayers({ handle: open.handle, sequence: sequence.id, out: layersOf(target), range }),
      );
    const jobs = await ask((client) => client.jobs.list());
    if (jobs) useStudio.setState({ jobs });
    closeDialog();
    showPanel('jobs');
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
        <label className="inline option">
          <input type="checkbox" checked={layers} onChange={({ target: { checked } }) => setLayers(checked)} />
          Layers for compositing: patch, matte and ST map of every edited shot as OpenEXR
        </label>
        {layers && <p className="muted path-line">{layersOf(target)}</p>}
        <label className="inline option">
          <input type="checkbox" checked={report} onChange={({ target: { checked } }) => setReport(checked)} />
          Open the report when it is finished
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
