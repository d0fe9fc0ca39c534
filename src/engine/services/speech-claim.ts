import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import {
  type ModelUse,
  PROVENANCE_VERSION,
  type ProvenanceClaim,
  type SpeechEditRecord,
} from '../../contract/provenance.ts';
import type { Rational } from '../../core/rational.ts';
import type { TakenFile } from './provenance-claim.ts';
import { formatRate } from './rates.ts';
import type { UsedStyle } from './style-source.ts';
import { programVersion } from './version.ts';

/** What the label of a speaking face says. */
export interface SpeechClaim {
  readonly target: SpeechEditRecord['target'];
  readonly source: TakenFile & { readonly frames: number; readonly width: number; readonly height: number };
  readonly range: { readonly from: number; readonly until: number };
  readonly face: number | null;
  readonly speech: TakenFile;
  readonly transcript: boolean;
  readonly style: UsedStyle;
  readonly strength: number;
  readonly more: readonly TakenFile[];
  readonly rate: Rational;
  readonly seed: number;
  readonly models: readonly ModelUse[];
}

const named = ({ path, fingerprint }: TakenFile) => ({ name: basename(path), fingerprint });

/** The label of a portrait that speaks, or of a dubbed clip. */
export function speechClaim(claim: SpeechClaim): ProvenanceClaim {
  const { source, style, rate } = claim;
  return {
    kind: 'retake-provenance',
    version: PROVENANCE_VERSION,
    id: randomUUID(),
    program: { name: 'retake', version: programVersion() },
    createdAt: new Date().toISOString(),
    source: {
      ...named(source),
      frames: source.frames,
      rate: formatRate(rate),
      width: source.width,
      height: source.height,
    },
    range: { ...claim.range },
    edits: [
      {
        kind: 'speech',
        target: claim.target,
        face: claim.face,
        speech: named(claim.speech),
        transcript: claim.transcript,
        style: {
          name: style.style.name,
          strength: claim.strength,
          ...(style.file ? { reference: named(style.file) } : {}),
        },
        more: claim.more.map(named),
        rate: formatRate(rate),
        seed: claim.seed,
      },
    ],
    models: [...claim.models],
  };
}
