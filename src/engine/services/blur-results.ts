import type { ServiceContext } from '../../contract/progress.ts';
import type { MediaItem } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import { type BlurSurvey, medianFaceWidth, type Similarity, surveyBlur, type TrackBlur } from '../deblur/index.ts';
import { openVideo, type VideoSource } from '../media/index.ts';
import type { ProjectStore, ResultInputs, StoredResult } from '../store/index.ts';

/** Changes when the arithmetic of the measurement changes. */
const VERSION = 4;
const TABLE = 'blur';
/** Per row: score, path x and y, sigma, confidence, strength, state, whether a step is known, and the step. */
const WIDTH = 14;

/** Throws `media-unsupported` for clips whose frames hold two moments each. */
export function requireProgressive(source: VideoSource): void {
  if (!source.info.video.interlaced) return;
  throw new RetakeError(
    'media-unsupported',
    'This clip is interlaced: each of its frames holds two moments, and the blur of a face is another in each. Deinterlace it first, then deblur.',
    { path: source.info.path },
  );
}

/** A survey as dense data, exactly. */
export function packSurvey(survey: BlurSurvey): StoredResult {
  const rows = survey.tracks.reduce((sum, { score }) => sum + score.length, 0);
  const data = new Float32Array(rows * WIDTH);
  let at = 0;
  for (const blur of survey.tracks)
    for (let row = 0; row < blur.score.length; row++) {
      const step = blur.steps[row];
      data.set(
        [
          blur.score[row]!,
          blur.path[row * 2]!,
          blur.path[row * 2 + 1]!,
          blur.sigma[row]!,
          blur.confidence[row]!,
          blur.strength[row]!,
          blur.state[row]!,
          ...(step ? [1, step.cx, step.cy, step.tx, step.ty, step.a, step.b] : [0, 0, 0, 0, 0, 0, 0]),
        ],
        at,
      );
      at += WIDTH;
    }
  const info = survey.tracks.map(({ noise, shutter }) => ({ noise, shutter }));
  return { info, tables: { [TABLE]: { width: WIDTH, data } } };
}

/** What {@link packSurvey} packed, of the performance that it was measured with. */
export function unpackSurvey(stored: StoredResult, { tracks }: Performance): BlurSurvey {
  const data = stored.tables[TABLE]!.data as Float32Array;
  const info = stored.info as readonly { readonly noise: number; readonly shutter: number }[];
  let from = 0;
  return {
    tracks: tracks.map((track, index): TrackBlur => {
      const count = track.frameCount;
      const first = from;
      from += count * WIDTH;
      const column = (k: number): Float32Array =>
        Float32Array.from({ length: count }, (_, row) => data[first + row * WIDTH + k]!);
      const steps = Array.from({ length: count }, (_, row): Similarity | null => {
        const at = first + row * WIDTH + 7;
        if (data[at] === 0) return null;
        const [cx, cy, tx, ty, a, b] = data.subarray(at + 1, at + 7);
        return { cx: cx!, cy: cy!, tx: tx!, ty: ty!, a: a!, b: b! };
      });
      return {
        track,
        faceWidth: medianFaceWidth(track),
        steps,
        score: column(0),
        path: Float32Array.from({ length: count * 2 }, (_, k) => data[first + (k >> 1) * WIDTH + 1 + (k & 1)]!),
        sigma: column(3),
        confidence: column(4),
        strength: column(5),
        state: Uint8Array.from(column(6)),
        noise: info[index]!.noise,
        shutter: info[index]!.shutter,
      };
    }),
  };
}

function inputsOf(store: ProjectStore, media: MediaItem, shutterDegrees: number): ResultInputs {
  const captured = Object.values(store.project.performances).find((one) => one.media === media.id)?.resultKey ?? '';
  return {
    kind: TABLE,
    fingerprint: media.fingerprint ?? '',
    models: {},
    parameters: { version: VERSION, capture: captured, shutterDegrees },
  };
}

/** The stored blur of a captured media item, or undefined while it was not measured. */
export function storedBlur(
  store: ProjectStore,
  media: MediaItem,
  performance: Performance,
  shutterDegrees: number,
): BlurSurvey | undefined {
  const stored = store.results.get(inputsOf(store, media, shutterDegrees));
  return stored && unpackSurvey(stored, performance);
}

/**
 * Measures how blurred the faces of a captured media item are, frame by frame, into the project, unless that is there.
 * Throws what opening the media throws, `cancelled`, and `media-unsupported` for interlaced clips.
 */
export async function ensureBlur(
  store: ProjectStore,
  media: MediaItem,
  performance: Performance,
  shutterDegrees: number,
  context: ServiceContext = {},
): Promise<BlurSurvey> {
  const known = storedBlur(store, media, performance, shutterDegrees);
  if (known) return known;
  await using source = await openVideo(media.path!, {
    shared: true,
    ...(context.signal ? { signal: context.signal } : {}),
  });
  requireProgressive(source);
  const label = `Measuring the blur of ${media.name}`;
  const survey = await surveyBlur(source, performance, {
    shutterDegrees,
    ...(context.signal ? { signal: context.signal } : {}),
    onProgress: (done, total) => context.onProgress?.({ stage: 'measure', label, done, total }),
  });
  // A project that is open for writing elsewhere can be rendered all the same.
  if (!store.readOnly) store.results.put(inputsOf(store, media, shutterDegrees), packSurvey(survey));
  return survey;
}
