import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleOf, type SequenceBundle } from '../../core/document/bundle.ts';
import { applyEdit } from '../../core/document/edit.ts';
import { fixtureProject } from '../../core/document/fixtures.test-support.ts';
import { checkProject } from '../../core/document/invariants.ts';
import { dice, tryEdit } from '../../core/document/random-edits.test-support.ts';
import { emptyProject } from '../../core/document/schema.ts';
import { parseLenientJson, writeLenientJson } from './lenient-json.ts';
import { readOtio } from './otio-read.ts';
import { rateFromNumber } from './otio-values.ts';
import { writeOtio } from './otio-write.ts';

/** A bundle without ids, order of media and what other programs said: what a round trip must keep. */
function essence(bundle: SequenceBundle): unknown {
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { otio: _otio, ...rest } = value as Record<string, unknown>;
    return Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const links = new Map<number, number>();
  const tracks = bundle.tracks.map((track) => ({
    ...track,
    items: track.items.map((item) => {
      if (item.type !== 'clip') return item;
      if (item.link !== null && !links.has(item.link)) links.set(item.link, links.size);
      return {
        ...item,
        media: bundle.media[item.media],
        link: item.link === null ? null : links.get(item.link),
        effects: item.effects.map(({ id: _id, clip: _clip, ...effect }) => effect),
      };
    }),
  }));
  return JSON.parse(JSON.stringify({ sequence: bundle.sequence, tracks }, plain));
}

describe('OTIO', () => {
  it('keeps any timeline of ours through export and import', () => {
    fc.assert(
      fc.property(fc.array(dice, { minLength: 5, maxLength: 40 }), (rolls) => {
        let project = fixtureProject();
        for (const roll of rolls) project = tryEdit(project, roll)?.project ?? project;
        const bundle = bundleOf(project, 's1')!;
        const text = writeOtio(bundle);
        const read = readOtio(text);
        expect(read.warnings).toEqual([]);
        expect(essence(read.bundle)).toEqual(essence(bundle));
        const imported = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle: read.bundle } });
        expect(checkProject(imported.project)).toEqual([]);
        const again = bundleOf(imported.project, imported.created[0]!)!;
        expect(essence(again)).toEqual(essence(bundle));
        expect(parseLenientJson(writeOtio(again))).toEqual(parseLenientJson(text));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no timeline', () => {
    expect(() => readOtio('{"OTIO_SCHEMA": "Clip.2"}')).toThrow('a Clip');
    expect(() => readOtio('{"OTIO_SCHEMA": "Timeline.1", ')).toThrow('not JSON');
    expect(() => readOtio('')).toThrow(expect.objectContaining({ code: 'file-damaged' }));
  });

  it('carries unknown schemas, other kinds of track and metadata', () => {
    const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: 24, value });
    const range = { OTIO_SCHEMA: 'TimeRange.1', start_time: time(0), duration: time(12) };
    const timeline = {
      OTIO_SCHEMA: 'Timeline.7',
      name: 'odd',
      colour_of_the_day: 'blue',
      tracks: {
        OTIO_SCHEMA: 'Stack.1',
        children: [
          {
            OTIO_SCHEMA: 'Track.1',
            kind: 'Subtitle',
            name: 'de',
            children: [{ OTIO_SCHEMA: 'Caption.3', text: 'Hallo' }],
          },
          {
            OTIO_SCHEMA: 'Track.1',
            kind: 'Video',
            name: 'V1',
            children: [
              { OTIO_SCHEMA: 'Hologram.2', name: 'h', source_range: range, depth: [1, 2] },
              { OTIO_SCHEMA: 'Clip.1', name: 'c', source_range: range, metadata: { x: { y: [1.5, null] } } },
            ],
          },
        ],
      },
    };
    const { bundle, warnings } = readOtio(JSON.stringify(timeline));
    expect(warnings.join()).toContain('Hologram');
    expect(bundle.tracks[0]!.items.map((item) => (item.type === 'clip' ? item.duration : 0))).toEqual([12, 12]);
    const imported = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle } });
    expect(parseLenientJson(writeOtio(bundleOf(imported.project, imported.created[0]!)!))).toEqual(timeline);
  });

  it('reads the rates that people write', () => {
    expect(rateFromNumber(23.976)).toEqual({ num: 24_000, den: 1001 });
    expect(rateFromNumber(23.98)).toEqual({ num: 24_000, den: 1001 });
    expect(rateFromNumber(29.97)).toEqual({ num: 30_000, den: 1001 });
    expect(rateFromNumber(24_000 / 1001)).toEqual({ num: 24_000, den: 1001 });
    expect(rateFromNumber(12.5)).toEqual({ num: 25, den: 2 });
    expect(rateFromNumber(48_000)).toEqual({ num: 48_000, den: 1 });
  });

  it('keeps numbers that JavaScript cannot hold', () => {
    const text = '{"a": [170141183460469231731687303715884105728, -Infinity, NaN, Inf, 1.5e3, -0.25, 2147483648]}';
    const value = parseLenientJson(text);
    expect(writeLenientJson(value).replace(/\s+/g, '')).toBe(text.replace('1.5e3', '1500').replace(/\s+/g, ''));
    expect(parseLenientJson('"\\u00fc\\n"')).toBe('ü\n');
    for (const bad of ['[1,]', '{"a" 1}', '01', '[', 'nul', '"a\nb"', '{"a":1}x'])
      expect(() => parseLenientJson(bad)).toThrow('not JSON');
  });
});
