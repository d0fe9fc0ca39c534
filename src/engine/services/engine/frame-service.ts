import type { FrameAnswer, FrameRequest } from '../../../contract/frames.ts';
import { evaluateFrame } from '../../../core/document/evaluate.ts';
import type { Project } from '../../../core/document/schema.ts';
import { RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import { type FaceTrack, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../../core/performance.ts';
import type { TrackEdit } from '../../compositing/index.ts';
import { openVideo, type VideoSource } from '../../media/index.ts';
import type { FrameRequest as EvaluatedRequest } from '../evaluator/evaluator.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import type { PictureImages } from './picture-images.ts';
import { type PreviewImage, previewName } from './preview-images.ts';
import type { ProjectRuntimes } from './project-runtimes.ts';

const OPEN_SOURCES = 4;
const GAZE_SIZE = 4;

/** Floats of one face in a mesh answer: coefficients before and after, pose, gaze, confidence, weight of the edit. */
export const MESH_FACE_FLOATS = 2 * SHAPE_COUNT + POSE_SIZE + GAZE_SIZE + 2;

const LANDMARK_FLOATS = LANDMARK_COUNT * 3;

function meshOf(track: FaceTrack, row: number, edit: TrackEdit | undefined): Float32Array {
  const before = track.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT);
  const face = new Float32Array(MESH_FACE_FLOATS);
  face.set(before, 0);
  face.set(edit ? edit.after.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT) : before, SHAPE_COUNT);
  face.set(track.pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE), 2 * SHAPE_COUNT);
  face.set(track.gaze.subarray(row * GAZE_SIZE, (row + 1) * GAZE_SIZE), 2 * SHAPE_COUNT + POSE_SIZE);
  face[MESH_FACE_FLOATS - 2] = track.confidence[row]!;
  face[MESH_FACE_FLOATS - 1] = edit ? edit.weight[row]! : 0;
  return face;
}

function landmarksOf(track: FaceTrack, row: number): Float32Array {
  return track.landmarks.subarray(row * LANDMARK_FLOATS, (row + 1) * LANDMARK_FLOATS);
}

function answerOf(request: FrameRequest, { image, notes }: PreviewImage, cached: boolean): FrameAnswer {
  const { kind, stream, seq, frame, format } = request;
  const { width, height, bytes } = image;
  return { kind, format, stream, seq, frame, notes: { ...notes, cached }, width, height, payload: bytes };
}

/** Makes the frames that interfaces look at: pictures of sequences and of media, and the faces of a frame. */
export class FrameService implements AsyncDisposable {
  readonly #sessions: ProjectSessions;
  readonly #runtimes: ProjectRuntimes;
  readonly #images: PictureImages;
  readonly #sources = new Map<string, Promise<VideoSource>>();
  #turn: Promise<unknown> = Promise.resolve();
  /** Wishes under way, and when the last one was met. */
  #wishes = 0;
  #lastMet = 0;

  constructor(sessions: ProjectSessions, runtimes: ProjectRuntimes, images: PictureImages) {
    [this.#sessions, this.#runtimes, this.#images] = [sessions, runtimes, images];
  }

  /** The answer to a wish. Throws `not-found`, `cancelled`, and what decoding and composing throw. */
  async frame(request: FrameRequest, signal?: AbortSignal): Promise<FrameAnswer> {
    throwIfCancelled(signal);
    if (request.kind !== 'picture') return this.#faces(request);
    if (request.media !== undefined) return await this.#mediaFrame(request);
    const preview = await this.#known(request);
    if (preview) return answerOf(request, preview, true);
    this.#wishes += 1;
    try {
      return await this.#sequenceFrame(request, signal);
    } finally {
      this.#wishes -= 1;
      this.#lastMet = performance.now();
    }
  }

  /** Milliseconds since a frame of a sequence was last made for somebody who waited; 0 while one is. */
  get quietFor(): number {
    return this.#wishes > 0 ? 0 : performance.now() - this.#lastMet;
  }

  /** The frame as it was rendered ahead or played before. */
  async #known(request: FrameRequest): Promise<PreviewImage | undefined> {
    const { handle, sequence, frame, quality, side, width, format } = request;
    if (format !== 'jpeg' || side !== 'edited') return undefined;
    const { evaluator, previews } = this.#runtimes.get(handle);
    const project = this.#sessions.store(handle).project;
    return previews.get(
      previewName(await evaluator.nameOf(project, { sequence: sequence!, frame, quality, side }), width),
    );
  }

