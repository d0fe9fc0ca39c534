import type { ModelUse } from '../../contract/provenance.ts';
import { RetakeError } from '../../core/errors.ts';
import { listPacks, type ModelId } from '../inference/index.ts';

/** A network as installed, for saying what a result was made with. Throws `model-damaged` when it is missing. */
export async function packUse(id: ModelId): Promise<ModelUse> {
  const pack = (await listPacks()).find((one) => one.id === id)?.manifest;
  if (!pack)
    throw new RetakeError('model-damaged', `The model pack "${id}" is not installed. Run "npm run models".`, {
      pack: id,
    });
  const sha256 = pack.files.find(({ name }) => name === pack.entry)?.sha256 ?? '';
  return { id, version: pack.version, sha256 };
}
