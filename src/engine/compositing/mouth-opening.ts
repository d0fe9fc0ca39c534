import { INNER_LIP_CORNERS, INNER_LIP_PAIRS } from './face-loops.ts';
import { bareTeeth, type TeethRows } from './teeth-remap.ts';

/** Places across the mouth at which the opening is worked out. */
const PLACES = 64;
/** What is kept per place: where the opening starts and ends before and after (down the face), where its rows part and what they gain. */
const [OLD_TOP, OLD_HEIGHT, NEW_TOP, NEW_HEIGHT, SPLIT, UPPER_GAIN, LOWER_GAIN, FIELDS] = [0, 1, 2, 3, 4, 5, 6, 7];
/** Middle of the lower edge of the chin, which goes where the jaw and the lower teeth go. */
const CHIN = 152;

/** Down axis of the face in the picture. */
interface DownAxis {
  readonly downX: number;
  readonly downY: number;
}

/** A point of the new opening. */
export interface OpeningPoint {
  /** Down the face, pixels: the point itself, and the upper lip that it hung under. */
  down: number;
  oldTop: number;
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
  readonly point: OpeningPoint = { down: 0, oldTop: 0, t: 0, before: 0, after: 0 };
  readonly #table = new Float32Array(PLACES * FIELDS);
  readonly #ends = Array.from({ length: INNER_LIP_PAIRS.length + INNER_LIP_CORNERS.length }, () => ({
    across: 0,
    values: new Float32Array(FIELDS),
  }));
  #downX = 0;
  #downY = 1;
  #first = 0;
  #step = 1;

  /**
   * @param splits per column ({@link INNER_LIP_PAIRS}), see {@link TeethRows}
   * @param landmarks [>= 468, 3] pixels, as filmed
   * @param change [468, 3]: movement in pixels, and a third number that is not used
   */
  measure(splits: ArrayLike<number>, landmarks: Float32Array, change: Float32Array, { downX, downY }: DownAxis): this {
    this.#downX = downX;
    this.#downY = downY;
    const moved = (v: number): number => change[v * 3]! * downX + change[v * 3 + 1]! * downY;
    const down = (v: number): number => landmarks[v * 3]! * downX + landmarks[v * 3 + 1]! * downY;
    const across = (v: number): number =>
      (landmarks[v * 3]! + change[v * 3]!) * downY - (landmarks[v * 3 + 1]! + change[v * 3 + 1]!) * downX;
    const jaw = Math.max(0, moved(CHIN));
    let i = 0;
    for (const [u, l] of INNER_LIP_PAIRS) {
      const split = splits[i]!;
      const end = this.#ends[i++]!;
      const before = Math.max(0, down(l) - down(u));
      const rows = bareTeeth(split, before, -moved(u), moved(l) - jaw);
      end.across = (across(u) + across(l)) / 2;
      end.values[OLD_TOP] = down(u);
      end.values[OLD_HEIGHT] = before;
      end.values[NEW_TOP] = down(u) + moved(u);
      end.values[NEW_HEIGHT] = Math.max(0, down(l) + moved(l) - down(u) - moved(u));
      end.values[SPLIT] = split;
      end.values[UPPER_GAIN] = rows.upperGain;
      end.values[LOWER_GAIN] = rows.lowerGain;
    }
    for (const [corner, v] of INNER_LIP_CORNERS.entries()) {
      const end = this.#ends[i++]!;
      end.across = across(v);
      end.values[OLD_TOP] = down(v);
      end.values[OLD_HEIGHT] = 0;
      end.values[NEW_TOP] = down(v) + moved(v);
      end.values[NEW_HEIGHT] = 0;
      end.values[SPLIT] = splits[corner * (INNER_LIP_PAIRS.length - 1)]!;
      end.values[UPPER_GAIN] = 1;
      end.values[LOWER_GAIN] = 1;
    }
    this.#tabulate();
    return this;
  }

  #tabulate(): void {
    const ends = this.#ends;
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
    point.before = value(OLD_HEIGHT);
    point.after = value(NEW_HEIGHT);
    point.t = Math.max(0, Math.min(1, (point.down - value(NEW_TOP)) / Math.max(1e-3, point.after)));
    rows.split = value(SPLIT);
    rows.upperGain = value(UPPER_GAIN);
    rows.lowerGain = value(LOWER_GAIN);
  }
}
