import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixtureProject } from './fixtures.test-support.ts';
import { checkProject } from './invariants.ts';
import { dice, tryEdit } from './random-edits.test-support.ts';
import { type FoundRow, salvageProject } from './salvage.ts';
import { type Project, projectSchema, TABLE_NAMES } from './schema.ts';

function rowsOf(project: Project): FoundRow[] {
  return TABLE_NAMES.flatMap((table) => Object.entries(project[table]).map(([id, value]) => ({ table, id, value })));
}

describe('salvage', () => {
  it('gives back a whole document as it was', () => {
    const project = fixtureProject();
    expect(salvageProject(project.head, rowsOf(project))).toEqual({ project, lost: [] });
  });

  it('makes a valid document of any part of the rows, and says what is gone', () => {
    fc.assert(
      fc.property(
        fc.array(dice, { maxLength: 40 }),
        fc.array(fc.nat(99), { maxLength: 12 }),
        fc.boolean(),
        (rolls, holes, headless) => {
          let project = fixtureProject();
          for (const roll of rolls) project = tryEdit(project, roll)?.project ?? project;
          const all = rowsOf(project);
          const gone = new Set(holes.map((hole) => hole % all.length));
          const rows = all.flatMap((row, index) => {
            if (!gone.has(index)) return [row];
            return index % 2 === 0 ? [] : [{ ...row, value: { broken: true } }];
          });
          const { project: saved, lost } = salvageProject(headless ? null : project.head, rows);
          expect(checkProject(saved)).toEqual([]);
          expect(projectSchema.safeParse(saved).error).toBeUndefined();
          expect(lost.filter((line) => line.startsWith('still wrong'))).toEqual([]);
          if (gone.size === 0 && !headless) expect(saved).toEqual(project);
          if (headless) expect(lost.join()).toContain('order of sequences');
        },
      ),
      { numRuns: 80 },
    );
  });
});
