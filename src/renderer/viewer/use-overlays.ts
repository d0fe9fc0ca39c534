import { useEffect, useState } from 'react';
import { actorMesh, facesAt } from '../engine/captured.ts';
import { frames } from '../engine/frames.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { faceFrame, fitInto, meshPoints, platePoints, shownCoefficients } from '../viewport/mesh-points.ts';
import { edgesOf, inSequence, type OverlayFace } from './overlays.ts';

/** Width in which the matte is compared; every changed pixel of the picture has its part in it. */
const MATTE_WIDTH = 960;
const TINT = [224, 120, 60, 120] as const;

const edgesByTriangles = new WeakMap<Uint16Array, Uint16Array>();

function edges(triangles: Uint16Array): Uint16Array {
  const known = edgesByTriangles.get(triangles) ?? edgesOf(triangles);
  edgesByTriangles.set(triangles, known);
  return known;
}

interface At {
  readonly handle: string;
  readonly sequence: string;
  readonly frame: number;
}

async function findFaces(at: At, withMesh: boolean): Promise<OverlayFace[] | undefined> {
  const [landmarks, meshes] = await Promise.all([
    facesAt('landmarks', 'overlay-landmarks', at),
    facesAt('mesh', 'overlay-mesh', at),
  ]);
  const { project } = useStudio.getState();
  const sequence = project?.sequences[at.sequence];
  if (!landmarks || !meshes || !project || !sequence) return undefined;
  return await Promise.all(
    landmarks.map(async ({ note, floats }, index): Promise<OverlayFace> => {
      const media = project.media[note.media]!;
      const fit = fitInto(media.width, media.height, sequence.width, sequence.height);
      const own = meshes[index];
      const face = own && faceFrame(own.floats);
      const entry = Object.values(project.performances).find((one) => one.media === note.media);
      const data = withMesh && entry ? await actorMesh(at.handle, entry.id, note.actor) : undefined;
      const placed = (edited: boolean): Float32Array | null =>
        data && face
          ? inSequence(platePoints(meshPoints(data, shownCoefficients(face, edited)), face.pose), 2, fit)
          : null;
      return {
        name: project.actors[note.projectActor ?? '']?.name ?? 'Face',
        confidence: face?.confidence ?? 0,
        landmarks: inSequence(floats, 3, fit),
        source: placed(false),
        edited: placed(true),
        edges: data ? edges(data.triangles) : new Uint16Array(0),
      };
    }),
  );
}

/** Faces of the frame at the playhead, for overlays; none while none is switched on. */
export function useOverlayFaces(wanted: boolean, withMesh: boolean): readonly OverlayFace[] {
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence)?.id;
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const [faces, setFaces] = useState<readonly OverlayFace[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the same frame looks different
  useEffect(() => {
    if (!wanted || !open || sequence === undefined) {
      setFaces([]);
      return undefined;
    }
    let over = false;
    findFaces({ handle: open.handle, sequence, frame }, withMesh).then(
      (found) => !over && found && setFaces(found),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [wanted, withMesh, open, sequence, frame, revision]);
  return faces;
}

async function findMatte(at: At, signal: AbortSignal): Promise<ImageBitmap | null> {
  const [edited, source] = await Promise.all(
    (['edited', 'source'] as const).map((side) =>
      frames.request({ ...at, stream: `matte-${side}`, side, format: 'rgba', width: MATTE_WIDTH }),
    ),
  );
  if (!edited || !source || signal.aborted) return null;
  const { width, height, payload } = edited;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < payload.length; i += 4) {
    const changed =
      payload[i] !== source.payload[i] ||
      payload[i + 1] !== source.payload[i + 1] ||
      payload[i + 2] !== source.payload[i + 2];
    if (changed) pixels.data.set(TINT, i);
  }
  return await createImageBitmap(pixels);
}

/** Pixels that the edit changes at the playhead, tinted; while it rests only. */
export function useMatte(wanted: boolean): ImageBitmap | null {
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence)?.id;
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const playing = useStudio((state) => state.playing);
  const [matte, setMatte] = useState<ImageBitmap | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the same frame looks different
  useEffect(() => {
    setMatte(null);
    if (!wanted || playing || !open || sequence === undefined) return undefined;
    const over = new AbortController();
    findMatte({ handle: open.handle, sequence, frame }, over.signal).then(
      (found) => !over.signal.aborted && setMatte(found),
      () => undefined,
    );
    return () => over.abort();
  }, [wanted, open, sequence, frame, revision, playing]);
  return matte;
}
