import type { SpreadEnergy } from '../../../core/geometry/index.ts';
import type { FaceRegions } from './regions.ts';

/** What shapes are built on: fixed for the mesh, whoever the actor is. */
export interface ShapeGround {
  readonly canonical: Float32Array;
  readonly mirror: Uint32Array;
  readonly regions: FaceRegions;
  readonly energy: SpreadEnergy;
}
