import { describe, expect, it } from 'vitest';
import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { INNER_LIP_CORNERS, INNER_LIP_PAIRS } from './face-loops.ts';
import { MouthOpening } from './mouth-opening.ts';

const UPRIGHT = { downX: 0, downY: 1 };
const CHIN = 152;
const HALVES = INNER_LIP_PAIRS.map(() => 0.5);

/** Lips 100 px wide at y 200; the opening is `gap` px high, but for its ends. */
function lips(gap: number): Float32Array {
  const landmarks = new Float32Array(FACE_VERTEX_COUNT * 3);
  const put = (v: number, x: number, y: number): void => {
    landmarks[v * 3] = x;
    landmarks[v * 3 + 1] = y;
  };
  INNER_LIP_PAIRS.forEach(([u, l], i) => {
    const x = 50 + (100 * (i + 1)) / (INNER_LIP_PAIRS.length + 1);
    put(u, x, 200);
    put(l, x, 200 + gap);
  });
  put(INNER_LIP_CORNERS[0]!, 50, 200 + gap / 2);
  put(INNER_LIP_CORNERS[1]!, 150, 200 + gap / 2);
  return landmarks;
}

/** Everything under the upper lip goes down by `px`, as a jaw takes it. */
function dropped(px: number): Float32Array {
  const change = new Float32Array(FACE_VERTEX_COUNT * 3);
  for (const v of [...INNER_LIP_PAIRS.map(([, l]) => l), CHIN]) change[v * 3 + 1] = px;
  return change;
}

/** Lies on its side. */
function turned(data: Float32Array): Float32Array {
  const out = Float32Array.from(data);
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    out[v * 3] = -data[v * 3 + 1]!;
    out[v * 3 + 1] = data[v * 3]!;
  }
  return out;
}

describe('MouthOpening', () => {
  it('tells place and heights at every point of the new opening, without a kink in the middle', () => {
    const opening = new MouthOpening().measure({ landmarks: lips(20), axis: UPRIGHT, splits: HALVES }, dropped(30));
    for (const x of [80, 95, 99.5, 100, 100.5, 105, 120]) {
      opening.look(x, 225);
      expect(opening.point.oldTop).toBeCloseTo(200, 3);
      expect(opening.point.before).toBeCloseTo(20, 3);
      expect(opening.point.after).toBeCloseTo(50, 3);
      expect(opening.point.t).toBeCloseTo(0.5, 3);
    }
  });

  it('keeps rows of teeth where a jaw only drops, and bares them where a part of a lip rises', () => {
    const still = new MouthOpening().measure({ landmarks: lips(20), axis: UPRIGHT, splits: HALVES }, dropped(30));
    still.look(100, 210);
    expect(still.rows.upperGain).toBeCloseTo(1, 3);
    expect(still.rows.lowerGain).toBeCloseTo(1, 3);
    const change = dropped(30);
    const [side] = INNER_LIP_PAIRS[2]!;
    change[side * 3 + 1] = -4;
    const landmarks = lips(20);
    const raised = new MouthOpening().measure({ landmarks, axis: UPRIGHT, splits: HALVES }, change);
    raised.look(landmarks[side * 3]!, 210);
    expect(raised.rows.upperGain).toBeGreaterThan(1.3);
    raised.look(200 - landmarks[side * 3]!, 210);
    expect(raised.rows.upperGain).toBeCloseTo(1, 3);
  });

  it('finds places in the mouth of another frame, each column in its own, whatever that head does', () => {
    const other = turned(lips(40));
    const axis = { downX: -1, downY: 0 };
    const splits = INNER_LIP_PAIRS.map((_pair, i) => 0.3 + 0.05 * i);
    const opening = new MouthOpening().measureOther({ landmarks: other, axis, splits }, lips(20), dropped(30), UPRIGHT);
    // The table has a place every one or two pixels: at its ends the rim is cut off between two of them.
    for (const [i, [u, l]] of [...INNER_LIP_PAIRS.entries()].slice(1, -1)) {
      opening.look(lips(20)[u * 3]!, 225);
      const { oldTop, oldAcross, before, t } = opening.point;
      expect(t).toBeCloseTo(0.5, 3);
      expect(opening.rows.split).toBeCloseTo(splits[i]!, 1);
      const down = oldTop + t * before;
      // Half way between the other frame's lips.
      expect(oldAcross * axis.downY + down * axis.downX).toBeCloseTo((other[u * 3]! + other[l * 3]!) / 2, 0);
      expect(down * axis.downY - oldAcross * axis.downX).toBeCloseTo((other[u * 3 + 1]! + other[l * 3 + 1]!) / 2, 0);
    }
  });

  it('turns with the head', () => {
    const upright = new MouthOpening().measure({ landmarks: lips(20), axis: UPRIGHT, splits: HALVES }, dropped(30));
    const lying = new MouthOpening().measure(
      { landmarks: turned(lips(20)), axis: { downX: -1, downY: 0 }, splits: HALVES },
      turned(dropped(30)),
    );
    upright.look(70, 215);
    lying.look(-215, 70);
    expect(lying.point.t).toBeCloseTo(upright.point.t, 3);
    expect(lying.point.after).toBeCloseTo(upright.point.after, 3);
  });
});
