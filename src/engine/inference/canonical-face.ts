import { z } from 'zod';
import { RetakeError } from '../../core/errors.ts';
import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import type { PackFolder } from './pack-folders.ts';
import { loadPack } from './pack-store.ts';

const TRIANGLE_COUNT = 898;

/** The canonical face mesh (MediaPipe face geometry module). */
export interface CanonicalFace {
  /** [468, 3] centimetres: x to the picture's right, y up, z towards the camera. */
  readonly positions: Float32Array;
  /** [468, 2] texture coordinates 0..1, v counting from the top. */
  readonly uv: Float32Array;
  /** [898, 3] vertex numbers. */
  readonly triangles: Uint16Array;
  /** [468] weight of each landmark in the rigid alignment; 0 for all but 33. */
  readonly procrustesWeights: Float32Array;
}

const vertexNumber = z.number().int().nonnegative().lt(FACE_VERTEX_COUNT);
const schema = z.strictObject({
  positions: z.array(z.number()).length(FACE_VERTEX_COUNT * 3),
  uv: z.array(z.number()).length(FACE_VERTEX_COUNT * 2),
  triangles: z.array(vertexNumber).length(TRIANGLE_COUNT * 3),
  procrustes: z.array(z.strictObject({ landmark: vertexNumber, weight: z.number().positive() })).min(3),
});

/** Loads the pack `canonical-face`. Throws `model-missing` or `model-damaged`. */
export async function loadCanonicalFace(folders?: readonly PackFolder[]): Promise<CanonicalFace> {
  const pack = await loadPack('canonical-face', folders);
  const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(pack.entry)));
  if (!parsed.success) {
    const message = 'The pack "canonical-face" does not hold a face mesh. Run "npm run models -- --force".';
    throw new RetakeError('model-damaged', message, { pack: 'canonical-face', folder: pack.folder }, parsed.error);
  }
  const { positions, uv, triangles, procrustes } = parsed.data;
  const procrustesWeights = new Float32Array(FACE_VERTEX_COUNT);
  for (const { landmark, weight } of procrustes) procrustesWeights[landmark] = weight;
  return {
    positions: Float32Array.from(positions),
    uv: Float32Array.from(uv),
    triangles: Uint16Array.from(triangles),
    procrustesWeights,
  };
}
