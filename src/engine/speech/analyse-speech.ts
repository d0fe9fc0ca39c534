import { throwIfCancelled } from '../../core/errors.ts';
import { SPEECH_RATE_HZ, SPEECH_SAMPLE_RATE, type SpeechNote, type SpeechTrack } from '../../core/speech.ts';
import { findBeats } from './beats.ts';
import { gateMouth } from './gate.ts';
import { frameCount } from './log-mel.ts';
import { clippedShare, loudness } from './loudness.ts';
import type { AnalyseSpeechOptions } from './options.ts';
import { trackPitch } from './pitch.ts';
import { stressCurve, syllables } from './stress.ts';
import { hearVisemes } from './viseme-network.ts';
import { smoothVisemes } from './viseme-smoothing.ts';
import { pausesOf, phrasesOf, voiceActivity } from './voice-activity.ts';

const SILENT_DB = -65;
const CLIPPED_SHARE = 5e-4;
const SHORT_SECONDS = 0.3;

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
  const { visemes, articulation, onset } = await hearVisemes(samples, inference, signal, (share) =>
    report?.(share * 0.7),
  );
  smoothVisemes(visemes);
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
  report?.(0.95);
  const list = syllables(loudnessDb, voice, pitchHz);
  const { beats, tempo } = findBeats(onset, list);
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
    phones: [],
    source: 'network',
    sources: [{ start: 0, end: seconds, source: 'network' }],
    notes,
  };
}
