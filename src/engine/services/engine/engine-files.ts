import { basename } from 'node:path';
import { RetakeError } from '../../../core/errors.ts';
import type { FaceTrack } from '../../../core/performance.ts';
import { lipFit } from '../../analysis/index.ts';
import { loadFaceModel, personaliseShapes } from '../../capture/face-model/index.ts';
import type { EditPlan } from '../../compositing/index.ts';
import { storedDepicted } from '../depicted-service.ts';
import type { CapturedMedia } from '../evaluator/performances.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import { outlineOf } from '../speech-outline.ts';
import type { MediaPreviews } from './media-previews.ts';
import type { ProjectRuntimes } from './project-runtimes.ts';
import type { SourceRegistry } from './source-registry.ts';

/** What a fetched address is: a file on disk, or bytes made for it. */
export type EngineFile =
  | { readonly path: string; readonly name: string; readonly type: string; readonly keep: boolean }
  | { readonly bytes: Uint8Array; readonly type: string; readonly keep: boolean };

const TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jpg: 'image/jpeg',
  png: 'image/png',
};
const BINARY = 'application/octet-stream';
const TRACK_TABLES = ['coefficients', 'pose', 'gaze', 'confidence', 'reason', 'landmarks'] as const;

function typeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? BINARY;
}

function whole(query: URLSearchParams, name: string, fallback: number, least: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RetakeError('invalid-argument', `${name} is a whole number from ${least} to ${most}.`, { [name]: text });
}