  /** A preview of a frame, made unless it is there, and kept. Throws what making a frame throws. */
  async preview(handle: string, project: Project, wanted: EvaluatedRequest, width?: number): Promise<PreviewImage> {
    const { evaluator, previews } = this.#runtimes.get(handle);
    const name = previewName(await evaluator.nameOf(project, wanted), width);
    const known = previews.get(name);
    if (known) return known;
    const { picture, layers, touched } = await evaluator.frame(project, { ...wanted, keep: false });
    const preview = { image: await this.#images.jpeg(picture, width), notes: { layers, touched } };
    previews.set(name, preview);
    return preview;
  }

  async #sequenceFrame(request: FrameRequest, signal: AbortSignal | undefined): Promise<FrameAnswer> {
    const { handle, sequence, frame, quality, side, width, format, mode } = request;
    const { evaluator } = this.#runtimes.get(handle);
    const project = this.#sessions.store(handle).project;
    // What is played is likely to be played again.
    if (mode === 'queue' && format === 'jpeg' && side === 'edited') {
      const wanted = { sequence: sequence!, frame, quality, side };
      return answerOf(request, await this.preview(handle, project, wanted, width), false);
    }
    // Cancelled while it waits for its turn; once made it is shown, or fast scrubbing would never show anything.
    const made = await evaluator.frame(project, { sequence: sequence!, frame, quality, side }, signal);
    const { layers, touched, cached } = made;
    return await this.#answer(request, made.picture, { layers, touched, cached }, true);
  }

  async #mediaFrame(request: FrameRequest): Promise<FrameAnswer> {
    const media = this.#sessions.store(request.handle).project.media[request.media!];
    if (!media || media.path === null || !media.hasVideo)
      throw new RetakeError('not-found', `There is no picture of ${media?.name ?? 'this media item'}.`);
    const result = this.#turn.then(async () => {
      const source = await this.#source(media.path!);
      const decoded = await source.frameAt(Math.min(request.frame, source.frameCount - 1));
      try {
        return await this.#answer(request, decoded.picture, null);
      } finally {
        decoded.release();
      }
    });
    this.#turn = result.catch(() => undefined);
    return await result;
  }

  async #answer(
    request: FrameRequest,
    picture: Parameters<PictureImages['jpeg']>[0],
    notes: unknown,
    keep = false,
  ): Promise<FrameAnswer> {
    const { kind, stream, seq, frame, format } = request;
    const image =
      format === 'rgba'
        ? await this.#images.rgba(picture, request.width)
        : await this.#images.jpeg(picture, request.width, keep);
    return { kind, format, stream, seq, frame, notes, width: image.width, height: image.height, payload: image.bytes };
  }

  /** The file open; the one used longest ago is closed for it. */
  async #source(path: string): Promise<VideoSource> {
    const known = this.#sources.get(path);
    if (known) {
      this.#sources.delete(path);
      this.#sources.set(path, known);
      return await known;
    }
    const opening = openVideo(path);
    this.#sources.set(path, opening);
    opening.catch(() => this.#sources.delete(path));
    for (const [oldest, old] of this.#sources) {
      if (this.#sources.size <= OPEN_SOURCES) break;
      this.#sources.delete(oldest);
      await old.then((source) => source[Symbol.asyncDispose]()).catch(() => undefined);
    }
    return await opening;
  }

  /**
   * The faces of a frame: {@link MESH_FACE_FLOATS} floats each, or the tracked landmarks [478, 3] in pixels of the media.
   * `notes` say whose they are: clip, performance's media, actor of the performance and of the project, track and row.
   * Frames of a media item carry no edit.
   */
  #faces(request: FrameRequest): FrameAnswer {
    const { kind, stream, seq, frame, handle } = request;
    const faces: Record<string, unknown>[] = [];
    const rows: Float32Array[] = [];
    const project = this.#sessions.store(handle).project;
    const { evaluator, performances } = this.#runtimes.get(handle);
    const shown =
      request.media === undefined
        ? evaluateFrame(project, request.sequence!, frame).layers.map(({ clip, media, mediaFrame }) => ({
            clip: clip.id,
            media,
            mediaFrame,
          }))
        : [{ clip: null, media: project.media[request.media], mediaFrame: frame }];
    for (const { clip, media, mediaFrame } of shown) {
      if (!media) throw new RetakeError('not-found', 'There is no such media item in the project.');
      const planned = clip === null ? undefined : evaluator.planOf(project, clip);
      const captured = planned?.captured ?? performances.get(project, media);
      if (!captured) continue;
      captured.performance.tracks.forEach((track, index) => {
        const row = mediaFrame - track.firstFrame;
        if (row < 0 || row >= track.frameCount) return;
        const edit = planned?.plan.edits.find((one) => one.track === track);
        rows.push(kind === 'mesh' ? meshOf(track, row, edit) : landmarksOf(track, row));
        faces.push({
          clip,
          media: media.id,
          mediaFrame,
          track: index,
          row,
          actor: track.actorId,
          projectActor: captured.actors[track.actorId] ?? null,
        });
      });
    }
    const width = kind === 'mesh' ? MESH_FACE_FLOATS : LANDMARK_FLOATS;
    const floats = new Float32Array(rows.length * width);
    rows.forEach((face, index) => {
      floats.set(face, index * width);
    });
    return {
      kind,
      format: 'float32',
      stream,
      seq,
      frame,
      width,
      height: rows.length,
      notes: { faces },
      payload: new Uint8Array(floats.buffer),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    for (const source of this.#sources.values())
      await source.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
    this.#sources.clear();
  }
}
