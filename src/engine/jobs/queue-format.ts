import type { FileFormat } from '../store/index.ts';
import type { Job, JobFailure, JobSpec, JobState } from './job-types.ts';

/** What a queue file holds. `wish` is what a person asked of a running job; its runner obeys within moments. */
export const QUEUE_FORMAT: FileFormat = {
  applicationId: 0x52_74_6b_51, // "RtkQ"
  noun: 'Retake render queue',
  migrations: [
    {
      version: 1,
      what: 'jobs, segments, notes',
      up: (db) =>
        db.exec(`
        CREATE TABLE jobs (
          id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL DEFAULT 'queued', wish TEXT,
          spec TEXT NOT NULL, plan TEXT, fingerprints TEXT,
          priority INTEGER NOT NULL, position REAL NOT NULL, crashes INTEGER NOT NULL DEFAULT 0,
          failure TEXT, created TEXT NOT NULL, started TEXT, finished TEXT
        ) STRICT;
        CREATE TABLE dependencies (
          job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
          needs INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, PRIMARY KEY (job, needs)
        ) STRICT;
        CREATE TABLE segments (
          job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
          number INTEGER NOT NULL, first INTEGER NOT NULL, frames INTEGER NOT NULL,
          state TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0, sha256 TEXT,
          PRIMARY KEY (job, number)
        ) STRICT;
        CREATE TABLE notes (
          job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
          frame INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (job, frame, reason)
        ) STRICT;`),
    },
  ],
};

/** A row of the jobs table with its sums. */
export interface JobRow {
  readonly id: number;
  readonly state: JobState;
  readonly spec: string;
  readonly priority: number;
  readonly position: number;
  readonly crashes: number;
  readonly failure: string | null;
  readonly created: string;
  readonly started: string | null;
  readonly finished: string | null;
  readonly frames_done: number;
  readonly frames_total: number;
  readonly segments_done: number;
  readonly segments_total: number;
  readonly needs: string;
}

/** Selects {@link JobRow}s. */
export const SELECT_JOBS = `
  SELECT jobs.*,
    (SELECT coalesce(sum(frames), 0) FROM segments WHERE job = jobs.id AND state = 'done') AS frames_done,
    (SELECT coalesce(sum(frames), 0) FROM segments WHERE job = jobs.id) AS frames_total,
    (SELECT count(*) FROM segments WHERE job = jobs.id AND state = 'done') AS segments_done,
    (SELECT count(*) FROM segments WHERE job = jobs.id) AS segments_total,
    (SELECT json_group_array(needs) FROM dependencies WHERE job = jobs.id) AS needs
  FROM jobs`;

/** A job as callers see it. */
export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    state: row.state,
    spec: JSON.parse(row.spec) as JobSpec,
    priority: row.priority,
    position: row.position,
    dependsOn: JSON.parse(row.needs) as number[],
    framesDone: row.frames_done,
    framesTotal: row.frames_total,
    segmentsDone: row.segments_done,
    segmentsTotal: row.segments_total,
    crashes: row.crashes,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as JobFailure),
    created: row.created,
    started: row.started,
    finished: row.finished,
  };
}
