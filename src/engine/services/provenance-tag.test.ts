import { describe, expect, it } from 'vitest';
import type { ProvenanceClaim } from '../../contract/provenance.ts';
import { claimSha256, provenanceTags, readClaim } from './provenance-tag.ts';

const claim: ProvenanceClaim = {
  kind: 'retake-provenance',
  version: 1,
  id: 'an id',
  program: { name: 'retake', version: '1.2.3' },
  createdAt: '2026-01-01T00:00:00.000Z',
  source: { name: 'clip "é".mp4', fingerprint: 'sha256:00', frames: 50, rate: '25/1', width: 320, height: 240 },
  range: { from: 0, until: 50 },
  edits: [
    {
      kind: 'emotion',
      actor: 'all',
      keys: [{ frame: 0, seconds: 0, label: 'happy', intensity: 0.8 }],
      preserveLips: 0.9,
      intensity: 0.8,
      seed: 1,
    },
  ],
  models: [{ id: 'face-landmarks', version: '1.0.0', sha256: 'ab' }],
};

describe('provenance tags', () => {
  it('come back from the tag, in whatever case a container keeps it', () => {
    const tags = provenanceTags(claim);
    expect(readClaim(tags)).toEqual(claim);
    expect(readClaim({ RETAKE_PROVENANCE: tags['retake_provenance']! })).toEqual(claim);
  });

  it('come back from the comment of a container that keeps nothing else', () => {
    const { comment } = provenanceTags(claim);
    expect(comment).toMatch(/^Edited with Retake 1\.2\.3: .*happy.*not what the person performed/);
    expect(readClaim({ COMMENT: comment! })).toEqual(claim);
  });

  it('are null for a file that was not edited', () => {
    expect(readClaim({ title: 'Holiday', comment: 'nice' })).toBeNull();
  });

  it.each([
    ['{"kind":"retake-prov', 'cut off or was altered'],
    [JSON.stringify({ ...claim, edits: [] }), 'was altered'],
    [JSON.stringify({ ...claim, note: 'added' }), 'was altered'],
    [JSON.stringify({ ...claim, version: 2 }), 'A later Retake'],
  ])('refuse %s', (json, message) => {
    expect(() => readClaim({ retake_provenance: json })).toThrow(message);
  });

  it('hash the meaning, not the order of members', () => {
    const turned = Object.fromEntries(Object.entries(claim).reverse()) as ProvenanceClaim;
    expect(claimSha256(turned)).toBe(claimSha256(claim));
    expect(claimSha256({ ...claim, range: { from: 1, until: 50 } })).not.toBe(claimSha256(claim));
  });
});
