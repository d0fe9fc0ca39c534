import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { describeEmotionKey } from '../../contract/emotion-keys.ts';
import {
  type DeblurEditRecord,
  type EmotionEditRecord,
  type ModelUse,
  PROVENANCE_VERSION,
  type ProvenanceClaim,
} from '../../contract/provenance.ts';
import type { VideoSource } from '../media/index.ts';
import type { EmotionRequest, EmotionTarget } from './emotion-request.ts';
import type { FrameRange } from './range.ts';
import { formatRate } from './rates.ts';
import { programVersion } from './version.ts';

/** A file that took part, with the fingerprint of its content. */
export interface TakenFile {
  readonly path: string;
  readonly fingerprint: string;
}

/** Everything that the label of an emotion edit says. Key positions are those of the source clip. */
export function emotionClaim(
  source: VideoSource,
  clip: TakenFile,
  range: FrameRange,
  request: EmotionRequest,
  target: EmotionTarget,
  reference: TakenFile | undefined,
  models: readonly ModelUse[],
): ProvenanceClaim {
  const edit: EmotionEditRecord = {
    kind: 'emotion',
    actor: target.actor,
    keys: target.keys.map((key) => describeEmotionKey(key, source.rate)),
    ...(reference ? { reference: { name: basename(reference.path), fingerprint: reference.fingerprint } } : {}),
    ...(target.overrides ? { actionUnits: target.overrides as Record<string, number> } : {}),
    preserveLips: request.preserveLips,
    intensity: request.intensity,
    seed: request.seed,
  };
  return clipClaim(source, clip, range, edit, models);
}

/** The label of one edit of one clip. */
export function clipClaim(
  source: VideoSource,
  clip: TakenFile,
  range: FrameRange,
  edit: EmotionEditRecord | DeblurEditRecord,
  models: readonly ModelUse[],
): ProvenanceClaim {
  const { width, height } = source.info.video;
  return {
    kind: 'retake-provenance',
    version: PROVENANCE_VERSION,
    id: randomUUID(),
    program: { name: 'retake', version: programVersion() },
    createdAt: new Date().toISOString(),
    source: {
      name: basename(clip.path),
      fingerprint: clip.fingerprint,
      frames: source.frameCount,
      rate: formatRate(source.rate),
      width,
      height,
    },
    range: { ...range },
    edits: [edit],
    models: [...models],
  };
}
