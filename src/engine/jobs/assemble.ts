import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { PRESETS } from '../../contract/presets.ts';
import { joinSegments } from '../media/index.ts';
import { partsFolder } from './job-queue.ts';
import type { JobSpec } from './job-types.ts';
import type { RenderPlan } from './segment-renderer.ts';

/** Where the finished part `index` of a job lies. */
export function partPath(spec: JobSpec, index: number): string {
  return join(partsFolder(spec.out), `part-${String(index).padStart(5, '0')}${PRESETS[spec.preset].extension}`);
}

/** Makes the folder for the parts, without what workers that were killed left half-written. */
export async function prepareParts(spec: JobSpec): Promise<void> {
  const folder = partsFolder(spec.out);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (name.startsWith('.')) await rm(join(folder, name), { recursive: true });
}

/** Image sequences: the images of all parts in one folder, numbered through; it appears when it is complete. */
async function joinSequences(parts: readonly string[], out: string): Promise<void> {
  const partial = join(dirname(resolve(out)), `.${basename(out)}.joining`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  let number = 0;
  for (const part of parts)
    for (const name of (await readdir(part)).sort()) {
      number += 1;
      await cp(join(part, name), join(partial, `frame-${String(number).padStart(6, '0')}${extname(name)}`));
    }
  await rm(out, { recursive: true, force: true });
  await rename(partial, out);
}

/** Frames of a variable-rate source from `from` to `until`, their times as they are in the whole. */
function timestampsOf({ timestamps }: RenderPlan, from: number, until: number) {
  if (!timestamps) return undefined;
  const { timeBase, ticks, end } = timestamps;
  const last = until < ticks.length ? ticks[until]! : end;
  return { timeBase, ticks: Float64Array.from(ticks.slice(from, until)), end: last };
}

/** Makes the output of a job from its parts. Doing it again after a kill gives the same film. */
export async function assemble(spec: JobSpec, plan: RenderPlan, parts: number, signal: AbortSignal): Promise<void> {
  const paths = Array.from({ length: parts }, (_, index) => partPath(spec, index));
  const from = spec.range?.from ?? 0;
  const until = spec.range?.until ?? plan.frameCount;
  if (PRESETS[spec.preset].sequence) await joinSequences(paths, spec.out);
  else
    await joinSegments(paths, spec.out, {
      preset: spec.preset,
      rate: plan.rate,
      timestamps: timestampsOf(plan, from, until),
      sourceForAudio: plan.audio,
      tags: plan.tags ?? {},
      timecode: plan.timecode,
      inputs: plan.inputs,
      signal,
    });
}

/** Removes what only an unfinished job needs. */
export async function removeParts(spec: JobSpec): Promise<void> {
  await rm(partsFolder(spec.out), { recursive: true, force: true });
}

/** Whether all inputs of a plan are still there. Gives the first that is not. */
export function missingInput(plan: RenderPlan): string | undefined {
  return plan.inputs.find((path) => !existsSync(path));
}
