import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import {
  type FaceTrack,
  FRAME_REASONS,
  LANDMARK_COUNT,
  type Performance,
  POSE_SIZE,
  SHAPE_COUNT,
} from '../../core/performance.ts';
import {
  allocatePicture,
  type Picture,
  type PictureColour,
  type PictureLayout,
  planeSize,
} from '../../core/picture.ts';
import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { type CaptureOptions, type CaptureResult, captureClip, poseAngles, poseAt } from '../capture/index.ts';
import type { MouthDonor } from '../compositing/mouth-donor.ts';
import { prepareTrack, type TrackPreparation } from '../compositing/prepare.ts';
import type { Inference } from '../inference/index.ts';
import { openVideo, PictureScaler, type VideoSource } from '../media/index.ts';
import type { PortraitSetup } from './portrait-composer.ts';
import { stillClip } from './still-clip.ts';

/** What {@link openPortrait} is given. */
export interface PortraitOptions {
  readonly inference: Inference;
  readonly model: FaceModel;
  /** Which face speaks, from 1, counted from the left; needed where there are several. */
  readonly face?: number;
  /** Other photographs of the person: open mouths are taken from them. */
  readonly more?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onNote?: (message: string) => void;
}

/** A photograph, painting or drawing that is ready to speak. */
export interface Portrait {
  readonly setup: PortraitSetup;
  readonly width: number;
  readonly height: number;
  /** Unit descriptor of the face, as Actor.descriptor. */
  readonly descriptor: Float32Array;
  readonly performance: Performance;
}

/** The picture is carried as players expect it: 4:2:0, limited range, BT.709; ten bits where it has more than eight. */
const COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};
/** What a performance says of its length. */
const ONE_FRAME = { frameCount: 1, shots: [0] } as const;
/** How often the tracker looks at the picture: it believes in a face only after several looks. */
const LOOKS = 7;
/** A face under this width (pixels from ear to ear) has no lips to speak of. */
const SMALLEST_FACE = 60;
/** A face turned further than this (radians) does not show both halves of its mouth. */
const MOST_YAW = 0.75;
/** Faces under this share of the largest one are bystanders, not candidates. */
const BYSTANDER = 0.35;

const faceWidth = ({ landmarks }: FaceTrack): number =>
  Math.hypot(landmarks[454 * 3]! - landmarks[234 * 3]!, landmarks[454 * 3 + 1]! - landmarks[234 * 3 + 1]!);

/** The picture without its last column or row where its size is odd: players want even ones. */
function cropEven(picture: Picture): Picture {
  const width = picture.width & ~1;
  const height = picture.height & ~1;
  if (width === picture.width && height === picture.height) return picture;
  const out = allocatePicture(width, height, picture.layout, picture.colour);
  out.planes.forEach((plane, p) => {
    const [from] = planeSize(picture.layout, picture.width, picture.height, p);
    const [columns, rows] = planeSize(picture.layout, width, height, p);
    for (let y = 0; y < rows; y++)
      plane.set(picture.planes[p]!.subarray(y * from, y * from + columns) as never, y * columns);
  });
  return out;
}

function convert(picture: Picture): Picture {
  const layout: PictureLayout = {
    family: 'yuv',
    bitDepth: picture.layout.bitDepth > 8 ? 10 : 8,
    chromaShiftX: 1,
    chromaShiftY: 1,
    alpha: false,
  };
  const even = cropEven(picture);
  using scaler = new PictureScaler(even, { width: even.width, height: even.height, layout, colour: COLOUR });
  return scaler.convert(even);
}

/** The track that is to speak. Throws `no-face`, `invalid-argument` (several faces) or `media-unsupported` (profile). */
function chooseFace(tracks: readonly FaceTrack[], path: string, face: number | undefined): FaceTrack {
  if (tracks.length === 0)
    throw new RetakeError(
      'no-face',
      'No face was found in the portrait. Give a photograph, painting or drawing of a face that looks towards the viewer.',
      { path },
    );
  const largest = Math.max(...tracks.map(faceWidth));
  const candidates = tracks
    .filter((track) => faceWidth(track) >= largest * BYSTANDER)
    .sort((a, b) => a.pose[4]! - b.pose[4]!);
  if (face === undefined && candidates.length > 1)
    throw new RetakeError(
      'invalid-argument',
      `There are ${candidates.length} faces in the portrait. Say which one speaks, counted from the left: --face 1 to --face ${candidates.length}.`,
      { path, faces: candidates.length },
    );
  const chosen = candidates[(face ?? 1) - 1];
  if (!chosen)
    throw new RetakeError(
      'not-found',
      `There is no face ${face} in the portrait: ${candidates.length} ${candidates.length === 1 ? 'was' : 'were'} found.`,
      { path, faces: candidates.length },
    );
  return chosen;
}

