import { basename, extname } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import { BUILT_IN_STYLES, type TalkingStyle } from '../../contract/talking-style.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import type { Inference } from '../inference/index.ts';
import { fingerprintMedia, openVideo, probeMedia } from '../media/index.ts';
import {
  builtInStyle,
  isBuiltInStyle,
  learnStyle,
  mixStyles,
  readStyle,
  styleAtStrength,
} from '../talking-head/index.ts';
import { captureRange } from './capture-step.ts';
import { actorIds } from './emotion-request.ts';
import { listen } from './heard-speech.ts';
import { requireInput } from './paths.ts';
import type { TakenFile } from './provenance-claim.ts';

/** A style as a person asked for it, looked at before any long work. */
export interface AskedStyle {
  readonly text: string;
  /** One or two parts: names of rules, or absolute paths. */
  readonly parts: readonly string[];
}

/** A style ready for use, and the file that it came from. */
export interface UsedStyle {
  readonly style: TalkingStyle;
  readonly file: TakenFile | null;
}

/** A style learnt from a clip, and what was heard in it. */
export interface LearntStyle {
  readonly style: TalkingStyle;
  readonly speech: SpeechTrack;
}

/** Checks what `--style` names. Throws `unknown-label`, `file-not-found`, `file-unreadable`, `invalid-argument`. */
export async function askStyle(text: string): Promise<AskedStyle> {
  const names = isBuiltInStyle(text.trim().toLowerCase()) ? [text] : text.split('+');
  if (names.length > 2)
    throw new RetakeError('invalid-argument', 'At most two styles can be mixed with "+".', { value: text });
  const parts: string[] = [];
  for (const name of names.map((part) => part.trim())) {
    const word = name.toLowerCase();
    if (isBuiltInStyle(word)) parts.push(word);
    else if (/[./\\]/.test(name)) parts.push(await requireReference(name));
    else
      throw new RetakeError(
        'unknown-label',
        `There is no style "${name}". Use ${BUILT_IN_STYLES.join(', ')}, a style file (.json), or a clip to learn from.`,
        { value: name, labels: BUILT_IN_STYLES },
      );
  }
  return { text, parts };
}

/** A style file that parses, or a clip with sound. */
async function requireReference(name: string): Promise<string> {
  const path = await requireInput(name, 'style file or clip', true);
  if (isStyleFile(path)) await readStyle(path);
  else requireSound((await probeMedia(path)).audio.length, path);
  return path;
}

const isStyleFile = (path: string): boolean => extname(path).toLowerCase() === '.json';

function requireSound(tracks: number, path: string): void {
  if (tracks > 0) return;
  throw new RetakeError(
    'no-audio',
    `"${basename(path)}" has no sound, and a way of speaking is learnt from picture and sound together. Give a clip in which the person is heard.`,
    { path },
  );
}

/** Reads or learns the style that was asked for, at a strength. */
export async function resolveStyle(
  asked: AskedStyle,
  strength: number,
  inference: Inference,
  context: ServiceContext,
): Promise<UsedStyle> {
  const styles: TalkingStyle[] = [];
  let file: TakenFile | null = null;
  for (const part of asked.parts) {
    if (isBuiltInStyle(part)) {
      styles.push(builtInStyle(part));
      continue;
    }
    const fingerprint = await fingerprintMedia(part, context.signal);
    file = { path: part, fingerprint };
    if (isStyleFile(part)) styles.push(await readStyle(part));
    else styles.push((await learnFrom({ path: part, language: 'en', name: nameOf(part) }, inference, context)).style);
  }
  const [first, second] = styles as [TalkingStyle, TalkingStyle | undefined];
  const style = second ? mixStyles(first, second, 0.5) : first;
  return { style: styleAtStrength(style, strength), file };
}

/** Name of a style after its file. */
export function nameOf(path: string): string {
  return basename(path, extname(path)).replace(/\.style$/, '') || 'style';
}

/** What {@link learnFrom} learns from. */
export interface StyleLesson {
  readonly path: string;
  readonly text?: string | undefined;
  readonly language: string;
  readonly name: string;
  readonly actor?: number | undefined;
}

/**
 * Learns the style of the person in a clip. Throws `no-audio` for a clip without sound, `no-face`, `not-found`, and
 * what reading, capture and analysis throw. Notes in the style say what could not be learnt. `known` gives the clip's
 * performance where it was captured already.
 */
export async function learnFrom(
  lesson: StyleLesson,
  inference: Inference,
  context: ServiceContext,
  known?: () => Promise<Performance>,
): Promise<LearntStyle> {
  const { path, text, language, name, actor } = lesson;
  await using source = await openVideo(path, context.signal ? { signal: context.signal } : {});
  requireSound(source.info.audio.length, path);
  const speech = await listen({ path, text, language }, inference, context);
  if (speech.phrases.length === 0)
    throw new RetakeError(
      'no-audio',
      `Nobody is heard speaking in "${basename(path)}", so there is no style to learn.`,
      {
        path,
      },
    );
  const range = { from: 0, until: source.frameCount };
  const performance = known
    ? await known()
    : (await captureRange(source, inference, range, context, 'Faces of the reference')).performance;
  const ids = actorIds(performance, actor ?? 'all');
  const notes = referenceNotes(performance, ids.length, actor !== undefined);
  const learned = learnStyle(
    {
      performance,
      actorId: ids[0]!,
      speech,
      rate: source.rate,
      secondsOf: (frame) => (source.secondsOf(frame) + source.secondsOf(frame + 1)) / 2,
      name,
      reference: basename(path),
      fingerprint: await fingerprintMedia(path, context.signal),
    },
    await loadFaceModel(),
  );
  const style: TalkingStyle = {
    ...learned,
    learned: { ...learned.learned!, notes: [...learned.learned!.notes, ...notes] },
  };
  for (const note of style.learned!.notes) context.onLog?.('warn', note);
  return { style, speech };
}

/** What makes a reference less sure: several people of whom none was chosen, cuts. */
export function referenceNotes(performance: Performance, people: number, chosen: boolean): string[] {
  const notes: string[] = [];
  if (!chosen && people > 1)
    notes.push(
      `${people} people are seen in the reference; the one seen longest is taken. Choose another with --actor.`,
    );
  const cuts = performance.shots.length - 1;
  if (cuts > 0) notes.push(`The reference has ${cuts} ${cuts === 1 ? 'cut' : 'cuts'}; it is taken shot by shot.`);
  return notes;
}

/** What a result says about the style that was used. */
export function styleResult(style: TalkingStyle, strength: number) {
  const { learned } = style;
  return {
    name: style.name,
    strength,
    learned: learned ? { depth: learned.depth, speechSeconds: learned.speechSeconds, notes: learned.notes } : null,
  };
}
