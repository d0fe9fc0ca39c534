import { useEffect, useRef, useState } from 'react';
import type { Clip } from '../../core/document/schema.ts';
import { actorMesh, facesAt, type SeenFace } from '../engine/captured.ts';
import { sentenceOf } from '../engine/connection.ts';
import { frames, toBitmap } from '../engine/frames.ts';
import { performanceOf } from '../panels/clip-place.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import type { FaceScene, PlateRect } from '../viewport/face-scene.ts';
import { faceFrame, fitInto, meshPoints, platePoints, shownCoefficients } from '../viewport/mesh-points.ts';
import { drawLips, drawPlate, flat, MOUTH_COLOURS, mouthRect } from './close-up.ts';

interface Seen {
  readonly rect: PlateRect;
  readonly plate: Float32Array;
  readonly mesh: Float32Array;
  readonly picture: ImageBitmap | null;
  readonly fit: { readonly scale: number; readonly x: number; readonly y: number };
  readonly floats: Float32Array;
  readonly faceKey: string;
  readonly edited: boolean;
}

/** Plate and mesh of a mouth side by side, the lips of both drawn over both. */
export function MouthViews({
  clip,
  track,
  edited,
  contours,
}: {
  clip: Clip;
  track: number;
  edited: boolean;
  contours: boolean;
}) {
  const plateCanvas = useRef<HTMLCanvasElement>(null);
  const meshCanvas = useRef<HTMLCanvasElement>(null);
  const lipsCanvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<{ readonly key: string; readonly face: FaceScene }>(undefined);
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const playing = useStudio((state) => state.playing);
  const [seen, setSeen] = useState<Seen>();
  const [message, setMessage] = useState<string>();
  const [size, setSize] = useState(0);

  useEffect(() => {
    const element = plateCanvas.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      for (const canvas of [plateCanvas.current, lipsCanvas.current])
        if (canvas) {
          canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
          canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
        }
      scene.current?.face.resize(element.clientWidth, element.clientHeight);
      setSize(element.clientWidth);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      scene.current?.face.dispose();
      scene.current = undefined;
    };
  }, []);

  // While it plays the processor is the viewer's; the close-ups follow when it rests.
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the same frame looks different
  useEffect(() => {
    if (!open || !sequence || playing) return undefined;
    let over = false;
    const load = async (): Promise<void> => {
      const at = { handle: open.handle, sequence: sequence.id, frame };
      const mine = (face: SeenFace): boolean => face.note.clip === clip.id && face.note.track === track;
      const [landmarks, meshes] = await Promise.all([
        facesAt('landmarks', 'mouth-landmarks', at),
        facesAt('mesh', 'mouth-mesh', at),
      ]);
      if (!landmarks || !meshes || over) return;
      const [marks, face] = [landmarks.find(mine), meshes.find(mine)];
      const { project } = useStudio.getState();
      const media = project?.media[clip.media];
      const entry = project ? performanceOf(project, clip) : undefined;
      if (!marks || !face || !media || !entry) {
        setMessage('This face is not in the picture at the playhead.');
        return;
      }
      const data = await actorMesh(open.handle, entry.id, face.note.actor);
      const known = faceFrame(face.floats);
      const plate = flat(marks.floats);
      const mesh = platePoints(meshPoints(data, shownCoefficients(known, edited)), known.pose);
      const fit = fitInto(media.width, media.height, sequence.width, sequence.height);
      const faceKey = `${open.handle} ${entry.id} ${face.note.actor}`;
      const rect = mouthRect(plate, known.pose[6]!);
      if (scene.current?.key !== faceKey && meshCanvas.current) {
        const { FaceScene: Loaded } = await import('../viewport/face-scene.ts');
        if (over || !meshCanvas.current) return;
        scene.current?.face.dispose();
        const made = new Loaded(meshCanvas.current, data);
        made.ghost = false;
        made.resize(meshCanvas.current.clientWidth, meshCanvas.current.clientHeight);
        scene.current = { key: faceKey, face: made };
      }
      const answer = await frames.request({ stream: 'mouth-plate', side: edited ? 'edited' : 'source', ...at });
      if (!answer || over) return;
      const picture = await toBitmap(answer);
      // The picture may be made smaller than the sequence.
      const share = picture.width / sequence.width;
      setMessage(undefined);
      setSeen({
        rect,
        plate,
        mesh,
        picture,
        fit: { scale: fit.scale * share, x: fit.x * share, y: fit.y * share },
        floats: face.floats,
        faceKey,
        edited,
      });
    };
    load().catch((thrown: unknown) => over || setMessage(sentenceOf(thrown)));
    return () => {
      over = true;
    };
  }, [open, sequence?.id, frame, revision, playing, clip.id, clip.media, track, edited]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: size says that the canvases are empty again
  useEffect(() => {
    const [plate, lips] = [plateCanvas.current, lipsCanvas.current];
    if (!plate || !lips || !seen) return;
    drawPlate(plate, seen.picture, seen.fit, seen.rect);
    lips.getContext('2d')?.clearRect(0, 0, lips.width, lips.height);
    const drawn = scene.current;
    if (drawn && drawn.key === seen.faceKey) {
      drawn.face.edited = seen.edited;
      drawn.face.lookThrough(seen.rect);
      drawn.face.show(seen.floats);
    }
    if (!contours) return;
    const own = seen.edited ? MOUTH_COLOURS.edit : MOUTH_COLOURS.mesh;
    for (const canvas of [plate, lips]) {
      drawLips(canvas, seen.plate, seen.rect, MOUTH_COLOURS.plate);
      drawLips(canvas, seen.mesh, seen.rect, own);
    }
  }, [seen, contours, size]);

  return (
    <div className="mouth-views">
      <figure>
        <canvas ref={plateCanvas} data-testid="mouth-plate" aria-label="Mouth in the picture" role="img" />
        <figcaption>
          {seen?.edited === edited ? (edited ? 'Edited picture' : 'Plate') : 'Making the picture'}
        </figcaption>
      </figure>
      <figure>
        <div className="stacked">
          <canvas ref={meshCanvas} data-testid="mouth-mesh" aria-label="Mouth of the mesh" role="img" />
          <canvas ref={lipsCanvas} aria-label="Lips of plate and mesh" role="img" />
        </div>
        <figcaption>Mesh</figcaption>
      </figure>
      {message && <p className="muted">{message}</p>}
    </div>
  );
}
