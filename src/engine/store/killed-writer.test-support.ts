// A process that edits a project until somebody kills it: node killed-writer.test-support.ts PROJECT SEED FIRST COUNT
import { writeSync } from 'node:fs';
import { requestFrom, seededDice } from '../../core/document/random-edits.test-support.ts';
import { RetakeError } from '../../core/errors.ts';
import { ProjectStore } from './project-store.ts';

const [path, seed, first, count] = process.argv.slice(2);
// Never closed: disposal in good order is what this process is not about.
const store = ProjectStore.open(path!);
writeSync(1, `${store.readOnly ? 'read-only' : 'open'}\n`);
for (let index = Number(first); index < Number(first) + Number(count); index++) {
  const request = requestFrom(store.project, seededDice(Number(seed), index));
  try {
    if (request) store.edit(request);
  } catch (error) {
    if (!(error instanceof RetakeError)) throw error;
  }
  // Said only after the edit returned: what was said must still be there after the kill.
  writeSync(1, `${index} ${store.revision}\n`);
}
writeSync(1, 'done\n');
// Wait to be killed.
setInterval(() => {}, 1000);
