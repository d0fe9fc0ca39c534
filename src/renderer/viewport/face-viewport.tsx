import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../engine/connection.ts';
import { frames } from '../engine/frames.ts';
import { currentSequence, useStudio } from '../state/studio.ts';
import type { FaceLook, FaceScene } from './face-scene.ts';

interface FaceOf {
  readonly media: string;
  readonly actor: string;
}

async function floatsOf(path: string): Promise<Float32Array> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error('The face of this actor cannot be read. Track the clip again.');
  return new Float32Array(await answer.arrayBuffer());
}

const LOOKS: readonly (readonly [FaceLook, string])[] = [
  ['shaded', 'Shaded'],
  ['wireframe', 'Wireframe'],
  ['heat', 'Displacement'],
];

/** The reconstructed face at the playhead, source against edit. */
export function FaceViewport() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<FaceScene | null>(null);
  const shownActor = useRef('');
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const [look, setLook] = useState<FaceLook>('shaded');
  const [ghost, setGhost] = useState(true);
  const [locked, setLocked] = useState(false);
  const [message, setMessage] = useState<string>();
  const [ready, setReady] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the same frame looks different
  useEffect(() => {
    if (!open || !sequence) return undefined;
    let over = false;
    const show = async (): Promise<void> => {
      const answer = await frames.request({
        stream: 'mesh',
        handle: open.handle,
        sequence: sequence.id,
        frame,
        kind: 'mesh',
      });
      if (!answer || over) return;
      const { faces } = answer.notes as { faces: FaceOf[] };
      const [face] = faces;
      if (!face) {
        setMessage('There is no tracked face at the playhead.');
        return;
      }
      setMessage(undefined);
      await load(face);
      if (over || !scene.current) return;
      Object.assign(scene.current, { look, ghost, locked });
      const bytes = answer.payload.slice();
      scene.current.show(new Float32Array(bytes.buffer), 0);
    };
    const load = async ({ media, actor }: FaceOf): Promise<void> => {
      const name = `${open.handle} ${media} ${actor}`;
      if (shownActor.current === name || !canvas.current) return;
      const { project } = useStudio.getState();
      const entry = Object.values(project?.performances ?? {}).find((one) => one.media === media);
      if (!entry) return;
      const base = `/performance/${open.handle}/${entry.id}/actor/${encodeURIComponent(actor)}`;
      const [neutral, shapes, triangles] = await Promise.all([
        floatsOf(`${base}/neutral`),
        floatsOf(`${base}/shapes`),
        fetch('/face-model/skin-triangles').then(async (got) => new Uint16Array(await got.arrayBuffer())),
      ]);
      if (over || !canvas.current) return;
      const { FaceScene: Loaded } = await import('./face-scene.ts');
      scene.current?.dispose();
      scene.current = new Loaded(canvas.current, { neutral, shapes, triangles });
      scene.current.resize(canvas.current.clientWidth, canvas.current.clientHeight);
      shownActor.current = name;
      setReady((count) => count + 1);
    };
    show().catch((thrown: unknown) => setMessage(sentenceOf(thrown)));
    return () => {
      over = true;
    };
  }, [open, sequence?.id, frame, revision, look, ghost, locked, ready]);

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
        <span className="spacer" />
        <label className="inline">
          <input type="checkbox" checked={ghost} onChange={({ target }) => setGhost(target.checked)} /> Source ghost
        </label>
        <label className="inline">
          <input type="checkbox" checked={locked} onChange={({ target }) => setLocked(target.checked)} /> Plate camera
        </label>
      </div>
      <div className="viewer-stage">
        <canvas ref={canvas} aria-label="Reconstructed face; drag to orbit" data-testid="face" />
        {message && <div className="stage-note">{message}</div>}
      </div>
    </div>
  );
}
