import type { Picture, Samples } from '../../core/picture.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { lightFactor, sampleLinear } from './resample.ts';
import type { FaceFrame } from './surround-field.ts';
import type { WarpField } from './warp-field.ts';
import { REGION_EYE } from './warp-mesh.ts';

/** Share of the filmed opening beside a lid that is lashes and shadow rather than eyeball. */
const LASH_SHARE = 0.16;
/** Half width of the soft edge of the iris, as a share of its radius. */
const LIMBUS = 0.12;
/** Display-log light lost at the very lid: it throws a shadow on the eye. */
const LID_SHADOW = 0.3;

/** An iris in the picture. */
export interface Iris {
  readonly x: number;
  readonly y: number;
  /** Pixels; 0 when it is not known. */
  readonly radius: number;
}

/** Parts of the iris's radius below its centre where its lower rim is looked for. */
const RIM_FROM = 0.3;
const RIM_STEP = 0.04;
/** The white of the eye must be brighter than the iris by this share of the full range for its rim to be seen. */
const PLAIN_RIM = 0.12;
/** The centre is moved up by at most this share of the radius. */
const MOST_SHIFT = 0.5;

/** Iris from five landmarks starting at `first`: centre, then four points of the rim. */
export function irisOf(landmarks: Float32Array, first: number): Iris {
  const x = landmarks[first * 3]!;
  const y = landmarks[first * 3 + 1]!;
  let radius = 0;
  // Points 1 and 3 of the rim lie beside the pupil and are never under a lid.
  for (const k of [1, 3])
    radius += Math.hypot(landmarks[(first + k) * 3]! - x, landmarks[(first + k) * 3 + 1]! - y) / 2;
  return { x, y, radius };
}

/**
 * The iris where the picture shows its lower rim: under a lid that comes down networks put the centre into the middle of
 * what is seen of it. Left as it is where the lower lid covers the rim.
 *
 * @param lowerLid middle of the lower lid's edge, pixels
 */
export function settleIris(
  source: Picture,
  iris: Iris,
  lowerLid: { readonly x: number; readonly y: number },
  { downX, downY }: FaceFrame,
): Iris {
  const { x, y, radius } = iris;
  if (radius < 2) return iris;
  const luma = (across: number, down: number): number =>
    sampleLinear(
      source.planes[source.layout.family === 'rgb' ? 1 : 0]!,
      source.width,
      source.height,
      x + across * downY + down * downX - 0.5,
      y - across * downX + down * downY - 0.5,
    );
  const white = (luma(1.3 * radius, 0) + luma(-1.3 * radius, 0)) / 2;
  const dark = Math.min(luma(0, 0), luma(0.4 * radius, 0), luma(-0.4 * radius, 0));
  if (white - dark < PLAIN_RIM * 2 ** source.layout.bitDepth) return iris;
  const lid = (lowerLid.x - x) * downX + (lowerLid.y - y) * downY;
  const last = Math.min(1, (lid * (1 - LASH_SHARE)) / radius);
  for (let at = RIM_FROM; at < last; at += RIM_STEP) {
    // Three columns: a catchlight or a lash in one of them is no rim.
    const seen = [-0.15, 0, 0.15].map((across) => luma(across * radius, at * radius)).sort((a, b) => a - b)[1]!;
    if (seen < (white + dark) / 2) continue;
    const up = Math.min(MOST_SHIFT, 1 - at) * radius;
    return { x: x - up * downX, y: y - up * downY, radius };
  }
  return iris;
}

/**
 * Paints what lids uncover when they open further than they were filmed. The eyeball in the picture stays as it is; of
 * the new strip, what belongs to the iris is what its sides show as far from the pupil, and the rest is the white from
 * beside the iris, in the lid's shadow. So an iris keeps its size and more white shows, as in life.
 *
 * `opened` says per pixel of the field how clearly the lid beside it opens (0..1): at a lid that does not move, lashes
 * stay. Reads the eye pixels of `field`: `u` is the pixel's place in the filmed opening (0 at the upper lid's edge, 1 at the
 * lower one's, outside of that newly uncovered), `v` the height of the filmed opening in pixels.
 */
export function paintReveal(
  source: Picture,
  target: Picture,
  field: WarpField,
  opened: Float32Array,
  irises: readonly Iris[],
  frame: FaceFrame,
): void {
  const { layout } = source;
  const low = source.colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
  const neutral = 2 ** (layout.bitDepth - 1);
  const planes = layout.family === 'gray' ? 1 : 3;
  for (let p = 0; p < planes; p++) {
    const chroma = layout.family === 'yuv' && p > 0;
    const shiftX = chroma ? layout.chromaShiftX : 0;
    const shiftY = chroma ? layout.chromaShiftY : 0;
    paintPlane(source.planes[p]!, target.planes[p]!, field, opened, irises, frame, {
      width: (source.width + (1 << shiftX) - 1) >> shiftX,
      height: (source.height + (1 << shiftY) - 1) >> shiftY,
      shiftX,
      shiftY,
      pivot: chroma ? neutral : low,
      maximum: 2 ** layout.bitDepth - 1,
    });
  }
}

