export type { FrameNote, Job, JobEvent, JobFailure, JobSpec, JobState, Segment } from '../../contract/jobs.ts';
