import { cpus, totalmem } from 'node:os';
import type { Result } from '../../contract/results.ts';
import { asRetakeError } from '../../core/errors.ts';
import { type InferenceCapabilities, inferenceCapabilities, listPacks } from '../inference/index.ts';
import { mediaCapabilities } from '../media/index.ts';
import { programVersion } from './version.ts';

type Problem = Result<'doctor'>['problems'][number];

/** Memory under which long 4K work may not fit. */
const LITTLE_MEMORY_GIB = 4;

/** Tries what Retake needs on this machine and says what does not work. Never throws for a missing part: it lists it. */
export async function doctor(): Promise<Result<'doctor'>> {
  const problems: Problem[] = [];
  const inference = await inferenceCapabilities().catch((error: unknown) => {
    problems.push({ severity: 'error', message: asRetakeError(error).message });
    return null;
  });
  const media = await mediaCapabilities();
  for (const preset of media.presets)
    if (!preset.available)
      problems.push({
        severity: 'warning',
        message: `Preset ${preset.id} cannot be written: there is no encoder ${preset.encoder}.`,
      });
  for (const name of media.missingDecoders)
    problems.push({
      severity: 'warning',
      message: `Clips in ${name} cannot be read: this FFmpeg has no decoder for it.`,
    });
  const packs = inference?.packs ?? (await listPacks());
  for (const pack of packs) if (pack.problem) problems.push({ severity: 'error', message: pack.problem });
  if (packs.length === 0)
    problems.push({ severity: 'error', message: 'There are no models. Run "npm run models" to build them.' });
  const memoryGiB = Math.round((totalmem() / 2 ** 30) * 10) / 10;
  if (memoryGiB < LITTLE_MEMORY_GIB)
    problems.push({ severity: 'warning', message: `${memoryGiB} GiB of memory is little for 4K clips.` });
  return {
    command: 'doctor',
    ok: problems.every((problem) => problem.severity !== 'error'),
    versions: {
      retake: programVersion(),
      node: process.versions.node,
      ffmpeg: `${media.ffmpeg} (${media.licence})`,
      'onnx runtime': inference?.onnxRuntime ?? 'not usable',
    },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB,
      adapters: [...(inference?.adapters ?? [])],
    },
    providers: providerRows(inference),
    presets: media.presets.map((preset) => ({
      ...preset,
      hardware: [...preset.hardware],
      faults: [...preset.faults],
    })),
    devices: [...media.devices],
    models: packs.map(({ id, manifest, problem }) => ({ id, version: manifest?.version ?? '', problem })),
    problems,
  };
}

function providerRows(inference: InferenceCapabilities | null): Result<'doctor'>['providers'] {
  return (inference?.providers ?? []).map(({ id, usable, detail, error, milliseconds }) => ({
    id,
    usable,
    detail,
    error,
    milliseconds,
  }));
}
