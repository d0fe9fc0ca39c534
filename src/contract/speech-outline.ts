import type { SpeechNote, SpeechSource, SpeechSpan, Viseme } from '../core/speech.ts';

/** A stretch in which a mouth has one shape. `phone` is the sound where a transcript or recognised words tell it. */
export interface SpokenViseme extends SpeechSpan {
  readonly viseme: Viseme;
  readonly phone: string | null;
}

/** What a recording says, for a lane: seconds from the first moment of it that is spoken. */
export interface SpeechOutline {
  readonly seconds: number;
  /** In order, without silence. */
  readonly visemes: readonly SpokenViseme[];
  readonly phrases: readonly SpeechSpan[];
  readonly source: SpeechSource['source'] | 'mixed';
  readonly notes: readonly SpeechNote[];
}
