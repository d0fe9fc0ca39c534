import type { ServiceContext } from '../../contract/progress.ts';
import { type TalkingStyle, talkingStyleSchema } from '../../contract/talking-style.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import type { MediaItem, Project } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import { toNumber } from '../../core/rational.ts';
import { ARTICULATOR_COUNT, type SpeechTrack, VISEME_COUNT } from '../../core/speech.ts';
import { createInference } from '../inference/index.ts';
import { fingerprintMedia } from '../media/index.ts';
import type { ProjectStore, ResultInputs, StoredResult } from '../store/index.ts';
import { builtInStyle, readStyle } from '../talking-head/index.ts';
import { listenTo } from './heard-speech.ts';
import { packUse } from './pack-use.ts';
import type { TakenFile } from './provenance-claim.ts';
import { learnFrom } from './style-source.ts';

/** Changes when the arithmetic of the analysis or of the learning changes. */
const SPEECH_VERSION = 2;
const STYLE_VERSION = 2;
/** The networks that listen. */
export const LISTENING_PACKS = ['viseme', 'viseme-noise'] as const;

/** A talking-head effect. */
export type TalkEffect = Effect & { readonly kind: 'talking-head' };

/** What an effect makes a face say, and how; `style` null is the neutral one. */
export interface TalkInputs {
  readonly speech: SpeechTrack;
  readonly style: TalkingStyle | null;
  /** The saved style that `style` was read from, as it was then; null when it came from elsewhere. */
  readonly styleFile: TakenFile | null;
}

type Row = Pick<SpeechTrack, 'voice' | 'pitchHz' | 'loudnessDb' | 'stress'>;
const ROWS: readonly (keyof Row)[] = ['voice', 'pitchHz', 'loudnessDb', 'stress'];

/** A speech track as a project keeps it. */
export function packSpeech(track: SpeechTrack): StoredResult {
  const { visemes, articulation, voice, pitchHz, loudnessDb, stress, ...info } = track;
  const rows = { voice, pitchHz, loudnessDb, stress };
  return {
    info,
    tables: {
      visemes: { width: VISEME_COUNT, data: visemes },
      articulation: { width: ARTICULATOR_COUNT, data: articulation },
      ...Object.fromEntries(ROWS.map((name) => [name, { width: 1, data: rows[name] }])),
    },
  };
}

/** What {@link packSpeech} packed. */
export function unpackSpeech({ info, tables }: StoredResult): SpeechTrack {
  const read = (name: string): Float32Array => tables[name]!.data as Float32Array;
  return {
    ...(info as Omit<SpeechTrack, 'visemes' | 'articulation' | keyof Row>),
    visemes: read('visemes'),
    articulation: read('articulation'),
    voice: read('voice'),
    pitchHz: read('pitchHz'),
    loudnessDb: read('loudnessDb'),
    stress: read('stress'),
  };
}

function mediaOf(project: Project, effect: TalkEffect, id: string): MediaItem {
  const media = project.media[id];
  if (media?.kind !== 'file' || media.path === null)
    throw new RetakeError('not-found', `A file that "${effect.name}" needs is missing. Relink it.`, {
      effect: effect.id,
    });
  return media;
}

/** The recording that an effect speaks. Throws `invalid-argument` while none is chosen, `no-audio`, `not-found`. */
export function recordingOf(project: Project, effect: TalkEffect): MediaItem {
  if (effect.settings.speech === null)
    throw new RetakeError(
      'invalid-argument',
      `"${effect.name}" has nothing to say yet. Choose the recording that is spoken, or switch it off.`,
      { effect: effect.id },
    );
  const media = mediaOf(project, effect, effect.settings.speech.media);
  if (media.hasAudio) return media;
  throw new RetakeError('no-audio', `${media.name} has no sound to speak. Choose a recording for "${effect.name}".`, {
    effect: effect.id,
    media: media.id,
  });
}

interface Keys {
  readonly speech: ResultInputs;
  readonly style: ResultInputs | null;
}

async function keysOf(project: Project, effect: TalkEffect): Promise<Keys> {
  const recording = recordingOf(project, effect);
  const { speech, style, transcript } = effect.settings;
  const models = Object.fromEntries(
    await Promise.all(LISTENING_PACKS.map(async (id) => [id, (await packUse(id)).sha256] as const)),
  );
  const reference = style === null ? null : mediaOf(project, effect, style.media);
  return {
    speech: {
      kind: 'speech',
      fingerprint: recording.fingerprint ?? '',
      models,
      parameters: { version: SPEECH_VERSION, range: speech!.range, transcript, language: 'en' },
    },
    style: reference && {
      kind: 'talking-style',
      fingerprint: reference.fingerprint ?? '',
      models,
      parameters: { version: STYLE_VERSION },
    },
  };
}

/** The style of an effect that learns from no clip: a saved one, or that of its rules. Throws what reading it throws. */
async function chosenStyle({ settings: { styleFile, rules } }: TalkEffect): Promise<Omit<TalkInputs, 'speech'>> {
  if (!styleFile) return { style: rules ? builtInStyle(rules) : null, styleFile: null };
  const style = await readStyle(styleFile);
  return { style, styleFile: { path: styleFile, fingerprint: await fingerprintMedia(styleFile) } };
}

/** What an effect speaks, as the project keeps it; undefined while it was not listened to. */
export async function storedTalk(
  store: ProjectStore,
  project: Project,
  effect: TalkEffect,
): Promise<TalkInputs | undefined> {
  const keys = await keysOf(project, effect);
  const speech = store.results.get(keys.speech);
  const style = keys.style && store.results.get(keys.style);
  if (!speech || style === undefined) return undefined;
  const chosen = style ? { style: talkingStyleSchema.parse(style.info), styleFile: null } : await chosenStyle(effect);
  return { speech: unpackSpeech(speech), ...chosen };
}

/**
 * What an effect speaks: the recording is listened to and the style learnt from its reference unless the project has
 * them; `capture` gives the performance of the reference. Throws what all of these throw, `cancelled`, and `project-locked` for a read-only project that lacks them.
 */
export async function ensureTalk(
  store: ProjectStore,
  effect: TalkEffect,
  context: ServiceContext,
  capture: (media: string) => Promise<Performance>,
): Promise<TalkInputs> {
  const { project } = store;
  const keys = await keysOf(project, effect);
  const needsSpeech = !store.results.has(keys.speech);
  const needsStyle = keys.style !== null && !store.results.has(keys.style);
  if (needsSpeech || needsStyle) {
    await using inference = await createInference();
    if (needsSpeech) {
      const recording = recordingOf(project, effect);
      const { range } = effect.settings.speech!;
      const fps = toNumber(recording.rate);
      const span = range && { from: range.start / fps, until: (range.start + range.duration) / fps };
      const { transcript } = effect.settings;
      const track = await listenTo({ path: recording.path!, language: 'en', transcript, span }, inference, context);
      store.results.put(keys.speech, packSpeech(track));
    }
    if (keys.style && needsStyle) {
      const reference = mediaOf(project, effect, effect.settings.style!.media);
      const lesson = {
        path: reference.path!,
        language: 'en',
        name: reference.name.replace(/\.\w+$/, '').slice(0, 100),
      };
      const { style } = await learnFrom(lesson, inference, context, () => capture(reference.id));
      store.results.put(keys.style, { info: style, tables: {} });
    }
  }
  return (await storedTalk(store, project, effect))!;
}
