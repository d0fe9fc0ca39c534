import { SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { clamp } from './noise.ts';
import { HEAD_SIZE, type TalkingPerformance } from './perform.ts';
import type { PortraitPose } from './portrait-composer.ts';
import { wear } from './wear.ts';

/** Share of a turn of the head that the eyes take back, so that they stay on the listener. */
const COUNTER = 0.85;
/** Angle at which a look lowers or raises the lids in full, radians. */
const LOOK = 0.6;

/** The pose of a portrait in frame `frame` of a performance. */
export function portraitPose(own: Float32Array, performance: TalkingPerformance, frame: number): PortraitPose {
  const coefficients = new Float32Array(SHAPE_COUNT);
  wear(own, performance, frame, coefficients);
  const { head, gaze, shut, tongue } = performance;
  const at = frame * HEAD_SIZE;
  const [yaw, pitch, roll] = [head[at]!, head[at + 1]!, head[at + 2]!];
  const eyes = [gaze[frame * 2]! - COUNTER * yaw, gaze[frame * 2 + 1]! - COUNTER * pitch] as const;
  for (const side of ['Left', 'Right'] as const) {
    const up = shapeIndex(`eyeLookUp${side}`);
    const down = shapeIndex(`eyeLookDown${side}`);
    coefficients[up] = clamp(own[up]! + Math.max(0, eyes[1]) / LOOK, 0, 1);
    coefficients[down] = clamp(own[down]! + Math.max(0, -eyes[1]) / LOOK, 0, 1);
  }
  return { coefficients, head: [yaw, pitch, roll], eyes, shut: shut[frame]!, tongue: tongue[frame]! };
}
