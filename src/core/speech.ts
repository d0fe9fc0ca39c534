/** Frames of a speech track per second: one every 10 ms. Frame `i` describes the sound around `i / 100` seconds. */
export const SPEECH_RATE_HZ = 100;

/** Samples per second of the sound that is analysed: mono, in -1..1. */
export const SPEECH_SAMPLE_RATE = 16_000;

/**
 * The 15 visemes in common use, in the order of the columns of {@link SpeechTrack.visemes}: silence, p b m, f v,
 * th, t d, k g and other consonants of the back, ch j sh, s z, n l, r and er, then vowels (car, bed, bit, boat, boot).
 */
export const VISEMES = [
  'sil',
  'PP',
  'FF',
  'TH',
  'DD',
  'kk',
  'CH',
  'SS',
  'nn',
  'RR',
  'aa',
  'E',
  'ih',
  'oh',
  'ou',
] as const;

/** One of the 15 {@link VISEMES}. */
export type Viseme = (typeof VISEMES)[number];

/** Number of visemes, the row length of {@link SpeechTrack.visemes}. */
export const VISEME_COUNT = VISEMES.length;

const visemeColumns = new Map<string, number>(VISEMES.map((name, index) => [name, index]));

/** Column of a viseme in {@link SpeechTrack.visemes}. */
export function visemeIndex(viseme: Viseme): number {
  return visemeColumns.get(viseme)!;
}

/**
 * What a mouth does, each 0..1, in the order of the columns of {@link SpeechTrack.articulation}: `jaw` how far it is
 * down, `round` how far the lips are rounded and pushed forward, `spread` how far the corners are pulled apart, `close`
 * how far the lips are pressed together whatever the jaw does (1: they touch, 0.55: lower lip on the upper teeth).
 */
export const ARTICULATORS = ['jaw', 'round', 'spread', 'close'] as const;

/** One of the four {@link ARTICULATORS}. */
export type Articulator = (typeof ARTICULATORS)[number];

/** Number of articulators, the row length of {@link SpeechTrack.articulation}. */
export const ARTICULATOR_COUNT = ARTICULATORS.length;

/** A stretch of time in seconds; `end` is not part of it. */
export interface SpeechSpan {
  readonly start: number;
  readonly end: number;
}

/** One sound of speech. */
export interface SpeechPhone extends SpeechSpan {
  /** IPA symbol, `sil` for a pause. */
  readonly phone: string;
  readonly viseme: Viseme;
}

/**
 * Where a stretch of a track comes from: a transcript laid over the sound, words that were recognised in it, or the
 * viseme network.
 */
export interface SpeechSource extends SpeechSpan {
  readonly source: 'alignment' | 'recognition' | 'network';
}

/** Something that a person should know about an analysis, in one sentence, with its place where it has one. */
export interface SpeechNote extends Partial<SpeechSpan> {
  readonly code:
    | 'silent'
    | 'no-speech'
    | 'clipped'
    | 'noisy'
    | 'too-short'
    | 'transcript-mismatch'
    | 'transcript-words-unknown'
    | 'transcript-unused'
    | 'language-unsupported';
  readonly message: string;
}

/** Everything that was heard in a recording of speech. All arrays have one row per frame, `frames` rows. */
export interface SpeechTrack {
  /** {@link SPEECH_RATE_HZ}. */
  readonly rateHz: number;
  readonly frames: number;
  /** Length of the sound in seconds. */
  readonly seconds: number;
  /** [frames, 15] share of each viseme, each row sums to 1; where sounds are known, 0 or 1. */
  readonly visemes: Float32Array;
  /** [frames, 4] {@link ARTICULATORS}, 0..1, already shut where nobody speaks. */
  readonly articulation: Float32Array;
  /** [frames] probability that somebody speaks or sings, 0..1. */
  readonly voice: Float32Array;
  /** [frames] fundamental of voiced sounds in hertz, 0 where there is none. */
  readonly pitchHz: Float32Array;
  /** [frames] level in decibels under full scale, at least -100. */
  readonly loudnessDb: Float32Array;
  /** [frames] emphasis, 0..1: how much syllables stand out in level, pitch and length from those around them. */
  readonly stress: Float32Array;
  /** Stretches of speech between pauses, in order. */
  readonly phrases: readonly SpeechSpan[];
  /** Pauses inside the recording and silence at its ends, in order. */
  readonly pauses: readonly SpeechSpan[];
  /** Times of the musical beat, or of the stressed syllables where there is no steady beat. */
  readonly beats: readonly number[];
  /** Beats per minute where the beat is steady (music, singing, rap), else null. */
  readonly tempo: number | null;
  /** Sounds in order; stretches whose source is `network` have none. */
  readonly phones: readonly SpeechPhone[];
  /** `mixed`: see {@link SpeechTrack.sources}. */
  readonly source: SpeechSource['source'] | 'mixed';
  /** Which stretch comes from where; covers the whole recording, in order. */
  readonly sources: readonly SpeechSource[];
  readonly notes: readonly SpeechNote[];
}

/** Articulation at a moment, interpolated between frames, into `out` (4 values); held beyond both ends. */
export function articulationAt(track: SpeechTrack, seconds: number, out: Float32Array): Float32Array {
  const last = track.frames - 1;
  if (last < 0) return out.fill(0);
  const position = Math.min(last, Math.max(0, seconds * track.rateHz));
  const before = Math.floor(position);
  const after = Math.min(last, before + 1);
  const share = position - before;
  for (let column = 0; column < ARTICULATOR_COUNT; column += 1) {
    const low = track.articulation[before * ARTICULATOR_COUNT + column]!;
    const high = track.articulation[after * ARTICULATOR_COUNT + column]!;
    out[column] = low + (high - low) * share;
  }
  return out;
}
