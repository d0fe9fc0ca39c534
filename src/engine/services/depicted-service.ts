import { DEPICTED_COLUMNS } from '../../contract/depicted.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { MediaItem } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { toNumber } from '../../core/rational.ts';
import { depictedCurve, FaceReader, READINGS_PER_SECOND } from '../analysis/index.ts';
import { createInference, listPacks } from '../inference/index.ts';
import { openVideo } from '../media/index.ts';
import { type ProjectStore, type ResultInputs, resultKey } from '../store/index.ts';
import type { CapturedMedia } from './evaluator/performances.ts';

const MODEL = 'expression-7';
/** Changes when the arithmetic of a reading changes. */
const VERSION = 1;
const TABLE = 'depicted';

async function inputsOf(media: MediaItem, captureKey: string): Promise<ResultInputs> {
  const pack = (await listPacks()).find(({ id }) => id === MODEL)?.manifest;
  if (!pack)
    throw new RetakeError('model-damaged', `The model pack "${MODEL}" is not installed. Run "npm run models".`, {
      pack: MODEL,
    });
  const sha256 = pack.files.find(({ name }) => name === pack.entry)?.sha256 ?? '';
  return {
    kind: TABLE,
    fingerprint: media.fingerprint ?? '',
    models: { [MODEL]: sha256 },
    parameters: { version: VERSION, capture: captureKey, readingsPerSecond: READINGS_PER_SECOND },
  };
}

function captureKeyOf(store: ProjectStore, media: MediaItem): string {
  return Object.values(store.project.performances).find((one) => one.media === media.id)?.resultKey ?? '';
}

/** The stored depicted expression of a media item, see DEPICTED_COLUMNS; undefined while it was not read. */
export async function storedDepicted(store: ProjectStore, media: MediaItem): Promise<Float32Array | undefined> {
  const stored = store.results.get(await inputsOf(media, captureKeyOf(store, media)));
  return stored?.tables[TABLE]?.data as Float32Array | undefined;
}

/**
 * Reads the depicted expression of a captured media item into the project, unless it is there. Gives the key of the
 * result. Throws what opening the media throws, `cancelled`, and `project-locked` for a read-only project.
 */
export async function ensureDepicted(
  store: ProjectStore,
  media: MediaItem,
  captured: CapturedMedia,
  context: ServiceContext = {},
): Promise<string> {
  const inputs = await inputsOf(media, captureKeyOf(store, media));
  if (store.results.has(inputs)) return resultKey(inputs);
  await using inference = await createInference();
  const reader = await FaceReader.open(inference);
  await using source = await openVideo(media.path!, context.signal ? { signal: context.signal } : {});
  const stride = Math.max(1, Math.round(toNumber(source.rate) / READINGS_PER_SECOND));
  const label = 'Reading the depicted expression';
  const data = await depictedCurve(source, captured.performance, reader, {
    stride,
    onFrame: (done) => context.onProgress?.({ stage: 'measure', label, done, total: source.frameCount }),
  });
  return store.results.put(inputs, { info: {}, tables: { [TABLE]: { width: DEPICTED_COLUMNS.length, data } } });
}
