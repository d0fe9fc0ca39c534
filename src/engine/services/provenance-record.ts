import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  PROVENANCE_VERSION,
  type Provenance,
  type ProvenanceClaim,
  provenanceSchema,
} from '../../contract/provenance.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError } from '../../core/errors.ts';
import { fingerprintMedia, probeMedia } from '../media/index.ts';
import { claimSha256, readClaim } from './provenance-tag.ts';

/** Where the record of an output lies: beside it. */
export function provenancePath(output: string): string {
  return `${output}.provenance.json`;
}

/** Puts the record of a finished output together and writes it beside it, whole or not at all. */
export async function writeProvenance(
  output: string,
  claim: ProvenanceClaim,
  preset: string,
  frames: Provenance['frames'],
): Promise<Provenance> {
  const fingerprint = await fingerprintMedia(output);
  const record: Provenance = {
    claim,
    claimSha256: claimSha256(claim),
    output: { name: basename(output), fingerprint, preset },
    frames,
  };
  const path = provenancePath(output);
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, `${JSON.stringify(record, null, 2)}\n`);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    throw new RetakeError(
      full ? 'disk-full' : 'output-unwritable',
      `The provenance record ${path} cannot be written${full ? ': the disk is full' : ''}. An output without its label is not kept; make room or give another --out.`,
      { path },
      error,
    );
  }
  return record;
}

/** The record beside an output, or null when there is none. Throws `file-damaged` or `version-too-new`. */
export async function readProvenance(output: string): Promise<Provenance | null> {
  const path = provenancePath(output);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  let value: { claim?: { version?: unknown } };
  try {
    value = JSON.parse(text) as typeof value;
  } catch (error) {
    throw new RetakeError('file-damaged', `The provenance record ${path} is not readable JSON.`, { path }, error);
  }
  if (Number(value.claim?.version) > PROVENANCE_VERSION)
    throw new RetakeError('version-too-new', `A later Retake wrote ${path}. Update Retake to read it.`, { path });
  const parsed = provenanceSchema.safeParse(value);
  if (!parsed.success)
    throw new RetakeError(
      'file-damaged',
      `The provenance record ${path} was altered or cut off.`,
      { path },
      parsed.error,
    );
  return parsed.data;
}

const MESSAGES = {
  intact: 'This file was edited with Retake, and is as Retake wrote it.',
  'file-changed': 'This file was edited with Retake and changed by something else afterwards.',
  'record-mismatch': 'The record beside this file belongs to another edit than the label inside it.',
  'record-missing': 'This file was edited with Retake; the record beside it is gone, so later changes cannot be told.',
  'tag-missing': 'The record beside this file says that it was edited with Retake, but the label inside it is gone.',
} as const;

/**
 * What a file says about having been edited: its label (in the container), its record (beside it), and whether the two
 * and the file's content still agree. Null when it carries neither.
 */
export async function inspectProvenance(path: string, signal?: AbortSignal): Promise<Result<'report'>['provenance']> {
  const { tags } = await probeMedia(path, signal ? { signal } : {});
  const claim = readClaim(tags);
  const record = await readProvenance(path);
  if (!claim && !record) return null;
  const state = await judge(path, claim, record);
  return { record, claim: claim ?? record?.claim ?? null, state, message: MESSAGES[state] };
}

async function judge(
  path: string,
  claim: ProvenanceClaim | null,
  record: Provenance | null,
): Promise<keyof typeof MESSAGES> {
  if (!record) return 'record-missing';
  if (claimSha256(record.claim) !== record.claimSha256) return 'record-mismatch';
  if (claim && claimSha256(claim) !== record.claimSha256) return 'record-mismatch';
  // A folder of images has no container that could carry a label.
  if (!claim && !(await stat(path)).isDirectory()) return 'tag-missing';
  const same = (await fingerprintMedia(path)) === record.output.fingerprint;
  return same ? 'intact' : 'file-changed';
}
