import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../core/document/bundle.ts';
import { applyEdit, applyEdits } from '../../core/document/edit.ts';
import { checkProject } from '../../core/document/invariants.ts';
import { emptyProject } from '../../core/document/schema.ts';
import { parseLenientJson } from './lenient-json.ts';
import { readOtio } from './otio-read.ts';
import { writeOtio } from './otio-write.ts';
import { sharedTimelines } from './shared-files.test-support.ts';

const files = sharedTimelines('.otio');

describe.runIf(files.length > 0)('OTIO files of other programs', () => {
  it.each(files.map((path) => [basename(path), path]))('%s survives import, a project and export', (_name, path) => {
    const text = readFileSync(path, 'utf8');
    const { bundle, warnings } = readOtio(text);
    const edit = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle } });
    expect(checkProject(edit.project)).toEqual([]);
    const out = writeOtio(bundleOf(edit.project, edit.created[0]!)!);
    expect(parseLenientJson(out)).toEqual(parseLenientJson(text));
    expect(warnings.every((line) => line.length > 10)).toBe(true);
  });

  it('an edit changes only what it changes', () => {
    const path = files.find((file) => file.endsWith('simple_cut.otio'))!;
    const text = readFileSync(path, 'utf8');
    const first = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle: readOtio(text).bundle } });
    const [sequence, track] = first.created as [string, string];
    const clip = first.project.tracks[track]!.items[1]!;
    const trimmed = applyEdits(first.project, [{ edit: 'trim', args: { clip, edge: 'end', delta: -1 } }]);
    const before = parseLenientJson(text) as never as OtioTimeline;
    const after = parseLenientJson(writeOtio(bundleOf(trimmed.project, sequence)!)) as never as OtioTimeline;
    const duration = (timeline: OtioTimeline): { value: number } =>
      timeline.tracks.children[0]!.children[1]!.source_range.duration;
    expect(duration(after).value).toBe(duration(before).value - 1);
    duration(after).value += 1;
    expect(after).toEqual(before);
  });
});

interface OtioTimeline {
  readonly tracks: {
    readonly children: readonly { readonly children: readonly { source_range: { duration: { value: number } } }[] }[];
  };
}
