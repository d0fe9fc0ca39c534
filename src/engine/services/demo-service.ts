import { mkdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { EmotionLabel } from '../../contract/emotion.ts';
import { OPTIONS } from '../../contract/options.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import { toNumber } from '../../core/rational.ts';
import { faceRegion, facesAt } from '../analysis/index.ts';
import { type CropRegion, readPerformance } from '../capture/index.ts';
import { writeOutput } from '../interchange/index.ts';
import { openVideo, type VideoSource } from '../media/index.ts';
import { contactSheet, type SheetColumn } from './contact-sheet.ts';
import { renderActorClip } from './demo-actor.ts';
import { changeEmotion } from './emotion-service.ts';
import { demoPage } from './pages/demo-page.ts';
import { requireInput } from './paths.ts';
import { report } from './report-service.ts';
import { StopWatch } from './stop-watch.ts';
import { canvasPng, cropCanvas } from './thumbnails.ts';
import { track } from './track-service.ts';

/** What `retake demo` is asked to do. */
export interface DemoRequest {
  readonly clip?: string | undefined;
  readonly out: string;
}

const LABELS: readonly EmotionLabel[] = ['happy', 'sad', 'surprised'];
const SHEET_ROWS = 4;
const CELL_WIDTH = 260;

interface Edit {
  readonly label: EmotionLabel;
  readonly file: string;
  readonly figures: Record<string, number | null>;
}

/** Does the main job on a clip (its own digital actor without one) and writes everything to look at into a folder. */
export async function demo(request: DemoRequest, context: ServiceContext = {}): Promise<Result<'demo'>> {
  const watch = new StopWatch();
  const own = request.clip === undefined ? undefined : await requireInput(request.clip, 'clip', true);
  const out = resolve(request.out);
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw new RetakeError(
      'output-unwritable',
      `The folder "${request.out}" cannot be made. Give another --out.`,
      { path: out },
      error,
    );
  });
  const at = (name: string): string => join(out, name);
  const clip = own ?? (await renderActorClip(at('actor.mp4'), context));
  const files = { out: at('performance.json'), glb: at('face.glb'), overlay: at('overlay.mp4') };
  await track({ clip, ...files }, context);
  const { performance } = await readPerformance(files.out);
  const edits: Edit[] = [];
  for (const label of LABELS) {
    const file = `${label}.mp4`;
    const layers = label === LABELS[0] ? at('layers') : undefined;
    await changeEmotion({ ...plainEdit(clip, label), performance: files.out, out: at(file), layers }, context);
    const measured = await report(
      { before: clip, after: at(file), html: at(`report-${label}.html`) },
      {
        ...context,
        onProgress: (progress) => context.onProgress?.({ ...progress, label: `${label}: ${progress.label}` }),
      },
      performance,
    );
    edits.push({ label, file, figures: figuresOf(measured, label) });
  }
  await writeSheet(clip, at, edits, performance);
  await using source = await openVideo(clip);
  await writeOutput(at('index.html'), demoPage(pageContent(clip, own === undefined, source, edits)));
  return {
    command: 'demo',
    clip,
    edits: edits.map(({ label, file, figures }) => ({ label, path: at(file), figures })),
    outputs: [
      { kind: 'page', path: at('index.html') },
      { kind: 'contact-sheet', path: at('contact-sheet.png') },
      { kind: 'layers', path: at('layers') },
    ],
    timing: watch.timing(source.frameCount * LABELS.length),
  };
}

function plainEdit(clip: string, label: EmotionLabel) {
  return {
    clip,
    to: label,
    intensity: OPTIONS.intensity.default,
    preserveLips: OPTIONS.preserveLips.default,
    actor: OPTIONS.actor.default,
    preset: OPTIONS.preset.default,
    seed: OPTIONS.seed.default,
  };
}

function figuresOf(measured: Result<'report'>, label: EmotionLabel): Record<string, number | null> {
  const { depicted, identity, lipMotion, outsideFace, flicker } = measured.comparison!;
  return {
    depictedBefore: depicted.before[label] ?? null,
    depictedAfter: depicted.after[label] ?? null,
    identityMedian: identity?.median ?? null,
    lipMotion: lipMotion.gapFast,
    outsideMean: outsideFace?.mean ?? null,
    flicker,
  };
}