interface PlaneShape {
  readonly width: number;
  readonly height: number;
  readonly shiftX: number;
  readonly shiftY: number;
  readonly pivot: number;
  readonly maximum: number;
}

function paintPlane(
  source: Samples,
  target: Samples,
  { rect, region, u, v, bounds }: WarpField,
  opened: Float32Array,
  irises: readonly Iris[],
  { downX, downY }: FaceFrame,
  plane: PlaneShape,
): void {
  const mark = REGION_EYE + 1;
  const scaleX = 1 / (1 << plane.shiftX);
  const scaleY = 1 / (1 << plane.shiftY);
  const read = (x: number, y: number): number =>
    sampleLinear(source, plane.width, plane.height, (x - 0.5) * scaleX, (y - 0.5) * scaleY);
  const [firstX, lastX, firstY, lastY] = bounds[REGION_EYE];
  for (let j = firstY!; j <= lastY!; j++) {
    const row = rect.y + j;
    if ((row & ((1 << plane.shiftY) - 1)) !== 0) continue;
    for (let i = firstX!; i <= lastX!; i++) {
      const at = j * rect.width + i;
      const column = rect.x + i;
      if (region[at] !== mark || (column & ((1 << plane.shiftX) - 1)) !== 0) continue;
      const place = u[at]!;
      const height = v[at]!;
      if (height <= 0.5 || (place >= LASH_SHARE && place <= 1 - LASH_SHARE)) continue;
      const x = column + 0.5;
      const y = row + 0.5;
      const iris = nearest(irises, x, y);
      if (!iris || iris.radius < 1) continue;
      const edge = place < 0.5 ? LASH_SHARE - place : place - (1 - LASH_SHARE);
      const share = opened[at]! * smoothStep((edge / LASH_SHARE) * 1.4);
      if (share <= 0) continue;
      const dx = x - iris.x;
      const dy = y - iris.y;
      const distance = Math.hypot(dx, dy);
      const inside = 1 - smoothStep((distance / iris.radius - 1 + LIMBUS) / (2 * LIMBUS));
      let value = 0;
      if (inside > 0) {
        // Rings about the pupil look alike all round, and no lid hides the sides.
        const ring = Math.min(distance, iris.radius * (1 - LIMBUS));
        const side = (dx * downY - dy * downX) / Math.max(1e-3, ring);
        const t = (Math.max(-1, Math.min(1, side)) + 1) / 2;
        const down = ringHeight(iris, place, dx, dy, height, downX, downY);
        const at = (sign: number): number =>
          read(iris.x + sign * ring * downY + down * downX, iris.y - sign * ring * downX + down * downY);
        value += inside * (at(-1) * (1 - t) + at(1) * t);
      }
      if (inside < 1) value += (1 - inside) * white(read, iris, dx, dy, place, height, downX, downY);
      const shadow = lightFactor(-LID_SHADOW * Math.min(1, Math.max(0, edge - LASH_SHARE * 0.5) * 2));
      const lit = plane.pivot + (value - plane.pivot) * shadow;
      const to = (row >> plane.shiftY) * plane.width + (column >> plane.shiftX);
      const before = target[to]!;
      const mixed = before + share * (lit - before) + 0.5;
      target[to] = mixed <= 0 ? 0 : Math.min(plane.maximum, mixed);
    }
  }
}

/** How far below the centre the sides of the iris are looked at: 0 where the centre lies in the filmed opening, else inside of that. */
function ringHeight(
  iris: Iris,
  place: number,
  dx: number,
  dy: number,
  height: number,
  downX: number,
  downY: number,
): number {
  const centre = place - (dx * downX + dy * downY) / height;
  const reach = Math.min(0.5, LASH_SHARE * 1.6);
  const kept = Math.max(reach, Math.min(1 - reach, centre)) - centre;
  return Math.max(-iris.radius, Math.min(iris.radius, kept * height));
}

/** The white of the eye for a point above or below the iris: from both sides of it, the nearer one more. */
function white(
  read: (x: number, y: number) => number,
  iris: Iris,
  dx: number,
  dy: number,
  place: number,
  height: number,
  downX: number,
  downY: number,
): number {
  // Move into the filmed opening along the face, then sideways past the iris.
  const inner = (Math.max(LASH_SHARE * 1.4, Math.min(1 - LASH_SHARE * 1.4, place)) - place) * height;
  const acrossX = downY;
  const acrossY = -downX;
  const across = dx * acrossX + dy * acrossY;
  const down = dx * downX + dy * downY + inner;
  const reach = iris.radius * 1.3;
  if (Math.abs(across) >= reach)
    return read(iris.x + across * acrossX + down * downX, iris.y + across * acrossY + down * downY);
  const at = (side: number): number =>
    read(iris.x + side * reach * acrossX + down * downX, iris.y + side * reach * acrossY + down * downY);
  const t = (across / reach + 1) / 2;
  return at(-1) * (1 - t) + at(1) * t;
}

function nearest(irises: readonly Iris[], x: number, y: number): Iris | null {
  let best: Iris | null = null;
  let far = Number.POSITIVE_INFINITY;
  for (const iris of irises) {
    const d = (iris.x - x) ** 2 + (iris.y - y) ** 2;
    if (d < far) {
      far = d;
      best = iris;
    }
  }
  return best;
}
