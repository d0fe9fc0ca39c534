import { parentPort, workerData } from 'node:worker_threads';
import { asRetakeError } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import { buildFaceModel } from '../capture/face-model/index.ts';
import { type ActorLook, buildCoverLook, buildSurfaceLook } from './actor-look.ts';
import { Film } from './film.ts';
import type { ActorState } from './frame-geometry.ts';
import { FrameRenderer } from './frame-renderer.ts';
import { buildScene } from './scene.ts';
import { ACTOR_VARIANTS, type ActorId } from './variant.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly mesh: Parameters<typeof buildFaceModel>[0];
  readonly variant: ActorId;
  readonly levels: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly seed: number;
}

/** What the renderer asks of a worker. */
export type WorkerTask =
  | { readonly kind: 'surface' | 'cover' }
  | { readonly kind: 'look'; readonly look: ActorLook }
  | { readonly kind: 'frame'; readonly frame: number; readonly state: ActorState };

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly kind: 'part'; readonly part: Partial<ActorLook> }
  | { readonly kind: 'ready' }
  | { readonly kind: 'frame'; readonly frame: number; readonly picture: Picture }
  | { readonly kind: 'error'; readonly message: string };

const port = parentPort;
if (port !== null) {
  const setup = workerData as WorkerSetup;
  const scene = buildScene(buildFaceModel(setup.mesh), ACTOR_VARIANTS[setup.variant], setup.levels);
  const film = new Film(setup.width, setup.height, setup.seed);
  let renderer: FrameRenderer | undefined;
  const answer = (task: WorkerTask): WorkerAnswer => {
    switch (task.kind) {
      case 'surface':
        return { kind: 'part', part: buildSurfaceLook(scene, setup.scale) };
      case 'cover':
        return { kind: 'part', part: buildCoverLook(scene, setup.width, setup.height, setup.scale, setup.seed) };
      case 'look':
        renderer = new FrameRenderer(scene, task.look, setup.width, setup.height);
        return { kind: 'ready' };
      case 'frame':
        renderer!.render(task.state);
        return { kind: 'frame', frame: task.frame, picture: film.develop(renderer!.picture, task.frame) };
    }
  };
  port.on('message', (task: WorkerTask) => {
    try {
      const reply = answer(task);
      const transfer = reply.kind === 'frame' ? [reply.picture.planes[0]!.buffer as ArrayBuffer] : [];
      port.postMessage(reply, transfer);
    } catch (error) {
      port.postMessage({ kind: 'error', message: asRetakeError(error).message } satisfies WorkerAnswer);
    }
  });
}
