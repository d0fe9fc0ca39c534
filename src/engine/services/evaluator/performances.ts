import { stat } from 'node:fs/promises';
import type { ServiceContext } from '../../../contract/progress.ts';
import type { ModelUse } from '../../../contract/provenance.ts';
import { applyEdits, type EditRequest } from '../../../core/document/edit.ts';
import type { MediaItem, Project } from '../../../core/document/schema.ts';
import { RetakeError } from '../../../core/errors.ts';
import type { Performance } from '../../../core/performance.ts';
import { CAPTURE_MODELS, SAME_PERSON } from '../../capture/index.ts';
import type { BlurSurvey } from '../../deblur/index.ts';
import { createInference, type Inference, listPacks } from '../../inference/index.ts';
import {
  type ProjectStore,
  packPerformance,
  type ResultInputs,
  resultKey,
  unpackPerformance,
} from '../../store/index.ts';
import { ensureBlur, storedBlur } from '../blur-results.ts';
import { ensureTalk, storedTalk, type TalkEffect, type TalkInputs } from '../speech-results.ts';
import { type CaptureFunction, captureMedia, type MediaCapture } from './capture-media.ts';

/** Changes when the capture's arithmetic changes, so that results of an older one are not taken for those of this one. */
const CAPTURE_VERSION = 3;

/** A captured performance, and who its actors are in the project. */
export interface CapturedMedia {
  readonly performance: Performance;
  /** Captured actor id -> project actor id. */
  readonly actors: Readonly<Record<string, string>>;
  readonly models: readonly ModelUse[];
}

/** Where an evaluator gets performances from. */
export interface PerformanceSource {
  /** The performance of a media item, or undefined while it has none. */
  get(project: Project, media: MediaItem): CapturedMedia | undefined;
  /** What a talking-head effect says and how, or undefined while it was not listened to. */
  talk(project: Project, effect: TalkEffect): Promise<TalkInputs | undefined>;
  /** How blurred the faces of a media item are, or undefined while that was not measured. The same object each time. */
  blur(project: Project, media: MediaItem, shutterDegrees: number): BlurSurvey | undefined;
}

/** The models that capture uses, as installed. Throws `model-damaged` when one is missing. */
export async function captureModels(): Promise<ModelUse[]> {
  const packs = await listPacks();
  return CAPTURE_MODELS.map((id) => {
    const pack = packs.find((one) => one.id === id);
    if (!pack?.manifest) {
      const why = pack?.problem ?? 'It is not installed. Run "npm run models".';
      throw new RetakeError('model-damaged', `The model pack "${id}" cannot be used. ${why}`, { pack: id });
    }
    const { entry, files, version } = pack.manifest;
    return { id, version, sha256: files.find(({ name }) => name === entry)?.sha256 ?? '' };
  });
}

/** All that decides what a capture of a whole media item gives. */
export function captureInputs(fingerprint: string, models: readonly ModelUse[]): ResultInputs {
  return {
    kind: 'capture',
    fingerprint,
    models: Object.fromEntries(models.map(({ id, sha256 }) => [id, sha256])),
    parameters: { capture: CAPTURE_VERSION },
  };
}

/** Performances of a project file: captured once, kept in it, found again in every later session and render. */
export class StorePerformances implements PerformanceSource, AsyncDisposable {
  /** Captures made by this object: a second render of an unchanged project makes none. */
  captures = 0;
  readonly #store: ProjectStore;
  readonly #known = new Map<string, CapturedMedia>();
  readonly #talks = new Map<string, TalkInputs>();
  readonly #blurs = new Map<string, BlurSurvey>();
  /** What is being listened to. */
  readonly #hearing = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #elsewhere: CaptureFunction | undefined;
  #inference: Promise<Inference> | undefined;
  #models: Promise<ModelUse[]> | undefined;
  #provider: string | null = null;

  /** `capture` does the work elsewhere, e.g. in a process of its own; in this one when left out. */
  constructor(store: ProjectStore, capture?: CaptureFunction) {
    this.#store = store;
    this.#elsewhere = capture;
  }

  /** Execution providers that the last capture of this object really ran on; null before the first. */
  get provider(): string | null {
    return this.#provider;
  }

  get(project: Project, media: MediaItem): CapturedMedia | undefined {
    const entry = Object.values(project.performances).find((one) => one.media === media.id);
    if (!entry) return undefined;
    const known = this.#known.get(entry.id);
    if (known) return known;
    const stored = this.#store.results.read(entry.resultKey);
    if (!stored) return undefined;
    const { performance, extra } = unpackPerformance(stored);
    const models = (extra as { models?: ModelUse[] } | null)?.models ?? [];
    const found = { performance, actors: entry.actors, models };
    this.#known.set(entry.id, found);
    return found;
  }

