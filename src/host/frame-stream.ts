import {
  encodeFrame,
  type FrameAnswer,
  type FrameRefusal,
  type FrameRequest,
  frameRequestSchema,
} from '../contract/frames.ts';
import { asRetakeError, type RetakeError } from '../core/errors.ts';

/** Wishes that may wait in a stream of mode `queue`; more are refused, oldest first. */
const LONGEST_QUEUE = 16;
/** Streams of one client: a viewer, its other side, a mesh, some thumbnails. */
const MOST_STREAMS = 32;

/** The way back to one client. */
export interface FrameSink {
  /** Resolves when the client has taken so much of it that more may be sent: this is the back-pressure. */
  send(message: string | Uint8Array<ArrayBuffer>): Promise<void>;
}

/** What makes frames. */
export type FrameSource = (request: FrameRequest, signal: AbortSignal) => Promise<FrameAnswer>;

interface Stream {
  readonly waiting: FrameRequest[];
  working: { readonly request: FrameRequest; readonly abort: AbortController } | undefined;
}

/**
 * Serves the wishes of one client for frames. In each stream one frame is made at a time; of wishes of mode `latest`
 * only the newest waits, and it calls off an older one that has not begun. Nothing is made while the client has not taken the
 * answer before, so a slow client gets fewer frames rather than late ones.
 */
export class FrameStreams implements Disposable {
  readonly #streams = new Map<string, Stream>();
  readonly #source: FrameSource;
  readonly #sink: FrameSink;
  #closed = false;

  constructor(source: FrameSource, sink: FrameSink) {
    [this.#source, this.#sink] = [source, sink];
  }

  /** Takes a message of the client. A malformed one is answered with an error and changes nothing. */
  receive(text: string): void {
    if (this.#closed) return;
    const parsed = parseRequest(text);
    if (!parsed.request) {
      this.#tell({ stream: parsed.stream, seq: parsed.seq, error: parsed.error });
      return;
    }
    const { request } = parsed;
    const stream = this.#stream(request.stream);
    if (request.mode === 'latest') {
      for (const old of stream.waiting.splice(0)) this.#superseded(old);
      if (stream.working?.request.mode === 'latest') stream.working.abort.abort();
    }
    stream.waiting.push(request);
    if (stream.waiting.length > LONGEST_QUEUE) this.#superseded(stream.waiting.shift()!);
    if (!stream.working) void this.#work(stream);
  }

  #stream(name: string): Stream {
    let stream = this.#streams.get(name);
    if (!stream) {
      stream = { waiting: [], working: undefined };
      this.#streams.set(name, stream);
      for (const [other, { working }] of this.#streams) {
        if (this.#streams.size <= MOST_STREAMS) break;
        if (!working && other !== name) this.#streams.delete(other);
      }
    }
    return stream;
  }

  async #work(stream: Stream): Promise<void> {
    for (;;) {
      const request = stream.waiting.shift();
      if (!request || this.#closed) break;
      const abort = new AbortController();
      stream.working = { request, abort };
      try {
        const answer = await this.#source(request, abort.signal);
        await this.#sink.send(encodeFrame(answer));
      } catch (thrown) {
        const error = asRetakeError(thrown);
        if (error.code === 'cancelled' && abort.signal.aborted) this.#superseded(request);
        else this.#tell({ stream: request.stream, seq: request.seq, error: error.toJSON() });
      }
    }
    stream.working = undefined;
  }

  #superseded({ stream, seq }: FrameRequest): void {
    this.#tell({ stream, seq, superseded: true });
  }

  #tell(refusal: FrameRefusal): void {
    // A client that is gone needs no answer; its connection's end disposes of us.
    if (!this.#closed) void this.#sink.send(JSON.stringify(refusal)).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const { waiting, working } of this.#streams.values()) {
      waiting.length = 0;
      working?.abort.abort();
    }
    this.#streams.clear();
  }
}

type Parsed =
  | { readonly request: FrameRequest }
  | {
      readonly request: undefined;
      readonly stream: string;
      readonly seq: number;
      readonly error: ReturnType<RetakeError['toJSON']>;
    };

function parseRequest(text: string): Parsed {
  const refuse = (message: string, given: unknown): Parsed => {
    const { stream, seq } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
    return {
      request: undefined,
      stream: typeof stream === 'string' ? stream.slice(0, 64) : '',
      seq: typeof seq === 'number' ? seq : 0,
      error: { code: 'invalid-argument', message, details: {} },
    };
  };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return refuse('A wish for a frame is JSON.', undefined);
  }
  const parsed = frameRequestSchema.safeParse(given);
  if (parsed.success) return { request: parsed.data };
  const [issue] = parsed.error.issues;
  return refuse(`This wish for a frame is malformed: ${issue?.path.join('.')}: ${issue?.message}`, given);
}
