import type { ModelUse } from '../../contract/provenance.ts';
import { loadPack, type ModelId } from '../inference/index.ts';

/** A network as installed, for saying what a result was made with. Throws what `loadPack` throws. */
export async function packUse(id: ModelId): Promise<ModelUse> {
  const { manifest } = await loadPack(id);
  const sha256 = manifest.files.find(({ name }) => name === manifest.entry)?.sha256 ?? '';
  return { id, version: manifest.version, sha256 };
}
