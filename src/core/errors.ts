/**
 * Every way in which Retake can refuse or fail, as a closed list. Interfaces switch over it exhaustively;
 * a new failure gets a new code here, a message that tells a person what to do, and a test.
 */
export const ERROR_CODES = [
  'invalid-argument', // an option or value out of its range
  'unknown-label', // an emotion, action unit or preset that does not exist
  'invalid-range', // --from/--until outside the clip or reversed
  'file-not-found',
  'file-unreadable', // no permission, or not a regular file
  'not-media', // readable, but no container that FFmpeg knows
  'media-damaged', // a container that breaks off or does not decode
  'no-video', // audio only
  'no-audio', // sound was asked for and there is none
  'media-unsupported', // decodes to something Retake cannot carry (size, pixel format)
  'no-face', // nothing to work on in the whole range
  'output-exists-as-input', // output would overwrite its own source
  'output-unwritable', // directory missing, not a directory, or not permitted
  'disk-full',
  'model-missing',
  'model-damaged', // hash, shape or format differs from the manifest
  'inference-failed',
  'file-damaged', // a Retake file (performance, provenance, project) that does not parse
  'version-too-new', // written by a later Retake
  'project-locked', // open for writing in another process
  'not-found', // an id that names nothing
  'conflict', // an edit that the document's invariants forbid
  'unauthorised', // wrong token, Host or Origin
  'cancelled',
  'internal', // a defect of Retake
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Optional facts about a failure that a machine can read; JSON-safe. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * The one error class that crosses module borders. `message` says what happened and what to do, in sentences a
 * film editor understands; `details` names files and values; `cause` keeps the technical error.
 */
export class RetakeError extends Error {
  override readonly name = 'RetakeError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** JSON form for `--json` and RPC: `{ code, message, details }`. */
  toJSON(): { code: ErrorCode; message: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** The error itself if it is a RetakeError, else an `internal` (or `cancelled`, for an AbortError) around it. */
export function asRetakeError(error: unknown): RetakeError {
  if (error instanceof RetakeError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new RetakeError('cancelled', 'Cancelled.', {}, error);
  const text = error instanceof Error ? error.message : String(error);
  return new RetakeError(
    'internal',
    `Something in Retake went wrong: ${text} Please report it with the log.`,
    {},
    error,
  );
}

/** Throws `cancelled` when the signal has fired; call it between frames of long work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RetakeError('cancelled', 'Cancelled.');
}

/** What `work` comes to, or `cancelled` as soon as the signal fires; the work itself goes on for whoever asks next. */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  throwIfCancelled(signal);
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = (): void => reject(new RetakeError('cancelled', 'Cancelled.'));
  signal.addEventListener('abort', cancel);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
