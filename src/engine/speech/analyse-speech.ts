import { throwIfCancelled } from '../../core/errors.ts';
import {
  SPEECH_RATE_HZ,
  SPEECH_SAMPLE_RATE,
  type SpeechNote,
  type SpeechSpan,
  type SpeechTrack,
} from '../../core/speech.ts';
import { loadPack } from '../inference/index.ts';
import type { PlacedStretch } from './align-words.ts';
import { Aligner, canAlign } from './aligner.ts';
import { applyPlacement, applyStretches } from './apply-placement.ts';
import { findBeats } from './beats.ts';
import { doubtClosures, gateMouth, partLabiodentals } from './gate.ts';
import { frameCount } from './log-mel.ts';
import { clippedShare, loudness } from './loudness.ts';
import type { AnalyseSpeechOptions } from './options.ts';
import { trackPitch } from './pitch.ts';
import { type Placement, placeTranscript } from './place-transcript.ts';
import { type RecogniseInput, recogniseWords } from './recognise-words.ts';
import { stressCurve, stressLookup, syllables } from './stress.ts';
import { transcriptWords } from './transcript.ts';
import { hearVisemes } from './viseme-network.ts';
import { smoothVisemes } from './viseme-smoothing.ts';
import { pausesOf, phrasesOf, voiceActivity } from './voice-activity.ts';

const SILENT_DB = -65;
const CLIPPED_SHARE = 5e-4;
const SHORT_SECONDS = 0.3;
/** Shares of the work that are done once the network has listened, and when words are looked for. */
const HEARD_SHARE = 0.15;
const WORDS_SHARE = 0.2;

/**
 * Listens to a recording: visemes, articulation, voice, pitch, loudness, stress, phrases and beats, 100 times a second.
 * `samples` are mono at 16 kHz. With a transcript the sounds are placed by forced alignment wherever it fits, and the
 * track says where it does not. Never refuses a recording for what is in it: silence and music give a mouth at rest and
 * a note. Throws `model-missing`, `model-damaged`, `inference-failed` or `cancelled`.
 */
export async function analyseSpeech(samples: Float32Array, options: AnalyseSpeechOptions): Promise<SpeechTrack> {
  const { inference, signal, report } = options;
  throwIfCancelled(signal);
  const seconds = samples.length / SPEECH_SAMPLE_RATE;
  const frames = frameCount(samples.length);
  const notes: SpeechNote[] = [];
  const loudnessDb = loudness(samples, frames);
  if (seconds < SHORT_SECONDS) notes.push({ code: 'too-short', message: 'The recording is shorter than a syllable.' });
  if (clippedShare(samples) > CLIPPED_SHARE)
    notes.push({ code: 'clipped', message: 'The recording is overdriven; sounds may be mistaken for one another.' });
  const { visemes, articulation, onset, noisy } = await hearVisemes(samples, inference, signal, (share) =>
    report?.(share * HEARD_SHARE),
  );
  const heard = visemes.slice();
  smoothVisemes(visemes);
  partLabiodentals(visemes, articulation);
  doubtClosures(visemes, articulation, noisy);
  const voice = voiceActivity(visemes, loudnessDb);
  const phrases = phrasesOf(voice);
  gateMouth(visemes, articulation, voice);
  if (!loudnessDb.some((level) => level > SILENT_DB))
    notes.push({ code: 'silent', message: 'The recording is silent; the mouth stays closed.' });
  else if (phrases.length === 0)
    notes.push({ code: 'no-speech', message: 'Nobody speaks in this recording; the mouth stays closed.' });
  throwIfCancelled(signal);
  const pitchHz = trackPitch(samples, frames);
  for (let frame = 0; frame < frames; frame += 1) if (voice[frame]! < 0.3) pitchHz[frame] = 0;
  report?.(WORDS_SHARE);
  const list = syllables(loudnessDb, voice, pitchHz);
  const { beats, tempo } = findBeats(onset, list);
  const track = { visemes, articulation, phrases, seconds, stressAt: stressLookup(list) };
  const placement = options.transcript === undefined ? null : await place(samples, heard, phrases, options, notes);
  const placed = placement === null ? null : applyPlacement(placement, track);
  const applied =
    placed !== null && placed.phones.length > 0
      ? placed
      : applyStretches(await recognise({ samples, visemes: heard, noisy, phrases }, options), 'recognition', track);
  report?.(1);
  return {
    rateHz: SPEECH_RATE_HZ,
    frames,
    seconds,
    visemes,
    articulation,
    voice,
    pitchHz,
    loudnessDb,
    stress: stressCurve(list, frames),
    phrases,
    pauses: pausesOf(phrases, seconds),
    beats,
    tempo,
    phones: applied.phones,
    source: applied.sources.every(({ source }) => source === applied.sources[0]!.source)
      ? (applied.sources[0]?.source ?? 'network')
      : 'mixed',
    sources: applied.sources,
    notes: [...notes, ...(placed?.notes ?? [])],
  };
}

/** Lays the transcript over the sound; null, with a note, where that is out of the question. */
async function place(
  samples: Float32Array,
  heard: Float32Array,
  phrases: readonly SpeechSpan[],
  options: AnalyseSpeechOptions,
  notes: SpeechNote[],
): Promise<Placement | null> {
  const { transcript = '', signal, report } = options;
  const language = languageOf(options);
  if (!canAlign(language)) {
    const message = `Transcripts in "${language}" cannot be aligned, only English (en) and French (fr); the sound alone was used.`;
    notes.push({ code: 'language-unsupported', message });
    return null;
  }
  const words = transcriptWords(transcript, language);
  if (words.length === 0 || phrases.length === 0) {
    notes.push({ code: 'transcript-unused', message: 'There are no words, or no speech, to align.' });
    return null;
  }
  await using aligner = await Aligner.open(language);
  return await placeTranscript(aligner, {
    samples,
    visemes: heard,
    phrases,
    words,
    ...(signal === undefined ? {} : { signal }),
    ...wordProgress(report),
  });
}

/** Words that nobody has written down, in the one language that is known well enough; none in others. */
async function recognise(
  sound: Pick<RecogniseInput, 'samples' | 'visemes' | 'noisy' | 'phrases'>,
  options: AnalyseSpeechOptions,
): Promise<PlacedStretch[]> {
  const { signal, report, recognise: wanted = true } = options;
  if (!wanted || sound.phrases.length === 0 || languageOf(options) !== 'en') return [];
  await using aligner = await Aligner.open('en');
  const { entry, manifest, files } = await loadPack('english-words');
  const model = new Map([...files].filter(([name]) => name !== manifest.entry));
  await aligner.expect({ program: entry, files: model });
  return await recogniseWords(aligner, {
    ...sound,
    ...(signal === undefined ? {} : { signal }),
    ...wordProgress(report),
  });
}

function languageOf({ language = 'en' }: AnalyseSpeechOptions): string {
  return language.toLowerCase().split(/[-_]/)[0]!;
}

const wordProgress = (report: AnalyseSpeechOptions['report']) =>
  report === undefined ? {} : { report: (share: number) => report(WORDS_SHARE + (1 - WORDS_SHARE) * share) };
