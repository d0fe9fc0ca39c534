import { useEffect, useRef, useState } from 'react';
import { actorMesh, facesAt, type SeenFace } from '../engine/captured.ts';
import { sentenceOf } from '../engine/connection.ts';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import type { FaceLook, FaceScene } from './face-scene.ts';
import { MeshExport } from './mesh-export.tsx';
import { faceFrame } from './mesh-points.ts';

const LOOKS: readonly (readonly [FaceLook, string])[] = [
  ['shaded', 'Shaded'],
  ['wireframe', 'Wireframe'],
  ['textured', 'Textured'],
  ['heat', 'Displacement'],
];

/** The frame of the media, as texture and background; large enough for a panel. */
async function plateOf(handle: string, { note }: SeenFace): Promise<ImageBitmap | undefined> {
  const answer = await frames.request({
    stream: '3d-plate',
    handle,
    media: note.media,
    frame: note.mediaFrame,
    width: 960,
  });
  return answer ? await toBitmap(answer) : undefined;
}

/** The reconstructed face at the playhead, source against edit. */
export function FaceViewport() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<FaceScene | null>(null);
  const shownActor = useRef('');
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const playing = useStudio((state) => state.playing);
  const [look, setLook] = useState<FaceLook>('shaded');
  const [ghost, setGhost] = useState(true);
  const [locked, setLocked] = useState(false);
  const [message, setMessage] = useState<string>();
  const [ready, setReady] = useState(0);
  const wantsPlate = look === 'textured' || locked;

  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the same frame looks different
  useEffect(() => {
    if (!open || !sequence) return undefined;
    let over = false;
    const load = async ({ note }: SeenFace): Promise<void> => {
      const name = `${open.handle} ${note.media} ${note.actor}`;
      if (shownActor.current === name || !canvas.current) return;
      const { project } = useStudio.getState();
      const entry = Object.values(project?.performances ?? {}).find((one) => one.media === note.media);
      if (!entry) return;
      const data = await actorMesh(open.handle, entry.id, note.actor);
      const { FaceScene: Loaded } = await import('./face-scene.ts');
      if (over || !canvas.current) return;
      scene.current?.dispose();
      scene.current = new Loaded(canvas.current, data);
      scene.current.resize(canvas.current.clientWidth, canvas.current.clientHeight);
      shownActor.current = name;
      setReady((count) => count + 1);
    };
    const show = async (): Promise<void> => {
      const faces = await facesAt('mesh', 'mesh', { handle: open.handle, sequence: sequence.id, frame });
      if (!faces || over) return;
      const [face] = faces;
      if (!face) {
        setMessage('There is no tracked face at the playhead.');
        return;
      }
      setMessage(undefined);
      await load(face);
      const drawn = scene.current;
      if (over || !drawn) return;
      const media = useStudio.getState().project?.media[face.note.media];
      const [width, height] = [media?.width ?? 1, media?.height ?? 1];
      Object.assign(drawn, { look, ghost });
      drawn.lookThrough(locked ? faceRect(face, width, height) : null);
      drawn.show(face.floats);
      if (!wantsPlate) return;
      const plate = await plateOf(open.handle, face);
      if (!over && plate && scene.current === drawn) drawn.setPlate(plate, width, height);
    };
    show().catch((thrown: unknown) => over || setMessage(sentenceOf(thrown)));
    return () => {
      over = true;
    };
  }, [open, sequence?.id, frame, revision, look, ghost, locked, ready, wantsPlate, playing]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => scene.current?.resize(element.clientWidth, element.clientHeight));
    watch.observe(element);
    return () => {
      watch.disconnect();
      scene.current?.dispose();
      scene.current = null;
      shownActor.current = '';
    };
  }, []);

  return (
    <div className="face-viewport">
      <div className="viewer-bar">
        {LOOKS.map(([id, label]) => (
          <button
            key={id}
            type="button"
            className={look === id ? 'chosen' : 'quiet'}
            aria-pressed={look === id}
            onClick={() => setLook(id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="viewer-stage">
        <canvas ref={canvas} aria-label="Reconstructed face; drag to orbit" data-testid="face" />
        {message && <div className="stage-note">{message}</div>}
      </div>
      <div className="viewer-bar">
        <label className="inline" title="The performed face as lines over the edited one">
          <input type="checkbox" checked={ghost} onChange={({ target }) => setGhost(target.checked)} /> Ghost
        </label>
        <label className="inline" title="See the face through the camera of the plate, in its picture">
          <input type="checkbox" checked={locked} onChange={({ target }) => setLocked(target.checked)} /> Plate camera
        </label>
        <span className="spacer" />
        <MeshExport />
      </div>
    </div>
  );
}

/** What of the plate is looked at: the face and some room around it. */
function faceRect(face: SeenFace, width: number, height: number) {
  const { pose } = faceFrame(face.floats);
  const reach = 11 * pose[6]!;
  const side = Math.min(2 * reach, Math.max(width, height));
  return { x: pose[4]! - side / 2, y: pose[5]! - side / 2, width: side, height: side };
}
