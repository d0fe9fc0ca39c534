import { useEffect, useRef, useState } from 'react';
import { DEPICTED_COLUMNS } from '../../contract/depicted.ts';
import type { Project } from '../../core/document/schema.ts';
import { FRAME_REASONS, SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { type CapturedTrack, capturedInfo, floatsAt } from '../engine/captured.ts';
import { useStudio } from '../state/studio.ts';

/** What lanes show of a media item, by its frames; NaN where there is no face. Of several faces the surest counts. */
export interface LaneData {
  readonly frameCount: number;
  /** [frameCount, 7] by DEPICTED_COLUMNS; null until it was read. */
  readonly depicted: Float32Array | null;
  /** [frameCount, 2] blur and how much of it is restored; null until it was measured. */
  readonly blur: Float32Array | null;
  readonly jaw: Float32Array;
  readonly confidence: Float32Array;
  /** Index into FRAME_REASONS. */
  readonly reason: Uint8Array;
}

const WIDTH = DEPICTED_COLUMNS.length;
const NO_FACE = FRAME_REASONS.indexOf('no-face');

async function depictedOf(
  base: string,
  tracks: readonly CapturedTrack[],
  frameCount: number,
): Promise<Float32Array | null> {
  const answer = await fetch(`${base}/depicted`);
  if (!answer.ok) return null;
  const table = new Float32Array(await answer.arrayBuffer());
  if (table.length === 0) return null;
  const out = new Float32Array(frameCount * WIDTH).fill(Number.NaN);
  let row = 0;
  for (const track of tracks)
    for (let r = 0; r < track.frameCount; r++, row++) {
      const frame = track.firstFrame + r;
      // The first track of a frame is that of the actor who is seen most.
      if (!Number.isNaN(table[row * WIDTH]!) && Number.isNaN(out[frame * WIDTH]!))
        out.set(table.subarray(row * WIDTH, (row + 1) * WIDTH), frame * WIDTH);
    }
  return out;
}

/** Shutter under which a media item is deblurred: that of the first effect on it. */
function shutterOf(effects: Project['effects'], items: Project['items'], media: string): number {
  for (const effect of Object.values(effects)) {
    const clip = items[effect.clip];
    if (effect.kind === 'deblur' && clip?.type === 'clip' && clip.media === media)
      return effect.settings.shutterDegrees;
  }
  return 180;
}

async function load(handle: string, performance: string, shutterDegrees: number): Promise<LaneData> {
  const base = `/performance/${handle}/${performance}`;
  const { tracks, frameCount } = await capturedInfo(handle, performance);
  const jaw = new Float32Array(frameCount).fill(Number.NaN);
  const confidence = new Float32Array(frameCount).fill(Number.NaN);
  const reason = new Uint8Array(frameCount).fill(NO_FACE);
  await Promise.all(
    tracks.map(async ({ firstFrame, frameCount: rows }, index) => {
      const [coefficients, trust, why] = await Promise.all([
        floatsAt(`${base}/track/${index}/coefficients`),
        floatsAt(`${base}/track/${index}/confidence`),
        fetch(`${base}/track/${index}/reason`).then(async (got) => new Uint8Array(await got.arrayBuffer())),
      ]);
      for (let row = 0; row < rows; row++) {
        const frame = firstFrame + row;
        if (why[row] === NO_FACE || confidence[frame]! >= trust[row]!) continue;
        confidence[frame] = trust[row]!;
        reason[frame] = why[row]!;
        jaw[frame] = coefficients[row * SHAPE_COUNT + shapeIndex('jawOpen')]!;
      }
    }),
  );
  const blur = await floatsAt(`${base}/blur/${shutterDegrees}`);
  const depicted = await depictedOf(base, tracks, frameCount);
  return { frameCount, jaw, confidence, reason, depicted, blur: blur.length > 0 ? blur : null };
}

/** Lanes of all captured media of the project, by media id; fetched once, and again when the expression was read. */
export function useLaneData(): ReadonlyMap<string, LaneData> {
  const handle = useStudio(({ open }) => open?.handle);
  const performances = useStudio(({ project }) => project?.performances);
  const read = useStudio(({ work }) =>
    Object.values(work)
      .filter(({ kind, state }) => (kind === 'depict' || kind === 'blur') && state === 'done')
      .map(({ kind, subject }) => `${kind}:${subject}`)
      .join(' '),
  );
  const effects = useStudio(({ project }) => project?.effects);
  const items = useStudio(({ project }) => project?.items);
  const [data, setData] = useState<ReadonlyMap<string, LaneData>>(new Map());
  const asked = useRef(new Set<string>());
  useEffect(() => {
    if (handle === undefined || !performances || !effects || !items) return;
    const done = new Set(read.split(' '));
    for (const { id, media, resultKey } of Object.values(performances)) {
      const shutter = shutterOf(effects, items, media);
      const name = `${handle} ${resultKey} ${done.has(`depict:${media}`)} ${done.has(`blur:${media}`)} ${shutter}`;
      if (asked.current.has(name)) continue;
      asked.current.add(name);
      load(handle, id, shutter).then(
        (loaded) => setData((old) => new Map(old).set(media, loaded)),
        () => asked.current.delete(name),
      );
    }
  }, [handle, performances, effects, items, read]);
  return data;
}
