import { type FaceTrack, type Performance, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import type { Rational } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';

const TRUSTED = 0.5;

/** What a style is learnt from. */
export interface StyleReference {
  readonly performance: Performance;
  readonly actorId: string;
  /** The clip's own sound. */
  readonly speech: SpeechTrack;
  readonly rate: Rational;
  /** Seconds of the sound's clock at clip frame `frame`. */
  readonly secondsOf: (frame: number) => number;
  readonly name: string;
  readonly reference: string;
  readonly fingerprint: string;
  /** Seconds of speech from which everything is learnt; FULL_STYLE_SECONDS unless a measurement wants less. */
  readonly fullFromSeconds?: number;
}

/** A frame of the person, in the order of time. */
export interface Look {
  readonly track: FaceTrack;
  readonly row: number;
  readonly seconds: number;
  readonly speaking: boolean;
}

/** All frames in which the person is seen clearly. */
export function looksOf({ performance, actorId, speech, secondsOf }: StyleReference): Look[] {
  const looks: Look[] = [];
  for (const track of performance.tracks) {
    if (track.actorId !== actorId) continue;
    for (let row = 0; row < track.frameCount; row++) {
      if (track.confidence[row]! < TRUSTED) continue;
      const seconds = secondsOf(track.firstFrame + row);
      const at = Math.round(seconds * speech.rateHz);
      looks.push({ track, row, seconds, speaking: (speech.voice[at] ?? 0) > 0.5 });
    }
  }
  return looks.sort((a, b) => a.seconds - b.seconds);
}

/** A coefficient over the looks. */
export const column = (looks: readonly Look[], name: ShapeName): Float32Array =>
  Float32Array.from(looks, ({ track, row }) => track.coefficients[row * SHAPE_COUNT + shapeIndex(name)]!);
