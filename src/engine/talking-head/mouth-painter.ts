import { FACE_VERTEX_COUNT, shapeIndex } from '../../core/performance.ts';
import { type Picture, planeSize, type Rect } from '../../core/picture.ts';
import { rotationOf } from '../compositing/control-motion.ts';
import type { FaceIdentity } from '../compositing/face-edit.ts';
import { EYE_IMAGE_LEFT, EYE_IMAGE_RIGHT } from '../compositing/face-loops.ts';
import { lipColour, mouthBrightness } from '../compositing/mouth-donor.ts';
import type { WarpField } from '../compositing/warp-field.ts';
import { REGION_MOUTH } from '../compositing/warp-mesh.ts';
import type { StillFace } from './head-field.ts';
import { clamp, smoothStep } from './noise.ts';
import { findOwnTeeth, type OwnTeeth } from './own-teeth.ts';
import { quantile } from './statistics.ts';
import { sampleTeeth, type ToothSample } from './teeth.ts';

/** Cutting edges below the line of the resting lips, cm: upper teeth overlap the lower ones. */
const UPPER_EDGE = 0.26;
const LOWER_EDGE = 0.1;
/** Share of the lower lip's way (by the jaw alone) that the lower teeth go. */
const JAW_SHARE = 0.98;
/** Light in the depth of a mouth, and of a tongue, as shares of skin and lips. */
const DEPTH = 0.13;
const TONGUE = 0.66;
/** Colour (chroma) that is left of the lips' in the dark and on the tongue, and of the skin's on teeth. */
const DARK_COLOUR = 0.26;
const TONGUE_COLOUR = 0.85;
/** A tongue is pinker than lips and skin: share of their blue-yellow difference that it keeps. */
const PINK = 0.3;
const TEETH_COLOUR = 0.42;
/** Teeth are no darker than this share of the skin: behind glasses or lashes the white of an eye is no measure. */
const LEAST_WHITE = 1.12;
/** The lips throw a shadow this far (cm) onto what lies behind them. */
const UPPER_SHADOW = 0.32;
const LOWER_SHADOW = 0.2;
/** Openings lower than the first (cm) are a dark line between lips, from the second on they show what is inside. */
const SLIT = 0.07;
const OPEN = 0.26;
/** Light of that line, as a share of the lips'. */
const LIP_LINE = 0.5;

/** How a plane's samples turn into light and back. */
interface PlaneTone {
  readonly teeth: number;
  readonly tongue: number;
  readonly gum: number;
  readonly dark: number;
  readonly line: number;
  readonly chroma: boolean;
  readonly low: number;
}

/** What a frame asks of the mouth. */
export interface MouthState {
  /** [52] coefficients after the change. */
  readonly after: Float32Array;
  /** 0..1: tip of the tongue up behind the upper teeth. */
  readonly tongue: number;
}

/** White of the eyes in the first plane: the picture's own idea of white, in the face's own light. */
function eyeWhite(picture: Picture, landmarks: Float32Array): number {
  const values: number[] = [];
  for (const loop of [EYE_IMAGE_LEFT, EYE_IMAGE_RIGHT]) {
    const xs = loop.map((v) => landmarks[v * 3]!);
    const ys = loop.map((v) => landmarks[v * 3 + 1]!);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    // The middle band of the opening: no lashes, no lid.
    for (let y = Math.round(y0 * 0.6 + y1 * 0.4); y <= y0 * 0.4 + y1 * 0.6; y++)
      for (let x = Math.round(x0 + (x1 - x0) * 0.1); x <= x1 - (x1 - x0) * 0.1; x++)
        if (x >= 0 && y >= 0 && x < picture.width && y < picture.height)
          values.push(picture.planes[0]![y * picture.width + x]!);
  }
  return quantile(values, 0.75);
}

/**
 * Paints the inside of a mouth that the portrait never showed open: upper teeth that hang on the skull, lower teeth that
 * go with the jaw, a tongue between them, darkness behind; in the light and colour of this face.
 */
export class MouthPainter {
  readonly #landmarks: Float32Array;
  readonly #tones: readonly PlaneTone[];
  readonly #jawDropCm: number;
  readonly #before: Float32Array;
  readonly #pxPerCm: number;
  /** Unit vectors in the image: down the face, and across it (to the image right) with its foreshortening. */
  readonly #down: readonly [number, number];
  readonly #across: number;
  readonly #origin: readonly [number, number];
  /** Height of the photographed opening, cm: lower teeth lie below it. */
  readonly #openCm: number;
  readonly #picture: Picture;
  readonly #own: OwnTeeth | null;
  #ownRow = 0;
  readonly #tooth: ToothSample = { cover: 0, light: 0 };