const bytesOf = (data: Float32Array | Uint8Array | Uint16Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const notThere = (): RetakeError => new RetakeError('not-found', 'There is nothing at this address.');

/** Everything that interfaces fetch by address rather than by procedure: media, previews, dense captured data. */
export class EngineFiles {
  readonly #registry: SourceRegistry;
  readonly #previews: MediaPreviews;
  readonly #sessions: ProjectSessions;
  readonly #runtimes: ProjectRuntimes;
  readonly #lipFits = new WeakMap<EditPlan, Promise<Float32Array>>();

  constructor(registry: SourceRegistry, previews: MediaPreviews, sessions: ProjectSessions, runtimes: ProjectRuntimes) {
    this.#registry = registry;
    this.#previews = previews;
    this.#sessions = sessions;
    this.#runtimes = runtimes;
  }

  /** What lies at a path of decoded segments. Throws `not-found`, `invalid-argument` and what making it throws. */
  async find(segments: readonly string[], query: URLSearchParams): Promise<EngineFile> {
    const [area, ...rest] = segments;
    if (area === 'media') return await this.#media(rest, query);
    if (area === 'performance') return await this.#performance(rest);
    if (area === 'speech') return await this.#speech(rest);
    if (area === 'face-model') return await faceModel(rest);
    throw notThere();
  }

  async #media([name, what, ...more]: readonly string[], query: URLSearchParams): Promise<EngineFile> {
    if (name === undefined || more.length > 0) throw notThere();
    const path = this.#registry.path(name);
    switch (what) {
      case undefined:
        return { path, name: basename(path), type: typeOf(path), keep: false };
      case 'thumbnail': {
        const frame = whole(query, 'frame', 0, 0, 2 ** 31);
        const jpeg = await this.#previews.thumbnail(path, frame, whole(query, 'width', 160, 16, 1024));
        return { path: jpeg, name: 'thumbnail.jpg', type: 'image/jpeg', keep: true };
      }
      case 'sound':
        return { path: await this.#previews.sound(path), name: 'sound.wav', type: 'audio/wav', keep: true };
      case 'peaks': {
        const peaks = await this.#previews.peaks(path, whole(query, 'perSecond', 100, 1, 1000));
        return { path: peaks, name: 'peaks', type: BINARY, keep: true };
      }
      default:
        throw notThere();
    }
  }

  /** What was heard of the recording of a talking-head effect, see `SpeechOutline`; null while it was not listened to. */
  async #speech([handle, id, ...more]: readonly string[]): Promise<EngineFile> {
    if (handle === undefined || id === undefined || more.length > 0) throw notThere();
    const { project } = this.#sessions.store(handle);
    const effect = project.effects[id];
    if (effect?.kind !== 'talking-head') throw notThere();
    const inputs = await this.#runtimes.get(handle).performances.talk(project, effect);
    return json(inputs ? outlineOf(inputs.speech) : null);
  }

  #captured(handle: string, id: string): CapturedMedia {
    const { project } = this.#sessions.store(handle);
    const media = project.media[project.performances[id]?.media ?? ''];
    const captured = media && this.#runtimes.get(handle).performances.get(project, media);
    if (!captured) throw new RetakeError('not-found', 'There is no such performance in the project.');
    return captured;
  }

  async #performance(segments: readonly string[]): Promise<EngineFile> {
    const [handle, id, area, key, table, ...more] = segments;
    if (handle === undefined || id === undefined || more.length > 0) throw notThere();
    const captured = this.#captured(handle, id);
    const { performance } = captured;
    if (area === 'depicted' && key === undefined) return await this.#depicted(handle, id);
    if (area === 'blur' && table === undefined) return this.#blur(handle, id, captured, Number(key));
    if (area === undefined) return json(describe(captured));
    if (area === 'track') {
      const track = performance.tracks[Number(key)];
      if (!track || !(TRACK_TABLES as readonly string[]).includes(table ?? '')) throw notThere();
      return { bytes: bytesOf(track[table as (typeof TRACK_TABLES)[number]]), type: BINARY, keep: true };
    }
    if (area === 'actor') {
      const actor = performance.actors.find((one) => one.id === key);
      if (actor && table === 'neutral') return { bytes: bytesOf(actor.neutral), type: BINARY, keep: true };
      if (actor && table === 'shapes') {
        const { shapes } = personaliseShapes(await loadFaceModel(), actor.neutral);
        const all = new Float32Array(shapes.length * actor.neutral.length);
        shapes.forEach((shape, index) => {
          all.set(shape, index * actor.neutral.length);
        });
        return { bytes: bytesOf(all), type: BINARY, keep: true };
      }
    }
    if (area === 'clip' && table === 'lips') return await this.#lips(handle, captured, key ?? '');
    if (area === 'clip') return this.#plan(handle, captured, key ?? '', table ?? '');
    throw notThere();
  }

  /** Depicted expression of a performance, see DEPICTED_COLUMNS; nothing while it was not read. */
  async #depicted(handle: string, id: string): Promise<EngineFile> {
    const store = this.#sessions.store(handle);
    const table = await storedDepicted(store, store.project.media[store.project.performances[id]!.media]!);
    return { bytes: table ? bytesOf(table) : new Uint8Array(0), type: BINARY, keep: false };
  }

  /**
   * Blur by frame of the media, and how much of it would be restored: two values a frame, NaN without a face; of several
   * faces the most blurred counts. Nothing while it was not measured under this shutter.
   */
  #blur(handle: string, id: string, captured: CapturedMedia, shutterDegrees: number): EngineFile {
    const { project } = this.#sessions.store(handle);
    const media = project.media[project.performances[id]!.media]!;
    const survey = this.#runtimes.get(handle).performances.blur(project, media, shutterDegrees);
    if (!survey) return { bytes: new Uint8Array(0), type: BINARY, keep: false };
    const out = new Float32Array(captured.performance.frameCount * 2).fill(Number.NaN);
    for (const { track, score, strength } of survey.tracks)
      for (let row = 0; row < track.frameCount; row++) {
        const at = (track.firstFrame + row) * 2;
        if (out[at]! >= score[row]!) continue;
        out[at] = score[row]!;
        out[at + 1] = strength[row]!;
      }
    return { bytes: bytesOf(out), type: BINARY, keep: false };
  }

  /** How the mouths of a clip fit, plate, mesh and edit: all tracks one after the other, see LIP_COLUMNS. */
  async #lips(handle: string, captured: CapturedMedia, clip: string): Promise<EngineFile> {
    const planned = this.#runtimes.get(handle).evaluator.planOf(this.#sessions.store(handle).project, clip);
    if (planned?.captured !== captured) throw notThere();
    const { plan } = planned;
    let made = this.#lipFits.get(plan);
    if (!made) {
      made = fitOf(plan);
      this.#lipFits.set(plan, made);
      made.catch(() => this.#lipFits.delete(plan));
    }
    return { bytes: bytesOf(await made), type: BINARY, keep: false };
  }

  /** Coefficients that the effects of a clip lead to: all tracks of the performance, one after the other. */
  #plan(handle: string, captured: CapturedMedia, clip: string, table: string): EngineFile {
    const planned = this.#runtimes.get(handle).evaluator.planOf(this.#sessions.store(handle).project, clip);
    if (planned?.captured !== captured || (table !== 'after' && table !== 'weight')) throw notThere();
    const dataOf = (track: FaceTrack): Float32Array => {
      const edit = planned.plan.edits.find((one) => one.track === track);
      if (table === 'after') return edit?.after ?? track.coefficients;
      return edit?.weight ?? new Float32Array(track.frameCount);
    };
    const parts = captured.performance.tracks.map(dataOf);
    return { bytes: bytesOf(joined(parts)), type: BINARY, keep: false };
  }
}

async function fitOf(plan: EditPlan): Promise<Float32Array> {
  const model = await loadFaceModel();
  const parts: Float32Array[] = [];
  for (const edit of plan.edits) parts.push(await lipFit(edit, model));
  return joined(parts);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function json(value: unknown): EngineFile {
  return { bytes: new TextEncoder().encode(JSON.stringify(value)), type: 'application/json', keep: false };
}

function describe({ performance, actors }: CapturedMedia): unknown {
  const { width, height, frameCount, shots, tracks } = performance;
  return {
    width,
    height,
    frameCount,
    shots,
    actors: performance.actors.map(({ id, name }) => ({ id, name, projectActor: actors[id] ?? null })),
    tracks: tracks.map((track) => ({
      actor: track.actorId,
      shot: track.shot,
      firstFrame: track.firstFrame,
      frameCount: track.frameCount,
    })),
  };
}

async function faceModel([table, ...more]: readonly string[]): Promise<EngineFile> {
  const model = await loadFaceModel();
  if (more.length > 0) throw notThere();
  const tables = { uv: model.uv, triangles: model.triangles, 'skin-triangles': model.skinTriangles };
  if (table === undefined || !Object.hasOwn(tables, table)) throw notThere();
  return { bytes: bytesOf(tables[table as keyof typeof tables]), type: BINARY, keep: true };
}
