import { ask, inspectedClip, notify, useStudio } from '../state/studio.ts';

/** Writes the captured faces of the clip for 3D programs, beside the project. */
export function MeshExport() {
  const open = useStudio((state) => state.open);
  const project = useStudio((state) => state.project);
  const selected = useStudio(inspectedClip);
  const [first] = Object.values(project?.performances ?? {});
  const media = selected?.media ?? first?.media;
  const tracked = Object.values(project?.performances ?? {}).some((one) => one.media === media);
  const start = async (format: 'glb' | 'obj'): Promise<void> => {
    if (!open || !project || media === undefined) return;
    const folder = open.path.replace(/[^\\/]*$/, '');
    const stem = (project.media[media]?.name ?? 'face').replace(/\.[^.]*$/, '');
    const out = `${folder}${stem}${format === 'glb' ? '.glb' : '-obj'}`;
    const work = await ask((client) => client.work.exportMesh({ handle: open.handle, media, format, out }));
    if (work) notify('info', `The faces are written to ${out}.`);
  };
  return (
    <>
      <button type="button" disabled={!tracked} title="Mesh with all 52 shapes" onClick={() => void start('glb')}>
        glTF
      </button>
      <button type="button" disabled={!tracked} title="One mesh per frame" onClick={() => void start('obj')}>
        OBJ
      </button>
    </>
  );
}
