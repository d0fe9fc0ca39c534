import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleOf, type SequenceBundle } from '../../core/document/bundle.ts';
import { applyEdit } from '../../core/document/edit.ts';
import { edited, fixtureProject } from '../../core/document/fixtures.test-support.ts';
import { checkProject } from '../../core/document/invariants.ts';
import { dice, tryEdit } from '../../core/document/random-edits.test-support.ts';
import { emptyProject } from '../../core/document/schema.ts';
import { rational } from '../../core/rational.ts';
import { rescale } from '../../core/rational-time.ts';
import { readEdl } from './edl-read.ts';
import { writeEdl } from './edl-write.ts';

const LIST = `TITLE: Reel 1
FCM: NON-DROP FRAME
001  TAPE1    V     C        10:00:00:00 10:00:04:00 01:00:00:00 01:00:04:00
* FROM CLIP NAME: Wide
002  TAPE1    V     C        10:00:04:00 10:00:04:00 01:00:04:00 01:00:04:00
002  TAPE2    V     D    012 02:00:00:00 02:00:02:00 01:00:04:00 01:00:06:00
* FROM CLIP NAME: Wide
* TO CLIP NAME: Close
003  TAPE1    AA/V  C        10:00:10:00 10:00:11:00 01:00:08:00 01:00:09:00
`;

/** What an edit list can say of a timeline: events on a picture track and four of sound. */
function events(bundle: SequenceBundle) {
  const { rate } = bundle.sequence;
  const audio = bundle.tracks.filter((track) => track.kind === 'audio' && track.items.length > 0).slice(0, 4);
  const video = bundle.tracks.filter((track) => track.kind === 'video').slice(0, 1);
  return [...video, ...audio].map((track) => {
    let record = 0;
    return track.items.flatMap((item, index) => {
      if (item.type === 'transition') return [];
      const [lead, trail] = [track.items[index - 1], track.items[index + 1]];
      const early = lead?.type === 'transition' ? lead.inOffset : 0;
      const late = trail?.type === 'transition' ? trail.inOffset : 0;
      const start = record - early;
      record += item.duration;
      if (item.type === 'gap') return [];
      const source = Math.max(0, rescale(item.sourceStart, rate, 'round') - early);
      const blend = lead?.type === 'transition' ? lead.inOffset + lead.outOffset : 0;
      const frames = item.duration + early - late;
      // A clip that is all dissolve has no event of its own.
      return frames > 0 ? [{ start, frames, source, blend, name: item.name }] : [];
    });
  });
}

describe('CMX3600', () => {
  it('reads cuts, dissolves, gaps and sound', () => {
    const { bundle, warnings } = readEdl(LIST, { rate: rational(25) });
    expect(warnings).toEqual([]);
    expect(bundle.sequence).toMatchObject({ name: 'Reel 1', startFrame: 90_000, dropFrame: false });
    expect(bundle.tracks.map((track) => track.name)).toEqual(['V', 'A1', 'A2']);
    const items = bundle.tracks[0]!.items.map((item) =>
      item.type === 'clip'
        ? `${item.name} ${item.duration}`
        : item.type === 'gap'
          ? `gap ${item.duration}`
          : `blend ${item.outOffset}`,
    );
    expect(items).toEqual(['Wide 100', 'blend 12', 'Close 50', 'gap 50', 'TAPE1 25']);
    expect(bundle.tracks[1]!.items[0]).toEqual({ type: 'gap', duration: 200, metadata: {} });
    expect(bundle.media.map((media) => media.name)).toEqual(['Wide', 'Close', 'TAPE1']);
  });

  it('says which rate it assumed', () => {
    const { bundle, warnings } = readEdl(LIST);
    expect(bundle.sequence.rate).toEqual(rational(24));
    expect(warnings.join()).toContain('24/1');
  });

  it('keeps the events of any timeline of ours', () => {
    fc.assert(
      fc.property(fc.array(dice, { minLength: 5, maxLength: 40 }), fc.nat(90_000), (rolls, startFrame) => {
        let project = edited(fixtureProject(), { edit: 'setSequence', args: { sequence: 's1', startFrame } });
        for (const roll of rolls) project = tryEdit(project, roll)?.project ?? project;
        const bundle = bundleOf(project, 's1')!;
        const { text } = writeEdl(bundle);
        if (events(bundle).flat().length === 0) return;
        const read = readEdl(text, { rate: rational(25) });
        const imported = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle: read.bundle } });
        expect(checkProject(imported.project)).toEqual([]);
        const again = bundleOf(imported.project, imported.created[0]!)!;
        const moved = again.sequence.startFrame - startFrame;
        const wanted = events(bundle).filter((track) => track.length > 0);
        const got = events(again).map((track) => track.map((event) => ({ ...event, start: event.start + moved })));
        expect(got.filter((track) => track.length > 0)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no list', () => {
    expect(() => readEdl('hello')).toThrow(expect.objectContaining({ code: 'file-damaged' }));
    expect(() => readEdl(LIST.replace('01:00:04:00\n*', '00:59:00:00\n*'), { rate: rational(25) })).toThrow(
      'ends before',
    );
    expect(() => readEdl(LIST.replaceAll(':04:00', ':04:24'), { rate: rational(24) })).toThrow('Line 3');
  });

  it('says what it leaves out', () => {
    const project = edited(fixtureProject(), {
      edit: 'append',
      args: {
        clips: [
          { track: 'v2', media: 'f6', duration: 5 },
          { track: 'v3', media: 'f6', duration: 5 },
        ],
      },
    });
    const withEffect = edited(project, {
      edit: 'addEffect',
      args: { clips: [project.tracks['v2']!.items[0]!], kind: 'emotion' },
    });
    const { warnings } = writeEdl(bundleOf(withEffect, 's1')!);
    expect(warnings.join()).toContain('1 tracks are left out');
    expect(warnings.join()).toContain('effect Emotion');
  });
});
