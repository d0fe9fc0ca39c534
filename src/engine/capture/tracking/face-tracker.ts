import { LANDMARK_COUNT } from '../../../core/performance.ts';
import type { Picture } from '../../../core/picture.ts';
import type { CropRegion } from '../crop.ts';
import { CUT_FLOOR, frameSignature, SIGNATURE_SIZE, signatureDistance } from '../cuts.ts';
import { type Detection, overlap, regionFromDetection } from '../detection.ts';
import type { FaceModel } from '../face-model/index.ts';
import { interocularDistance, LANDMARK_SIDE, landmarkBox, regionFromLandmarks } from '../landmarks.ts';
import { DoubtMeter } from './doubt.ts';
import type { FaceNetworks, FaceReading } from './face-networks.ts';
import { FrameStore } from './frame-store.ts';

/** A described moment of a face; `weight` says how good a look it was (frontal, large, sure). */
export interface DescriptorSample {
  readonly frame: number;
  readonly weight: number;
  readonly descriptor: Float32Array;
}

/** One face followed without a break: row r is clip frame `firstFrame + r`. */
export interface Tracklet {
  readonly firstFrame: number;
  /** [478 * 3] per frame, picture pixels. */
  readonly landmarks: FrameStore<Float32Array>;
  /** [1] per frame, 0..1. */
  readonly presence: FrameStore<Float32Array>;
  /** [468 * 3] per frame: 8-bit RGB of the skin at each mesh vertex, as the landmark network saw it. */
  readonly colours: FrameStore<Uint8Array>;
  /** [1] per frame: the network's doubt (see doubt.ts), NaN where it was not measured. */
  readonly doubt: FrameStore<Float32Array>;
  readonly descriptors: DescriptorSample[];
}

interface LiveFace {
  readonly tracklet: Tracklet;
  region: CropRegion;
  nextDescription: number;
  box: { x: number; y: number; width: number; height: number };
}

/** Presence below which a tracked face is taken as lost, and that a new face must reach. */
const KEEP_PRESENCE = 0.3;
const START_PRESENCE = 0.6;
/** New faces are looked for every so many frames. */
const DETECTION_INTERVAL = 12;
/** Doubt is measured every so many frames: things in front of a face stay there for longer. */
const DOUBT_INTERVAL = 4;
/** Doubts measured while tracking goes on; more would only pile up. */
const DOUBTS_UNDER_WAY = 3;
/** Faces followed at once, the largest first. */
const MAX_FACES = 8;
/** Landmark box sides below this many pixels are no use to anybody. */
const MIN_FACE_PX = 20;
const COLOUR_POINTS = 468;

/**
 * First pass over a clip: follows every face and keeps what the second pass needs. Feed it all frames in order, then call
 * {@link finish}.
 */
export class FaceTracker {
  readonly #networks: FaceNetworks;
  readonly #meter: DoubtMeter;
  readonly #doubts: Promise<void>[] = [];
  readonly signatures: FrameStore<Uint8Array> = new FrameStore(SIGNATURE_SIZE, (n) => new Uint8Array(n));
  readonly tracklets: Tracklet[] = [];
  readonly #signature = new Uint8Array(SIGNATURE_SIZE);
  readonly #colours = new Uint8Array(COLOUR_POINTS * 3);
  readonly #presence = new Float32Array(1);
  readonly #notMeasured = Float32Array.of(Number.NaN);
  #live: LiveFace[] = [];
  #sinceDetection = 0;

  constructor(networks: FaceNetworks, model: FaceModel) {
    this.#networks = networks;
    this.#meter = new DoubtMeter(networks.secondLook, model);
  }

  /** Number of faces followed in the last frame. */
  get liveFaces(): number {
    return this.#live.length;
  }

