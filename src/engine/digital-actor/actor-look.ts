import { shapeIndex } from '../../core/performance.ts';
import { paintBackdrop } from './backdrop.ts';
import { type ActorState, createFrameGeometry, deform } from './frame-geometry.ts';
import { growBrowsAndLashes, growScalp, type Strands } from './hair.ts';
import { clamp } from './noise.ts';
import { ambientOcclusion } from './occlusion.ts';
import type { ActorScene } from './scene.ts';
import { bakeSkin, type SkinTexture } from './skin-texture.ts';

/** Things that are worked out once per actor and size. */
export interface ActorLook extends SurfaceLook, CoverLook {}

/** The half of {@link ActorLook} that is about skin. */
export interface SurfaceLook {
  readonly skin: SkinTexture;
}

/** The other half: what the light meets, hair, and the set. */
export interface CoverLook {
  /** Ambient occlusion per vertex with the mouth closed and open. */
  readonly closed: Float32Array;
  readonly open: Float32Array;
  readonly backdrop: Float32Array;
  readonly scalp: Strands;
  readonly brows: Strands;
}

const restState = (coefficients: Float32Array, scale: number): ActorState => ({
  coefficients,
  pose: Float32Array.from([0, 0, 0, 1, 0, 0, scale]),
  gaze: new Float32Array(4),
  breath: 0,
});

/** Bakes the skin for pictures with `scale` pixels per centimetre. */
export function buildSurfaceLook(scene: ActorScene, scale: number): SurfaceLook {
  const texels = Math.min(1280, Math.max(256, Math.ceil((scale * 62) / 64) * 64));
  return { skin: bakeSkin(scene, texels) };
}

/** Works out occlusion, hair and backdrop for pictures of width x height. */
export function buildCoverLook(
  scene: ActorScene,
  width: number,
  height: number,
  scale: number,
  seed: number,
): CoverLook {
  const geometry = createFrameGeometry(scene);
  const coefficients = new Float32Array(52);
  const directions = scale > 10 ? 48 : 24;
  deform(scene, restState(coefficients, 10), geometry);
  const closed = ambientOcclusion(scene, geometry, 10, directions);
  coefficients[shapeIndex('jawOpen')] = 0.55;
  deform(scene, restState(coefficients, 10), geometry);
  const open = ambientOcclusion(scene, geometry, 10, directions);
  const density = clamp(scale / 20, 0.12, 1.2);
  return {
    closed,
    open,
    backdrop: paintBackdrop(scene.variant, width, height, seed),
    scalp: growScalp(scene, seed, density),
    brows: growBrowsAndLashes(scene, seed, density),
  };
}
