import { createHash } from 'node:crypto';
import { PROVENANCE_TAG, type ProvenanceClaim, provenanceClaimSchema } from '../../contract/provenance.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { RetakeError } from '../../core/errors.ts';

/** SHA-256 of a claim's canonical JSON, hexadecimal. */
export function claimSha256(claim: ProvenanceClaim): string {
  return createHash('sha256').update(canonicalJson(claim)).digest('hex');
}

function describeKeys(claim: ProvenanceClaim): string {
  const own = claim.edits.filter((edit) => edit.kind === 'emotion');
  const labels = new Set<string>(own.flatMap((edit) => edit.keys.map((key) => key.label)));
  for (const edit of claim.edits) if (edit.kind === 'sequence-effect') labels.add(`${edit.effect} on ${edit.clip}`);
  const reference = own.some((edit) => edit.reference) ? 'the manner of a reference clip' : '';
  return [...labels, reference].filter((part) => part !== '').join(', ') || 'single action units';
}

/**
 * Tags that label a container as edited: the claim for machines, and a comment for people. Not every container keeps
 * unknown keys, so the comment carries the claim too.
 */
export function provenanceTags(claim: ProvenanceClaim): Record<string, string> {
  const json = canonicalJson(claim);
  const speech = claim.edits.find((edit) => edit.kind === 'speech');
  const restored = claim.edits.every(
    (edit) => (edit.kind === 'sequence-effect' ? edit.effect : edit.kind) === 'deblur',
  );
  const what = restored
    ? 'motion blur was taken off faces. Their detail is an estimate.'
    : speech
      ? `the face was made to speak (${speech.speech.name}). This person did not say this.`
      : `the emotion on the face was changed (${describeKeys(claim)}). This is not what the person performed.`;
  const comment = `${speech?.target === 'portrait' ? 'Made' : 'Edited'} with Retake ${claim.program.version}: ${what}`;
  return { [PROVENANCE_TAG]: json, comment: `${comment} ${PROVENANCE_TAG}=${json}` };
}

/**
 * The claim in a container's tags, or null when there is none. Throws `file-damaged` when there is one that cannot be
 * read, `version-too-new` when a later Retake wrote it.
 */
export function readClaim(tags: Readonly<Record<string, string>>): ProvenanceClaim | null {
  const entries = Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value] as const);
  const own = entries.find(([key]) => key === PROVENANCE_TAG)?.[1];
  const inComment = entries
    .filter(([key]) => key === 'comment' || key === 'description')
    .map(([, value]) => value.split(`${PROVENANCE_TAG}=`)[1])
    .find((json) => json !== undefined);
  const json = own ?? inComment;
  return json === undefined ? null : parseClaim(json);
}

function parseClaim(json: string): ProvenanceClaim {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new RetakeError('file-damaged', 'The provenance tag of this file is cut off or was altered.', {}, error);
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? Number(value.version) : 0;
  if (version > 1)
    throw new RetakeError(
      'version-too-new',
      'A later Retake wrote the provenance of this file. Update Retake to read it.',
      {
        version,
      },
    );
  const parsed = provenanceClaimSchema.safeParse(value);
  if (!parsed.success)
    throw new RetakeError('file-damaged', 'The provenance tag of this file was altered.', {}, parsed.error);
  return parsed.data;
}
