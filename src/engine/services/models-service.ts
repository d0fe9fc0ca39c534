import type { Result } from '../../contract/results.ts';
import { RetakeError } from '../../core/errors.ts';
import { listPacks } from '../inference/index.ts';

/**
 * Every model pack with its licence, hash and state. Listing already compares every file with its hash; with `verify` a
 * damaged pack is an error (`model-damaged`) and not just a line of the list.
 */
export async function models(options: { readonly verify?: boolean } = {}): Promise<Result<'models'>> {
  const packs = await listPacks();
  if (packs.length === 0)
    throw new RetakeError('model-missing', 'There are no models here. Run "npm run models" to build them.');
  const broken = packs.filter((pack) => pack.problem !== null);
  if (options.verify && broken.length > 0)
    throw new RetakeError('model-damaged', broken.map((pack) => pack.problem).join('\n'), {
      models: broken.map((pack) => pack.id),
    });
  return {
    command: 'models',
    verified: broken.length === 0,
    models: packs.map(({ id, manifest, origin, problem }) => {
      const entry = manifest?.files.find((file) => file.name === manifest.entry);
      return {
        id,
        version: manifest?.version ?? '',
        task: manifest?.task ?? '',
        title: manifest?.title ?? '',
        bytes: manifest?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0,
        sha256: entry?.sha256 ?? '',
        licence: manifest ? `weights ${manifest.licences.weights}, code ${manifest.licences.code}` : '',
        origin,
        problem,
      };
    }),
  };
}
