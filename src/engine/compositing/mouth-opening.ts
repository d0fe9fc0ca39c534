import { INNER_LIP_CORNERS, INNER_LIP_PAIRS } from './face-loops.ts';
import { bareTeeth, type TeethRows } from './teeth-remap.ts';

/** Places across the mouth at which the opening is worked out. */
const PLACES = 64;
/** What is kept per place: where the opening was and is, down and across the face, where its rows part and what they gain. */
const [OLD_TOP, OLD_HEIGHT, OLD_ACROSS, NEW_TOP, NEW_HEIGHT, SPLIT, UPPER_GAIN, LOWER_GAIN, FIELDS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
];
/** Middle of the lower edge of the chin, which goes where the jaw and the lower teeth go. */
const CHIN = 152;

/** Down axis of the face in the picture. */
export interface DownAxis {
  readonly downX: number;
  readonly downY: number;
}

/** A filmed mouth: of this frame, or of another whose inside is taken. */
export interface FilmedMouth {
  /** [>= 468, 3] pixels. */
  readonly landmarks: Float32Array;
  readonly axis: DownAxis;
  /** Per column ({@link INNER_LIP_PAIRS}), see {@link TeethRows}. */
  readonly splits: ArrayLike<number>;
}

/** A point of the new opening. */
export interface OpeningPoint {
  /** Down the face, pixels: the point itself, and the upper lip that it hung under. */
  down: number;
  oldTop: number;
  /** Across the filmed face, pixels. */
  oldAcross: number;
  /** 0 at the upper lip to 1 at the lower, in the new opening. */
  t: number;
  /** Heights of the opening here, pixels. */
  before: number;
  after: number;
}

/**
 * The opening of the mouth as heights across it. The triangles between the lips cannot say where in the opening a point
 * lies: each is flat, their diagonals turn round in the middle, and a row of teeth that follows them gets a notch there.
 * Also holds how much more of each row of teeth is seen: teeth stand still on skull and jaw, and lips slide over them,
 * each part of a lip by its own way.
 */
