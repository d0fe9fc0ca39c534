export type { FaceLayer } from './compose-frame.ts';
export { type ComposedFrame, Compositor, type CompositorOptions, type FaceNote } from './compositor.ts';
export type { EditPlan, TrackEdit } from './edit-plan.ts';
