import { SHAPE_COUNT, SHAPE_NAMES, type ShapeName } from '../../core/performance.ts';
import { clamp } from './noise.ts';
import type { TalkingPerformance } from './perform.ts';

/** How much of what the portrait itself does is left while it speaks: an open mouth gives way, a smile mostly stays. */
function keptShare(name: ShapeName): number {
  if (name === 'jawOpen' || name === 'mouthClose' || name === 'mouthFunnel' || name === 'mouthPucker') return 0;
  if (name.startsWith('mouthRoll') || name.startsWith('mouthPress') || name.startsWith('mouthShrug')) return 0.1;
  if (/^mouth(Upper|Lower|Stretch)/.test(name)) return 0.2;
  if (name.startsWith('mouth') || name.startsWith('jaw')) return 0.6;
  return 1;
}

const KEPT = SHAPE_NAMES.map(keptShare);
const IS_LID = SHAPE_NAMES.map((name) => name.startsWith('eyeBlink'));
/** Shapes that would part shut lips. */
const PARTS = SHAPE_NAMES.map((name) => /^mouth(UpperUp|LowerDown|Funnel)/.test(name));

/**
 * Puts row `frame` of a performance onto a portrait's own face: silent, the face is as it was photographed; speaking,
 * its open or pressed mouth gives way to speech while the rest of its expression stays.
 *
 * @param own the portrait's own 52 coefficients
 * @param out 52 coefficients
 */
export function wear(own: Float32Array, performance: TalkingPerformance, frame: number, out: Float32Array): void {
  const { coefficients, engaged, shut } = performance;
  const busy = Math.max(engaged[frame]!, shut[frame]!);
  for (let k = 0; k < SHAPE_COUNT; k++) {
    const base = own[k]!;
    const added = coefficients[frame * SHAPE_COUNT + k]!;
    if (IS_LID[k]) {
      out[k] = clamp(base + (1 - base) * added, 0, 1);
      continue;
    }
    let kept = base * (1 - busy * (1 - KEPT[k]!));
    if (PARTS[k]) kept *= 1 - shut[frame]!;
    out[k] = clamp(kept + added, -0.4, 1);
  }
}
