// Memory of the engine process after 1,000 scrubs over 20 clips of 720p and 1080p: of the plates, then with an emotion on
// every clip, as a person does who looks through a reel. `node bench/scrub-memory.ts plates` stops after the plates.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { hosted, openClient, openFrames } from '../src/host/host.test-support.ts';
import { writeLooped } from './speed/looped-clip.ts';

const CLIPS = 20;
const FRAMES = 25;
const SCRUBS = 1000;
const BAR_MIB = 1200;

const print = (figure: string, value: number, bar: number | string): void =>
  console.log(JSON.stringify({ bench: 'scrub-memory', figure, value: Math.round(value), unit: 'MiB', bar }));
let seed = 20_261_121;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

const { path: actor } = await digitalActorFixture({ seconds: 1, width: 320, height: 180, seed: 5 });
await using on = await hosted();
const { client, socket } = await openClient(on);
const frames = await openFrames(on);
const paths: string[] = [];
for (const [zoom, first] of [
  [4, 0],
  [6, 1],
] as const) {
  const one = join(on.folder, `clip-${first}.mp4`);
  await writeLooped(actor, one, FRAMES, zoom);
  for (let index = first; index < CLIPS; index += 2) {
    paths[index] = join(on.folder, `clip-${index}.mp4`);
    if (index !== first) copyFileSync(one, paths[index]!);
  }
}
const { handle } = await client.project.create({ path: join(on.folder, 'reel.retake'), name: 'Reel' });
const { sequence, media } = await client.media.import({ handle, paths, sequence: 'new' });
/** Until nothing runs in the background: preview copies are made after an import. */
async function rest(): Promise<void> {
  while ((await client.work.list()).some(({ state }) => state === 'running'))
    await new Promise((resolve) => setTimeout(resolve, 200));
}
await rest();

let seq = 0;
async function look(frame: number): Promise<void> {
  frames.send({ stream: 'viewer', seq: seq++, handle, sequence: sequence!, frame, quality: 'full', width: 1280 });
  const answer = await frames.next();
  if (!('payload' in answer)) throw new Error(JSON.stringify(answer));
}
const used = async (): Promise<number> => (await client.app.status()).memory.usedBytes / 2 ** 20;

/** 50 looks around a place, then another place; memory after each tenth of them. */
async function scrub(): Promise<number[]> {
  const after: number[] = [];
  for (let done = 0; done < SCRUBS; done++) {
    if (done % 50 === 0) place = random(CLIPS);
    await look(place * FRAMES + random(FRAMES));
    if ((done + 1) % (SCRUBS / 10) === 0) after.push(await used());
  }
  return after;
}
let place = 0;

function tell(what: string, after: readonly number[]): void {
  print(`${what}: engine memory after ${SCRUBS} scrubs over ${CLIPS} clips`, after.at(-1)!, BAR_MIB);
  print(`${what}: highest on the way`, Math.max(...after), BAR_MIB);
  print(`${what}: second half over first, of the means`, mean(after.slice(5)) - mean(after.slice(0, 5)), 'flat');
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

tell('plates', await scrub());
if (process.argv[2] !== 'plates') {
  // The copies have one content, so faces are followed twice in all.
  for (const id of media) {
    await client.work.track({ handle, media: id });
    await rest();
  }
  const { document } = await client.project.get({ handle });
  const clips = Object.values(document.items).flatMap((item) => (item.type === 'clip' ? [item.id] : []));
  const parameters = { label: { kind: 'constant', value: 'happy' } } as const;
  await client.project.edit({ handle, edits: [{ edit: 'addEffect', args: { clips, kind: 'emotion', parameters } }] });
  tell('with an emotion', await scrub());
}
socket.terminate();
frames.socket.terminate();
