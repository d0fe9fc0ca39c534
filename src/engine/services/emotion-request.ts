import { parseShapeOverrides, type ShapeOverrides } from '../../contract/action-units.ts';
import { type EmotionLabel, MAX_INTENSITY } from '../../contract/emotion.ts';
import { type EmotionKey, parseEmotionKeys } from '../../contract/emotion-keys.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import type { Rational } from '../../core/rational.ts';
import type { ClipRequest } from './clip-request.ts';
import type { FrameRange } from './range.ts';

/** What `retake emotion` is asked to do; texts as a person typed them. */
export interface EmotionRequest extends ClipRequest {
  readonly to?: EmotionLabel | undefined;
  readonly intensity: number;
  readonly keys?: string | undefined;
  readonly actionUnits?: string | undefined;
  readonly reference?: string | undefined;
  readonly preserveLips: number;
  readonly actor: string;
  readonly seed: number;
}

/** The request with everything that can be checked without looking at a face. */
export interface EmotionTarget {
  readonly keys: readonly EmotionKey[];
  readonly overrides?: ShapeOverrides;
  readonly actor: 'all' | number;
  /** Word for the file name: the label, `keys`, `reference` or `edited`. */
  readonly word: string;
}

/**
 * What the edit aims at. Throws `invalid-argument` when nothing or too much was asked for, `invalid-range` for a key
 * outside the range, and what the parsers throw.
 */
export function emotionTarget(request: EmotionRequest, range: FrameRange, rate: Rational): EmotionTarget {
  const ways = [request.to && '--to', request.keys && '--keys', request.reference && '--reference'].filter(Boolean);
  if (ways.length > 1)
    throw new RetakeError('invalid-argument', `${ways.join(' and ')} cannot be used together. Use one of them.`);
  if (ways.length === 0 && request.actionUnits === undefined)
    throw new RetakeError(
      'invalid-argument',
      'Nothing to change was given. Say which emotion with --to happy, or give --keys, --reference or --au.',
    );
  const overrides = request.actionUnits === undefined ? {} : { overrides: parseShapeOverrides(request.actionUnits) };
  return {
    keys: targetKeys(request, range, rate),
    ...overrides,
    actor: parseActor(request.actor),
    word: wordOf(request),
  };
}

function wordOf(request: EmotionRequest): string {
  return request.to ?? (request.keys ? 'keys' : request.reference ? 'reference' : 'edited');
}

function targetKeys(request: EmotionRequest, range: FrameRange, rate: Rational): EmotionKey[] {
  if (request.to) return [{ frame: range.from, label: request.to, intensity: request.intensity }];
  if (!request.keys) return [];
  return parseEmotionKeys(request.keys, rate).map((key) => {
    if (key.frame >= range.until)
      throw new RetakeError(
        'invalid-range',
        `The key ${key.label} at frame ${key.frame} lies after the last edited frame, ${range.until - 1}.`,
        { frame: key.frame, until: range.until },
      );
    return { ...key, intensity: Math.min(MAX_INTENSITY, key.intensity * request.intensity) };
  });
}

/** `all`, or the number of an actor from 1. Throws `invalid-argument`. */
export function parseActor(text: string): 'all' | number {
  if (text.trim().toLowerCase() === 'all') return 'all';
  const number = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  if (number < 1)
    throw new RetakeError('invalid-argument', `--actor takes a number from 1, or "all", not "${text}".`, {
      value: text,
    });
  return number;
}

/** Ids of the actors to edit. Throws `no-face` when there are none at all, `not-found` when there are fewer than asked for. */
export function actorIds(performance: Performance, actor: 'all' | number): string[] {
  const { actors } = performance;
  if (actors.length === 0)
    throw new RetakeError(
      'no-face',
      'No face was found in this part of the clip, so there is nothing to edit. Choose another part with --from and --until.',
    );
  if (actor === 'all') return actors.map(({ id }) => id);
  const chosen = actors[actor - 1];
  if (!chosen)
    throw new RetakeError(
      'not-found',
      `There is no actor ${actor}: ${actors.length} ${actors.length === 1 ? 'was' : 'were'} found in this part of the clip.`,
      {
        actor,
        found: actors.length,
      },
    );
  return [chosen.id];
}
