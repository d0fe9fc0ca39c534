export { JobQueue, partsFolder } from './job-queue.ts';
export { DEFAULT_SEGMENT_FRAMES } from './job-run.ts';
export type { FrameNote, Job, JobEvent, JobFailure, JobSpec, JobState, Segment } from './job-types.ts';
export { QueueRunner, type RunnerOptions } from './queue-runner.ts';
export type { RenderPlan, SegmentRenderer, SegmentRequest } from './segment-renderer.ts';
