import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../core/document/bundle.ts';
import { applyEdit } from '../../core/document/edit.ts';
import { checkProject } from '../../core/document/invariants.ts';
import { emptyProject } from '../../core/document/schema.ts';
import { readEdl } from './edl-read.ts';
import { writeEdl } from './edl-write.ts';
import { sharedTimelines } from './shared-files.test-support.ts';

const files = sharedTimelines('.edl');

/** Times of all events, in order. */
const times = (text: string): string[] =>
  text
    .split('\n')
    .flatMap(
      (line) => /(\d\d:\d\d:\d\d[:;]\d\d\s+){3}\d\d:\d\d:\d\d[:;]\d\d/.exec(line)?.[0].replaceAll(';', ':') ?? [],
    );

describe.runIf(files.length > 0)('edit lists of other programs', () => {
  it.each(files.map((path) => [basename(path), path]))(
    '%s keeps where its events start through a project',
    (name, path) => {
      const text = readFileSync(path, 'utf8');
      const { bundle, warnings } = readEdl(text);
      const edit = applyEdit(emptyProject('x'), { edit: 'importSequence', args: { bundle } });
      expect(checkProject(edit.project)).toEqual([]);
      const written = writeEdl(bundleOf(edit.project, edit.created[0]!)!).text;
      // Some of these lists lie over themselves by frames; where events start holds nevertheless.
      const record = (list: string): string[] => times(list).map((line) => line.split(/\s+/)[2]!);
      // Gaps come out as black events of their own.
      const events = written
        .split('\n')
        .filter((line) => !/^\d+ +BL /.test(line))
        .join('\n');
      expect(record(events)).toEqual(record(text));
      expect(warnings.some((line) => line.includes('speed'))).toBe(/^M2/m.test(text));
      const clips = Object.values(edit.project.items).filter((item) => item.type === 'clip');
      expect(clips.map((clip) => clip.name)).toEqual(
        name.startsWith('pull')
          ? ['A036C010_191203', 'A066C008_191219', 'A152C002_200208']
          : [...text.matchAll(/FROM CLIP NAME: +(.*?)\s*$/gm)].map((match) => match[1]),
      );
    },
  );
});