export class MouthOpening {
  readonly rows: TeethRows & { upperGain: number; lowerGain: number; split: number } = {
    split: 1,
    upperGain: 1,
    lowerGain: 1,
  };
  readonly point: OpeningPoint = { down: 0, oldTop: 0, oldAcross: 0, t: 0, before: 0, after: 0 };
  readonly #table = new Float32Array(PLACES * FIELDS);
  readonly #ends = Array.from({ length: INNER_LIP_PAIRS.length + INNER_LIP_CORNERS.length }, () => ({
    across: 0,
    values: new Float32Array(FIELDS),
  }));
  readonly #sorted = [...this.#ends];
  #downX = 0;
  #downY = 1;
  #first = 0;
  #step = 1;

  /**
   * Looks at how a filmed mouth is to be changed: of every point of the new opening, `look` tells the place in it.
   *
   * @param change [468, 3]: movement in pixels, and a third number that is not used
   */
  measure(filmed: FilmedMouth, change: Float32Array): this {
    const { landmarks, axis, splits } = filmed;
    const moved = (v: number): number => change[v * 3]! * axis.downX + change[v * 3 + 1]! * axis.downY;
    const jaw = Math.max(0, moved(CHIN));
    this.#placeEnds(filmed, landmarks, change, axis);
    INNER_LIP_PAIRS.forEach(([u, l], i) => {
      const { values } = this.#ends[i]!;
      const rows = bareTeeth(splits[i]!, values[OLD_HEIGHT]!, -moved(u), moved(l) - jaw);
      values[UPPER_GAIN] = rows.upperGain;
      values[LOWER_GAIN] = rows.lowerGain;
    });
    this.#tabulate();
    return this;
  }

  /**
   * The same with the mouth of another frame in the place of this one's; its rows of teeth keep their size.
   *
   * @param landmarks of this frame, [>= 468, 3] pixels
   */
  measureOther(other: FilmedMouth, landmarks: Float32Array, change: Float32Array, axis: DownAxis): this {
    this.#placeEnds(other, landmarks, change, axis);
    this.#tabulate();
    return this;
  }

  #placeEnds(filmed: FilmedMouth, landmarks: Float32Array, change: Float32Array, axis: DownAxis): void {
    this.#downX = axis.downX;
    this.#downY = axis.downY;
    const down = (v: number): number =>
      (landmarks[v * 3]! + change[v * 3]!) * axis.downX + (landmarks[v * 3 + 1]! + change[v * 3 + 1]!) * axis.downY;
    const across = (v: number): number =>
      (landmarks[v * 3]! + change[v * 3]!) * axis.downY - (landmarks[v * 3 + 1]! + change[v * 3 + 1]!) * axis.downX;
    const { downX, downY } = filmed.axis;
    const oldDown = (v: number): number => filmed.landmarks[v * 3]! * downX + filmed.landmarks[v * 3 + 1]! * downY;
    const oldAcross = (v: number): number => filmed.landmarks[v * 3]! * downY - filmed.landmarks[v * 3 + 1]! * downX;
    this.#ends.forEach((end, i) => {
      const corner = i - INNER_LIP_PAIRS.length;
      const [u, l] = corner < 0 ? INNER_LIP_PAIRS[i]! : [INNER_LIP_CORNERS[corner]!, INNER_LIP_CORNERS[corner]!];
      const { values } = end;
      end.across = (across(u) + across(l)) / 2;
      values[OLD_TOP] = oldDown(u);
      values[OLD_HEIGHT] = Math.max(0, oldDown(l) - oldDown(u));
      values[OLD_ACROSS] = (oldAcross(u) + oldAcross(l)) / 2;
      values[NEW_TOP] = down(u);
      values[NEW_HEIGHT] = Math.max(0, down(l) - down(u));
      values[SPLIT] = filmed.splits[corner < 0 ? i : corner * (INNER_LIP_PAIRS.length - 1)]!;
      values[UPPER_GAIN] = 1;
      values[LOWER_GAIN] = 1;
    });
  }

  #tabulate(): void {
    const ends = this.#sorted;
    ends.sort((a, b) => a.across - b.across);
    const last = ends.length - 1;
    this.#first = ends[0]!.across;
    this.#step = Math.max(1e-3, ends[last]!.across - this.#first) / (PLACES - 1);
    let i = 0;
    for (let k = 0; k < PLACES; k++) {
      const at = this.#first + k * this.#step;
      while (i < last - 1 && ends[i + 1]!.across < at) i++;
      const [a, b] = [ends[i]!, ends[i + 1]!];
      const t = Math.max(0, Math.min(1, (at - a.across) / Math.max(1e-3, b.across - a.across)));
      for (let f = 0; f < FIELDS; f++) this.#table[k * FIELDS + f] = a.values[f]! + t * (b.values[f]! - a.values[f]!);
    }
  }

  /** Sets `point` and `rows` to what is at a point of the new picture. */
  look(x: number, y: number): void {
    const table = this.#table;
    const across = (x * this.#downY - y * this.#downX - this.#first) / this.#step;
    const place = Math.max(0, Math.min(PLACES - 1.001, across));
    const k = Math.floor(place);
    const t = place - k;
    const value = (f: number): number => {
      const a = table[k * FIELDS + f]!;
      return a + t * (table[(k + 1) * FIELDS + f]! - a);
    };
    const { point, rows } = this;
    point.down = x * this.#downX + y * this.#downY;
    point.oldTop = value(OLD_TOP);
    point.oldAcross = value(OLD_ACROSS);
    point.before = value(OLD_HEIGHT);
    point.after = value(NEW_HEIGHT);
    point.t = Math.max(0, Math.min(1, (point.down - value(NEW_TOP)) / Math.max(1e-3, point.after)));
    rows.split = value(SPLIT);
    rows.upperGain = value(UPPER_GAIN);
    rows.lowerGain = value(LOWER_GAIN);
  }
}