  /** Takes frame number `index` (consecutive). */
  async add(picture: Picture, index: number): Promise<void> {
    frameSignature(picture, this.#signature);
    const rows = this.signatures.rows;
    const jump = rows > 0 && signatureDistance(this.signatures.row(rows - 1), this.#signature) >= CUT_FLOOR;
    this.signatures.push(this.#signature);
    // After a possible cut no face is where it was; if it was none, linking joins the pieces again.
    if (jump) this.#live = [];
    let lost = false;
    for (const face of [...this.#live]) {
      const reading = await this.#networks.read(picture, face.region);
      if (!usable(reading, KEEP_PRESENCE) || this.#duplicate(reading, face)) {
        this.#live.splice(this.#live.indexOf(face), 1);
        lost = true;
      } else await this.#record(face, reading, picture, index);
    }
    this.#sinceDetection++;
    if (lost || this.#live.length === 0 || this.#sinceDetection >= DETECTION_INTERVAL)
      await this.#findNew(picture, index);
  }

  /** Waits for what is still measured. */
  async finish(): Promise<void> {
    while (this.#doubts.length > 0) await this.#doubts.shift();
  }

  /** Measures doubt beside the tracking, into the last row of `store`. */
  async #startDoubt(picture: Picture, landmarks: Float32Array, store: FrameStore<Float32Array>): Promise<void> {
    const row = store.row(store.rows - 1);
    const measuring = this.#meter.measure(picture, landmarks).then((doubt) => {
      row[0] = doubt;
    });
    measuring.catch(() => undefined); // it is reported when its turn comes
    this.#doubts.push(measuring);
    if (this.#doubts.length > DOUBTS_UNDER_WAY) await this.#doubts.shift();
  }

  #duplicate(reading: FaceReading, face: LiveFace): boolean {
    const box = landmarkBox(reading.landmarks);
    return this.#live.some(
      (other) =>
        other !== face && other.tracklet.firstFrame <= face.tracklet.firstFrame && overlap(other.box, box) > 0.5,
    );
  }

  async #findNew(picture: Picture, index: number): Promise<void> {
    this.#sinceDetection = 0;
    const found = await this.#networks.detect(picture);
    found.sort((a, b) => b.width * b.height - a.width * a.height);
    for (const detection of found) {
      if (this.#live.length >= MAX_FACES) break;
      if (Math.max(detection.width, detection.height) < MIN_FACE_PX || this.#known(detection)) continue;
      let region = regionFromDetection(detection);
      let reading = await this.#networks.read(picture, region);
      if (!usable(reading, KEEP_PRESENCE)) continue;
      // The detector's box is coarse: a second look from the landmarks' own crop is what tracking would give.
      region = regionFromLandmarks(reading.landmarks);
      reading = await this.#networks.read(picture, region);
      if (!usable(reading, START_PRESENCE)) continue;
      const box = landmarkBox(reading.landmarks);
      if (this.#live.some((face) => overlap(face.box, box) > 0.3)) continue;
      const tracklet: Tracklet = {
        firstFrame: index,
        landmarks: new FrameStore(LANDMARK_COUNT * 3, (n) => new Float32Array(n)),
        presence: new FrameStore(1, (n) => new Float32Array(n)),
        colours: new FrameStore(COLOUR_POINTS * 3, (n) => new Uint8Array(n)),
        doubt: new FrameStore(1, (n) => new Float32Array(n)),
        descriptors: [],
      };
      const face: LiveFace = { tracklet, region, nextDescription: index, box };
      this.tracklets.push(tracklet);
      this.#live.push(face);
      await this.#record(face, reading, picture, index);
    }
  }

  #known(detection: Detection): boolean {
    return this.#live.some((face) => {
      const [x, y] = [detection.x + detection.width / 2, detection.y + detection.height / 2];
      const { box } = face;
      return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    });
  }

  async #record(face: LiveFace, reading: FaceReading, picture: Picture, index: number): Promise<void> {
    const { tracklet } = face;
    sampleColours(reading, this.#colours);
    this.#presence[0] = reading.presence;
    tracklet.landmarks.push(reading.landmarks);
    tracklet.presence.push(this.#presence);
    tracklet.colours.push(this.#colours);
    face.region = regionFromLandmarks(reading.landmarks);
    face.box = landmarkBox(reading.landmarks);
    const landmarks = tracklet.landmarks.row(tracklet.landmarks.rows - 1);
    const due = (tracklet.landmarks.rows - 1) % DOUBT_INTERVAL === 0;
    const weight = index < face.nextDescription ? 0 : lookQuality(reading);
    tracklet.doubt.push(this.#notMeasured);
    if (due) await this.#startDoubt(picture, landmarks, tracklet.doubt);
    if (index < face.nextDescription) return;
    const first = tracklet.descriptors.length === 0;
    // A bad first look still beats none: short appearances must be linked too.
    if (weight < 0.25 && !(first && tracklet.landmarks.rows > 6)) return;
    const descriptor = await this.#networks.describe(picture, landmarks);
    tracklet.descriptors.push({ frame: index, weight: Math.max(0.05, weight), descriptor });
    const taken = tracklet.descriptors.length;
    face.nextDescription = index + (taken < 4 ? 7 : taken < 12 ? 40 : 250);
  }
}

function usable(reading: FaceReading, presence: number): boolean {
  if (!(reading.presence >= presence)) return false;
  const box = landmarkBox(reading.landmarks);
  return Math.max(box.width, box.height) >= MIN_FACE_PX && interocularDistance(reading.landmarks) > 1;
}

/** 0..1: how well a frame shows who somebody is: frontal, large and sure. */
function lookQuality({ landmarks, presence }: FaceReading): number {
  const x = (k: number): number => landmarks[k * 3]!;
  const y = (k: number): number => landmarks[k * 3 + 1]!;
  // Nose tip between the outer eye corners: 0.5 when frontal.
  const ex = x(263) - x(33);
  const ey = y(263) - y(33);
  const along = ((x(1) - x(33)) * ex + (y(1) - y(33)) * ey) / Math.max(1e-6, ex * ex + ey * ey);
  const frontal = Math.max(0, 1 - Math.abs(along - 0.5) * 2.5);
  const size = Math.min(1, interocularDistance(landmarks) / 40);
  return presence * frontal * size;
}

/** Mean RGB of the 3 x 3 crop pixels around each mesh vertex, 8 bits. */
function sampleColours({ landmarks, crop, region }: FaceReading, out: Uint8Array): void {
  const side = LANDMARK_SIDE;
  const scale = side / region.size;
  const cos = Math.cos(region.angleRad) * scale;
  const sin = Math.sin(region.angleRad) * scale;
  for (let v = 0; v < COLOUR_POINTS; v++) {
    const dx = landmarks[v * 3]! - region.centreX;
    const dy = landmarks[v * 3 + 1]! - region.centreY;
    const u = Math.min(side - 2, Math.max(1, Math.floor(side / 2 + dx * cos + dy * sin)));
    const w = Math.min(side - 2, Math.max(1, Math.floor(side / 2 - dx * sin + dy * cos)));
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let row = -1; row <= 1; row++)
        for (let column = -1; column <= 1; column++) sum += crop[((w + row) * side + u + column) * 3 + c]!;
      out[v * 3 + c] = Math.round((sum / 9) * 255);
    }
  }
}
