import { inspectedClip } from '../state/queries.ts';
import { ask, useStudio } from '../state/studio.ts';

/** Writes the captured faces of the clip for 3D programs, beside the project. */
export function MeshExport() {
  const open = useStudio((state) => state.open);
  const project = useStudio((state) => state.project);
  const sequence = useStudio((state) => state.sequence);
  const selected = useStudio(inspectedClip);
  const [first] = Object.values(project?.performances ?? {});
  const media = selected?.media ?? first?.media;
  const tracked = Object.values(project?.performances ?? {}).some((one) => one.media === media);
  const start = async (format: 'glb' | 'obj'): Promise<void> => {
    if (!open || !project || media === undefined) return;
    const folder = open.path.replace(/[^\\/]*$/, '');
    const stem = (project.media[media]?.name ?? 'face').replace(/\.[^.]*$/, '');
    const out = `${folder}${stem}${format === 'glb' ? '.glb' : '-obj'}`;
    await ask((client) => client.work.exportMesh({ handle: open.handle, media, format, out }));
  };
  const layers = async (): Promise<void> => {
    if (!open || sequence === null) return;
    const out = `${open.path.replace(/\.retake$/, '')}-layers`;
    await ask((client) => client.work.exportLayers({ handle: open.handle, sequence, out }));
  };
  return (
    <>
      <button type="button" disabled={!tracked} title="Mesh with all 52 shapes" onClick={() => void start('glb')}>
        glTF
      </button>
      <button type="button" disabled={!tracked} title="One mesh per frame" onClick={() => void start('obj')}>
        OBJ
      </button>
      <button
        type="button"
        disabled={!tracked}
        title="ST map, patch and matte of every edited shot as OpenEXR"
        onClick={() => void layers()}
      >
        ST map
      </button>
    </>
  );
}