  constructor(picture: Picture, face: StillFace, identity: FaceIdentity, before: Float32Array) {
    const { landmarks, pose } = face;
    this.#landmarks = landmarks;
    this.#before = before;
    const r = new Float32Array(9);
    rotationOf(pose, r);
    const norm = Math.hypot(r[1]!, r[4]!) || 1;
    this.#down = [-r[1]! / norm, r[4]! / norm];
    this.#pxPerCm = pose[6]!;
    this.#across = Math.max(0.5, Math.hypot(r[0]!, r[3]!));
    this.#origin = [
      (landmarks[13 * 3]! + landmarks[14 * 3]!) / 2,
      landmarks[13 * 3 + 1]! * 0.75 + landmarks[14 * 3 + 1]! * 0.25,
    ];
    const jaw = identity.shapes[shapeIndex('jawOpen')]!;
    this.#jawDropCm = -jaw[14 * 3 + 1]! * JAW_SHARE;
    this.#openCm = Math.max(0, landmarks[14 * 3 + 1]! - landmarks[13 * 3 + 1]!) / this.#pxPerCm;
    this.#picture = picture;
    this.#own = findOwnTeeth(picture, landmarks);
    this.#tones = this.#measure(picture);
  }

  /** Whether the portrait smiles with its teeth: they are kept, and only what lies below them is painted. */
  get showsTeeth(): boolean {
    return this.#own !== null;
  }

  #measure(picture: Picture): PlaneTone[] {
    const { layout, colour } = picture;
    const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
    const neutral = 2 ** (layout.bitDepth - 1);
    const skin = mouthBrightness(picture, this.#landmarks) - low;
    const lips = lipColour(picture, this.#landmarks, 0) - low;
    const white = clamp(eyeWhite(picture, this.#landmarks) - low, skin * LEAST_WHITE, skin * 1.9);
    return Array.from({ length: layout.family === 'gray' ? 1 : 3 }, (_, p): PlaneTone => {
      const chroma = layout.family === 'yuv' && p > 0;
      if (!chroma)
        return {
          teeth: white * 1.12,
          tongue: lips * TONGUE,
          gum: lips * 0.85,
          dark: skin * DEPTH,
          line: lips * LIP_LINE,
          chroma,
          low,
        };
      const lip = lipColour(picture, this.#landmarks, p) - neutral;
      const face = this.#skinChroma(picture, p) - neutral;
      return {
        teeth: face * TEETH_COLOUR,
        tongue: lip * TONGUE_COLOUR * (p === 1 ? PINK : 1),
        gum: lip,
        dark: lip * DARK_COLOUR * (p === 1 ? PINK : 1),
        line: lip,
        chroma,
        low: neutral,
      };
    });
  }

  /** Mean chroma of the cheeks. */
  #skinChroma(picture: Picture, p: number): number {
    const { layout } = picture;
    const [width, height] = planeSize(layout, picture.width, picture.height, p);
    let sum = 0;
    const points = [50, 280, 205, 425, 117, 346].filter((v) => v < FACE_VERTEX_COUNT);
    for (const v of points) {
      const x = clamp(Math.floor(this.#landmarks[v * 3]!) >> layout.chromaShiftX, 0, width - 1);
      const y = clamp(Math.floor(this.#landmarks[v * 3 + 1]!) >> layout.chromaShiftY, 0, height - 1);
      sum += picture.planes[p]![y * width + x]! / points.length;
    }
    return sum;
  }

  /** Paints into `target` where the mouth opens in `field` (the field of the edit that opened it), by `share` (0..1). */
  paint(target: Picture, field: WarpField, state: MouthState, share: number): void {
    const { rect, region, matte, bounds } = field;
    const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
    if (share <= 0 || lastX! < firstX!) return;
    const mark = REGION_MOUTH + 1;
    const jaw = shapeIndex('jawOpen');
    const dropCm = Math.max(0, state.after[jaw]! - this.#before[jaw]!) * this.#jawDropCm;
    for (let x = Math.max(1, firstX! - 1); x <= Math.min(rect.width - 2, lastX! + 1); x++) {
      let top = -1;
      let bottom = -1;
      for (let y = firstY!; y <= lastY!; y++)
        if (
          region[y * rect.width + x] === mark ||
          region[y * rect.width + x - 1] === mark ||
          region[y * rect.width + x + 1] === mark
        ) {
          if (top < 0) top = y;
          bottom = y;
        }
      if (top < 0) continue;
      for (let y = Math.max(1, top - 1); y <= Math.min(rect.height - 2, bottom + 1); y++) {
        const at = y * rect.width + x;
        // Edges are as soft as their share of the pixels around: what is drawn here meets the lips without steps.
        let inside = 0;
        for (let j = -rect.width; j <= rect.width; j += rect.width)
          for (let i = -1; i <= 1; i++) if (region[at + j + i] === mark) inside++;
        if (inside > 0 && region[at] !== 0)
          this.#paintPixel(target, rect, x, y, top, bottom, dropCm, state.tongue, (matte[at]! * share * inside) / 9);
      }
    }
  }

  /** 0..1: whether a pixel shows the portrait's own teeth; leaves in `#ownRow` the row that they are taken from. */
  #ownAt(x: number, y: number): number {
    const own = this.#own;
    if (!own) return 0;
    const c = x - own.x;
    if (c < 0 || c >= own.top.length || own.bottom[c]! - own.top[c]! < 3) return 0;
    // The photograph's own lips are not teeth: stay clear of their edges.
    const [from, until] = [own.top[c]! + 1.5, own.bottom[c]! - 1.5];
    this.#ownRow = Math.floor(clamp(y, from, Math.max(from, until)));
    const side = Math.min(c, own.top.length - 1 - c);
    return smoothStep(until + 1.5, until - 1, y + 0.5) * smoothStep(0, 4, side);
  }

  #paintPixel(
    target: Picture,
    rect: Rect,
    x: number,
    y: number,
    top: number,
    bottom: number,
    dropCm: number,
    tongueUp: number,
    weight: number,
  ): void {
    const px = rect.x + x + 0.5 - this.#origin[0];
    const py = rect.y + y + 0.5 - this.#origin[1];
    const [downX, downY] = this.#down;
    const across = (px * downY - py * downX) / (this.#pxPerCm * this.#across);
    const down = (px * downX + py * downY) / this.#pxPerCm;
    const soft = 1 / this.#pxPerCm;
    const shows = smoothStep(SLIT, OPEN, (bottom - top + 1) * soft);
    const fromTop = (y - top + 0.5) * soft;
    const fromBottom = (bottom - y + 0.5) * soft;
    const shadow =
      (0.64 + 0.36 * smoothStep(0, UPPER_SHADOW, fromTop)) * (0.78 + 0.22 * smoothStep(0, LOWER_SHADOW, fromBottom));
    const tooth = this.#tooth;
    sampleTeeth('lower', across, LOWER_EDGE + this.#openCm + dropCm - down, soft, tooth);
    const lower = tooth.cover;
    const lowerLight = tooth.light * 0.84;
    sampleTeeth('upper', across, down - UPPER_EDGE, soft, tooth);
    const upper = tooth.cover;
    const upperLight = tooth.light;
    // The tongue lies behind the lower teeth and comes up for t, d, n, l and th.
    const tongueTop = UPPER_EDGE + (dropCm - UPPER_EDGE) * (0.62 - 0.5 * tongueUp) + 0.12 * across * across;
    const tongue = smoothStep(tongueTop - 0.1, tongueTop + 0.22, down) * (1 - smoothStep(1.5, 2.3, Math.abs(across)));
    const tongueLight = 0.28 + 0.72 * smoothStep(tongueTop, tongueTop + 0.6, down) * (1 - 0.12 * across * across);
    const gum = smoothStep(-0.9, -1.05, down - UPPER_EDGE);
    const own = this.#ownAt(rect.x + x, rect.y + y);
    for (let p = 0; p < this.#tones.length; p++) {
      const tone = this.#tones[p]!;
      const { layout } = target;
      const shiftX = tone.chroma ? layout.chromaShiftX : 0;
      const shiftY = tone.chroma ? layout.chromaShiftY : 0;
      const [ix, iy] = [rect.x + x, rect.y + y];
      if ((ix & ((1 << shiftX) - 1)) !== 0 || (iy & ((1 << shiftY) - 1)) !== 0) continue;
      const lit = tone.chroma ? 1 : shadow;
      let value = tone.line + shows * (tone.dark - tone.line);
      value += tongue * shows * (tone.tongue * tongueLight * shadow - value);
      value += lower * shows * ((tone.chroma ? tone.teeth : tone.teeth * lowerLight * lit) - value);
      const [width] = planeSize(layout, target.width, target.height, p);
      if (this.#own) {
        const kept = this.#picture.planes[p]![(this.#ownRow >> shiftY) * width + (ix >> shiftX)]! - tone.low;
        value +=
          own * shows * ((tone.chroma ? kept : kept * (0.75 + 0.25 * smoothStep(0, LOWER_SHADOW, fromTop))) - value);
      } else {
        value += gum * shows * (tone.gum * lit - value);
        value += upper * shows * ((tone.chroma ? tone.teeth : tone.teeth * upperLight * lit) - value);
      }
      const plane = target.planes[p]!;
      const to = (iy >> shiftY) * width + (ix >> shiftX);
      const before = plane[to]!;
      plane[to] = clamp(before + weight * (tone.low + value - before) + 0.5, 0, 2 ** layout.bitDepth - 1);
    }
  }
}