  /**
   * The performance of a media item, captured now unless the project has it. What is captured is stored, its actors
   * are added to the project and the performance noted in it. Throws what capturing throws, `cancelled`, and
   * `project-locked` for a read-only project that lacks it.
   */
  async ensure(mediaId: string, context: ServiceContext = {}): Promise<CapturedMedia> {
    const media = this.#media(mediaId);
    const known = this.get(this.#store.project, media);
    if (known) return known;
    if (this.#store.readOnly)
      throw new RetakeError(
        'project-locked',
        `${media.name} was not tracked yet, and the project is open for writing elsewhere. Track it there.`,
        { media: mediaId },
      );
    this.#models ??= captureModels();
    const models = await this.#models;
    const inputs = captureInputs(media.fingerprint ?? '', models);
    if (!this.#store.results.has(inputs)) {
      const { performance, figures } = await this.#capture(media, context);
      this.#store.results.put(inputs, packPerformance(performance, { models, figures }));
    }
    this.#note(media, resultKey(inputs));
    return this.get(this.#store.project, media)!;
  }

  /**
   * See {@link PerformanceSource}. What was not listened to yet is, from the first time it is asked for on: a preview
   * shows the plate until then.
   */
  async talk(project: Project, effect: TalkEffect): Promise<TalkInputs | undefined> {
    const { speech, style, styleFile, rules, transcript } = effect.settings;
    const key = JSON.stringify([speech, style, styleFile, await versionOf(styleFile), rules, transcript]);
    const known = this.#talks.get(key);
    if (known) return known;
    const found = await storedTalk(this.#store, project, effect);
    if (found) this.#talks.set(key, found);
    else if (!this.#store.readOnly && !this.#hearing.has(key) && !this.#closing.signal.aborted)
      this.#hearing.set(
        key,
        this.ensureTalk(effect, { signal: this.#closing.signal }).catch(() => undefined),
      );
    return found;
  }

  /**
   * What a talking-head effect says: listened to and learnt now unless the project has it. Throws what listening,
   * learning and capturing throw, `cancelled`.
   */
  async ensureTalk(effect: TalkEffect, context: ServiceContext = {}): Promise<TalkInputs> {
    const capture = async (media: string) => (await this.ensure(media, context)).performance;
    return await ensureTalk(this.#store, effect, context, capture);
  }

  blur(project: Project, media: MediaItem, shutterDegrees: number): BlurSurvey | undefined {
    const captured = this.get(project, media);
    if (!captured) return undefined;
    const entry = Object.values(project.performances).find((one) => one.media === media.id);
    const key = `${entry?.resultKey} ${shutterDegrees}`;
    const known = this.#blurs.get(key) ?? storedBlur(this.#store, media, captured.performance, shutterDegrees);
    if (known) this.#blurs.set(key, known);
    return known;
  }

  /**
   * The blur of a media item, measured now unless the project has it; tracks the item first where that is missing. Throws
   * what {@link ensure} and measuring throw.
   */
  async ensureBlur(mediaId: string, shutterDegrees: number, context: ServiceContext = {}): Promise<BlurSurvey> {
    const { performance } = await this.ensure(mediaId, context);
    return await ensureBlur(this.#store, this.#media(mediaId), performance, shutterDegrees, context);
  }

  #media(id: string): MediaItem {
    const media = this.#store.project.media[id];
    if (!media) throw new RetakeError('not-found', `There is no media item ${id} in the project.`, { media: id });
    if (media.kind !== 'file' || media.path === null)
      throw new RetakeError('not-found', `${media.name} has no file. Relink it first.`, { media: id });
    return media;
  }

  async #capture(media: MediaItem, context: ServiceContext): Promise<MediaCapture> {
    if (!this.#elsewhere) this.#inference ??= createInference();
    const result = this.#elsewhere
      ? await this.#elsewhere(media.path!, media.name, context)
      : await captureMedia(await this.#inference!, media.path!, media.name, context);
    this.captures += 1;
    this.#provider = result.provider;
    return result;
  }

  /** Notes a stored result in the project; people are new unless a performance of theirs is there to match them. */
  #note(media: MediaItem, key: string): void {
    const stored = this.#store.results.read(key);
    if (!stored) throw new RetakeError('internal', 'A capture that was just stored cannot be read.', { key });
    const { performance } = unpackPerformance(stored);
    const names = performance.actors.map((actor, index) => actor.name || `Actor ${index + 1}`);
    const people = this.#samePeople(performance);
    const missing = performance.actors.flatMap(({ id }, index) =>
      people.has(id) ? [] : [{ id, name: names[index]! }],
    );
    // One undo step for people and performance: the ids of the people are those that a trial gives them.
    const edits: EditRequest[] = [];
    if (missing.length > 0) {
      const count = Object.keys(this.#store.project.actors).length;
      edits.push({ edit: 'addActors', args: { names: missing.map((_, index) => `Actor ${count + index + 1}`) } });
      const { created } = applyEdits(this.#store.project, edits);
      missing.forEach(({ id }, index) => {
        people.set(id, created[index]!);
      });
    }
    edits.push({
      edit: 'addPerformance',
      args: {
        media: media.id,
        resultKey: key,
        firstFrame: 0,
        frameCount: performance.frameCount,
        actors: Object.fromEntries(people),
        metadata: {},
      },
    });
    this.#store.edit(edits, `Track ${media.name}`);
  }

  /** Captured actors who are somebody already in the project, by the measure that links the shots of a clip. */
  #samePeople(performance: Performance): Map<string, string> {
    const found = new Map<string, string>();
    for (const entry of Object.values(this.#store.project.performances)) {
      const media = this.#store.project.media[entry.media];
      const other = media && this.get(this.#store.project, media);
      if (!other) continue;
      for (const actor of performance.actors)
        for (const known of other.performance.actors) {
          const into = other.actors[known.id];
          if (into && !found.has(actor.id) && similarity(actor.descriptor, known.descriptor) >= SAME_PERSON)
            found.set(actor.id, into);
        }
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#hearing.values());
    await (await this.#inference)?.[Symbol.asyncDispose]();
  }
}

/** What changes when a file is written anew; null for none, or one that is not there. */
async function versionOf(file: string | null): Promise<readonly number[] | null> {
  const found = file === null ? null : await stat(file).catch(() => null);
  return found && [found.size, found.mtimeMs];
}

function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) sum += a[i]! * b[i]!;
  return sum;
}
