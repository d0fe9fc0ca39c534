import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroundTruth } from './ground-truth.ts';
import { type DigitalActorOptions, readGroundTruth, renderDigitalActor, truthPath } from './render-actor.ts';

/** What {@link digitalActorFixture} renders; everything has a small default. */
export interface FixtureOptions extends Partial<Omit<DigitalActorOptions, 'outPath'>> {
  /** Folder of the cache; one under the system's temporary folder unless said otherwise. */
  readonly cache?: string;
}

/** Changes whenever a source file of the actor or of the face model does. */
async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['./', '../capture/face-model/']) {
    const url = new URL(folder, import.meta.url);
    const names = (await readdir(url)).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
    for (const name of names.sort()) hash.update(name).update(await readFile(new URL(name, url)));
  }
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * A clip of the digital actor with its ground truth, rendered once per set of options and version of the sources and
 * kept in a cache. Without options: one second of 320 x 180 at 25 frames per second.
 */
export async function digitalActorFixture(options: FixtureOptions = {}): Promise<{ path: string; truth: GroundTruth }> {
  const { cache, signal, onProgress, ...rest } = options;
  const wanted = { seconds: 1, width: 320, height: 180, rate: { num: 25, den: 1 }, seed: 1, ...rest };
  const key = createHash('sha256')
    .update(await sourceHash())
    .update(JSON.stringify(wanted))
    .digest('hex')
    .slice(0, 20);
  const folder = cache ?? join(tmpdir(), 'retake-digital-actor');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${wanted.variant ?? 'ada'}-${key}.mp4`);
  if ((await exists(path)) && (await exists(truthPath(path)))) return { path, truth: await readGroundTruth(path) };
  const truth = await renderDigitalActor({ ...wanted, outPath: path, signal, onProgress });
  return { path, truth };
}