function requireUsable(track: FaceTrack, path: string): void {
  const { yawRad: yaw } = poseAngles(poseAt(track.pose, 0));
  const reason = FRAME_REASONS[track.reason[0]!];
  if (Math.abs(yaw) > MOST_YAW || reason === 'profile')
    throw new RetakeError(
      'media-unsupported',
      'The face in the portrait is turned too far to the side to speak. Give one that shows both corners of the mouth.',
      { path, yawDegrees: Math.round((yaw * 180) / Math.PI) },
    );
  if (faceWidth(track) < SMALLEST_FACE)
    throw new RetakeError(
      'media-unsupported',
      `The face in the portrait is only ${Math.round(faceWidth(track))} pixels wide; it takes at least ${SMALLEST_FACE}. Give a larger picture, or crop it to the face and enlarge it.`,
      { path, pixels: Math.round(faceWidth(track)) },
    );
}

/** Open mouths of the same person in other photographs. */
async function moreMouths(options: PortraitOptions): Promise<MouthDonor[]> {
  const donors: MouthDonor[] = [];
  for (const path of options.more ?? []) {
    throwIfCancelled(options.signal);
    const other = await readFaces(path, options);
    const track = other.performance.tracks.toSorted((a, b) => faceWidth(b) - faceWidth(a))[0];
    const found = track ? await searchStill(other.picture, track, options.model) : undefined;
    if (!found || found.donors.length === 0)
      options.onNote?.(`${path} shows no open mouth that could be used; it is left out.`);
    else donors.push(...found.donors);
  }
  return donors;
}

/** The middle look, as a track of one frame. */
function firstRow(track: FaceTrack): FaceTrack {
  const row = track.frameCount >> 1;
  const cut = (values: Float32Array, size: number): Float32Array => values.slice(row * size, (row + 1) * size);
  return {
    ...track,
    firstFrame: 0,
    frameCount: 1,
    coefficients: cut(track.coefficients, SHAPE_COUNT),
    pose: cut(track.pose, POSE_SIZE),
    gaze: cut(track.gaze, 4),
    landmarks: cut(track.landmarks, LANDMARK_COUNT * 3),
    confidence: cut(track.confidence, 1),
    reason: track.reason.slice(row, row + 1),
  };
}

function searchStill(picture: Picture, track: FaceTrack, model: FaceModel) {
  const identity = { neutral: track.neutral, shapes: personaliseShapes(model, track.neutral).shapes };
  const still = { frameAt: async () => ({ picture, release: () => {} }) };
  return prepareTrack(still, track, new Float32Array([1]), identity, model);
}

/**
 * Captures the faces of a still picture, as a performance of one frame. Throws what decoding and inference throw,
 * `cancelled`.
 */
export async function captureStill(
  source: VideoSource,
  inference: Inference,
  options: CaptureOptions = {},
): Promise<Pick<CaptureResult, 'performance' | 'figures'>> {
  const { performance, figures } = await captureClip(stillClip(source, LOOKS), inference, options);
  return { performance: { ...performance, ...ONE_FRAME, tracks: performance.tracks.map(firstRow) }, figures };
}

async function readFaces(
  path: string,
  { inference, signal }: PortraitOptions,
): Promise<{ picture: Picture; performance: Performance }> {
  await using source = await openVideo(path, { shared: true, ...(signal ? { signal } : {}) });
  const { performance } = await captureStill(source, inference, signal ? { signal } : {});
  const frame = await source.frameAt(0);
  const picture = convert(frame.picture);
  frame.release();
  return { picture, performance };
}

/**
 * A captured still picture made ready to speak. `actorId` says who speaks; without it the largest face does. Throws
 * `no-face` and `media-unsupported`.
 */
export async function preparePortrait(
  picture: Picture,
  performance: Performance,
  model: FaceModel,
  path: string,
  actorId?: string,
): Promise<PortraitSetup> {
  const own = performance.tracks.filter((track) => actorId === undefined || track.actorId === actorId);
  const track = own.toSorted((a, b) => faceWidth(b) - faceWidth(a))[0] ?? chooseFace([], path, undefined);
  requireUsable(track, path);
  const carried = convert(picture);
  return setUp(carried, track, await searchStill(carried, track, model), model);
}

function setUp(picture: Picture, track: FaceTrack, preparation: TrackPreparation, model: FaceModel): PortraitSetup {
  return {
    picture,
    face: { landmarks: track.landmarks, pose: track.pose },
    coefficients: track.coefficients,
    identity: { neutral: track.neutral, shapes: personaliseShapes(model, track.neutral).shapes },
    preparation,
    model: { neutral: model.neutral, triangles: model.triangles },
  };
}

/**
 * Reads a portrait (the first frame, if it is a film), finds the face that is to speak and everything that is known of
 * it. Throws `no-face`, `invalid-argument`, `not-found`, `media-unsupported`, `cancelled`, and what media and inference
 * throw.
 */
export async function openPortrait(path: string, options: PortraitOptions): Promise<Portrait> {
  const { picture, performance } = await readFaces(path, options);
  const track = chooseFace(performance.tracks, path, options.face);
  requireUsable(track, path);
  const own = await searchStill(picture, track, options.model);
  const donors = [...own.donors, ...(await moreMouths(options))].sort((a, b) => a.gap - b.gap);
  const actor = performance.actors.find(({ id }) => id === track.actorId)!;
  return {
    setup: setUp(picture, track, { ...own, donors }, options.model),
    width: picture.width,
    height: picture.height,
    descriptor: actor.descriptor,
    performance,
  };
}
