import { RetakeError } from '../../core/errors.ts';
import { type FaceTrack, type Performance, SHAPE_COUNT, SHAPE_NAMES, shapeIndex } from '../../core/performance.ts';
import type { EditPlan, TrackEdit } from '../compositing/index.ts';
import { clamp, smoothStep } from './noise.ts';
import type { TalkingPerformance } from './perform.ts';
import { quantile } from './statistics.ts';

/** The edits that new speech makes, all of which say where lips are sealed. */
export interface DubPlan extends EditPlan {
  readonly edits: readonly Required<TrackEdit>[];
}

/** Shapes that the new speech replaces, those that it adds to, and those that are the actor's own. */
const SPEECH = SHAPE_NAMES.map((name) =>
  /^(jawOpen|mouth(Close|Funnel|Pucker|Roll|UpperUp|LowerDown|Stretch|Press|Shrug))/.test(name),
);
const MANNER = SHAPE_NAMES.map((name) => /^mouth(Smile|Frown|Dimple|Left|Right)|^jaw(Left|Right|Forward)/.test(name));
/** Share of a filmed smile's movement that is kept under other words: the rest went with the old ones. */
const KEPT_MOTION = 0.35;
/** Seconds over which the actor's manner is averaged. */
const MANNER_SECONDS = 0.7;

/**
 * Lips rolled in between these coefficients show no red any more: there is nothing of which an open mouth could be made,
 * it would be a hole in the skin. The filmed mouth stays for those moments.
 */
const ROLLING = 0.25;
const ROLLED = 0.5;

/** 0..1 per row: how far the filmed lips are hidden; half of it a frame before and after, so that the mouth does not jump. */
function hiddenLips(track: FaceTrack): Float32Array {
  const [upper, lower] = [shapeIndex('mouthRollUpper'), shapeIndex('mouthRollLower')];
  const rolled = Float32Array.from({ length: track.frameCount }, (_, row) => {
    const at = row * SHAPE_COUNT;
    return smoothStep(ROLLING, ROLLED, Math.max(track.coefficients[at + upper]!, track.coefficients[at + lower]!));
  });
  return rolled.map((own, row) => Math.max(own, (rolled[row - 1] ?? 0) / 2, (rolled[row + 1] ?? 0) / 2));
}

/** Running mean over `half` rows to both sides. */
function average(values: Float32Array, half: number): Float32Array {
  const out = new Float32Array(values.length);
  let sum = 0;
  let [from, until] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    while (until < Math.min(values.length, i + half + 1)) sum += values[until++]!;
    while (from < i - half) sum -= values[from++]!;
    out[i] = sum / (until - from);
  }
  return out;
}

function dubTrack(track: FaceTrack, speech: TalkingPerformance, first: number, fps: number): Required<TrackEdit> {
  const n = track.frameCount;
  const after = track.coefficients.slice();
  const lipPreservation = new Float32Array(n);
  const seal = new Float32Array(n);
  const hidden = hiddenLips(track);
  const half = Math.max(1, Math.round((MANNER_SECONDS * fps) / 2));
  for (let k = 0; k < SHAPE_COUNT; k++) {
    if (!SPEECH[k] && !MANNER[k]) continue;
    const own = Float32Array.from({ length: n }, (_, row) => track.coefficients[row * SHAPE_COUNT + k]!);
    // What the mouth does when it does nothing: a lower quantile, so that the old words do not hold it open.
    const rest = quantile(own, 0.2);
    const slow = average(own, half);
    for (let row = 0; row < n; row++) {
      const frame = track.firstFrame + row - first;
      const added = frame >= 0 && frame < speech.frames ? speech.coefficients[frame * SHAPE_COUNT + k]! : 0;
      const base = SPEECH[k] ? rest * 0.5 : slow[row]! + KEPT_MOTION * (own[row]! - slow[row]!);
      const shut = frame >= 0 && frame < speech.frames ? speech.shut[frame]! : 0;
      const spoken = clamp(base * (SPEECH[k] ? 1 - shut : 1) + added, -0.4, 1);
      after[row * SHAPE_COUNT + k] = spoken + hidden[row]! * (own[row]! - spoken);
    }
  }
  for (let row = 0; row < n; row++) {
    const frame = track.firstFrame + row - first;
    lipPreservation[row] = frame >= 0 && frame < speech.frames ? speech.shut[frame]! : 0;
    seal[row] = lipPreservation[row]! * (1 - hidden[row]!);
  }
  const weight = Float32Array.from(track.confidence, (trust, row) => (track.reason[row] === 1 ? 0 : trust));
  return { track, after, weight, lipPreservation, seal };
}

/**
 * Puts new speech onto a filmed actor: mouth and jaw say the new words, the smile and everything above it stay the
 * actor's own. Row 0 of `speech` is clip frame `first`. Throws `not-found` for an actor that is not there.
 */
export function planDub(performance: Performance, actorId: string, speech: TalkingPerformance, first: number): DubPlan {
  const fps = speech.rate.num / speech.rate.den;
  const edits = performance.tracks
    .filter((track) => track.actorId === actorId)
    .map((track) => dubTrack(track, speech, first, fps));
  if (edits.length === 0) throw new RetakeError('not-found', `There is no actor ${actorId} in this clip.`, { actorId });
  return { edits };
}