/** The square of the picture that the sheet shows: around the largest face of its frames, or the whole height. */
function sheetRegion(performance: Performance, frames: readonly number[]): CropRegion {
  const { width, height } = performance;
  const regions = frames
    .flatMap((frame) => facesAt(performance, frame).slice(0, 1))
    .map((landmarks) => faceRegion(landmarks, width, height));
  if (regions.length === 0)
    return { centreX: width / 2, centreY: height / 2, size: Math.min(width, height), angleRad: 0 };
  const left = Math.min(...regions.map((rect) => rect.x));
  const top = Math.min(...regions.map((rect) => rect.y));
  const right = Math.max(...regions.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...regions.map((rect) => rect.y + rect.height));
  const size = Math.min(1.25 * Math.max(right - left, bottom - top), width, height);
  const inside = (centre: number, length: number): number => Math.min(Math.max(centre, size / 2), length - size / 2);
  return { centreX: inside((left + right) / 2, width), centreY: inside((top + bottom) / 2, height), size, angleRad: 0 };
}

async function columnOf(
  path: string,
  title: string,
  note: string,
  frames: readonly number[],
  region: CropRegion,
  plateHeight: number,
): Promise<SheetColumn> {
  await using source = await openVideo(path);
  // The overlay shows small plates enlarged, with a panel to their right.
  const zoom = Math.max(1, Math.floor(source.info.video.height / plateHeight));
  const scaled = {
    ...region,
    centreX: region.centreX * zoom,
    centreY: region.centreY * zoom,
    size: region.size * zoom,
  };
  const cells = [];
  for (const frame of frames) cells.push(await cropCanvas(source, frame, scaled, CELL_WIDTH));
  return { title, note, cells };
}

async function writeSheet(
  clip: string,
  at: (name: string) => string,
  edits: readonly Edit[],
  performance: Performance,
): Promise<void> {
  await using source = await openVideo(clip);
  const frames = Array.from({ length: SHEET_ROWS }, (_, row) =>
    Math.floor(((row + 0.5) * source.frameCount) / SHEET_ROWS),
  );
  const region = sheetRegion(performance, frames);
  const column = (path: string, title: string, note: string): Promise<SheetColumn> =>
    columnOf(path, title, note, frames, region, performance.height);
  const columns = [
    await column(clip, 'Source', basename(clip)),
    await column(at('overlay.mp4'), 'Captured', 'mesh on the plate'),
  ];
  for (const { label, file } of edits)
    columns.push(await column(at(file), `${label[0]!.toUpperCase()}${label.slice(1)}`, 'intensity 1'));
  const rows = frames.map((frame) => `${source.secondsOf(frame).toFixed(2)} s`);
  const footer = 'Edited with Retake. The faces right of the second column were never performed like this.';
  await writeOutput(at('contact-sheet.png'), canvasPng(contactSheet(columns, rows, footer)));
}

function pageContent(clip: string, ownActor: boolean, source: VideoSource, edits: readonly Edit[]) {
  const percent = (value: number | null | undefined): string => (value == null ? '-' : `${Math.round(100 * value)} %`);
  const number = (value: number | null | undefined): string => (value == null ? '-' : value.toFixed(2));
  // A clip elsewhere is not copied: the page shows what was made of it.
  const inside = ownActor ? [{ path: basename(clip), title: 'Source', note: 'as rendered' }] : [];
  return {
    clip: basename(clip, extname(clip)),
    ownActor,
    framesPerSecond: Number(toNumber(source.rate).toFixed(3)),
    videos: [
      ...inside,
      { path: 'overlay.mp4', title: 'Captured', note: 'mesh, lips and gaze' },
      ...edits.map(({ label, file }) => ({ path: file, title: label, note: 'intensity 1' })),
    ],
    contactSheet: 'contact-sheet.png',
    figures: [
      [
        'edit',
        'depicted before',
        'depicted after',
        'same person (cosine)',
        'lip motion kept',
        'change outside the face',
        'flicker',
      ],
      ...edits.map(({ label, figures }) => [
        label,
        percent(figures['depictedBefore']),
        percent(figures['depictedAfter']),
        number(figures['identityMedian']),
        number(figures['lipMotion']),
        number(figures['outsideMean']),
        number(figures['flicker']),
      ]),
    ],
    files: [
      { path: 'performance.json', meaning: 'the captured performance' },
      { path: 'face.glb', meaning: 'the animated face mesh; opens in Blender' },
      ...edits.flatMap(({ label, file }) => [
        { path: `report-${label}.html`, meaning: `report: ${label} compared with the source` },
        { path: `${file}.provenance.json`, meaning: `label of ${file}: what was changed, by which models` },
      ]),
      { path: 'layers', meaning: 'patch, matte and ST map of the first edit as OpenEXR' },
    ],
  };
}
