import { decodeFrame, type FrameAnswer, type FrameRefusal, type FrameWish } from '../../contract/frames.ts';
import { type EngineSocket, openSocket } from './transport.ts';

type Wish = Omit<FrameWish, 'seq'>;
type Waiting = { resolve: (answer: FrameAnswer | null) => void; reject: (error: Error) => void };

/** Asks the engine for frames over their own socket. Null is the answer to a wish that a newer one overtook. */
export class FrameSocket {
  #socket: EngineSocket | undefined;
  #seq = 0;
  readonly #waiting = new Map<number, Waiting>();
  #over = false;

  #connect(): EngineSocket {
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return this.#socket;
    const socket = openSocket('/frames');
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(data));
    socket.addEventListener('close', () => {
      for (const { resolve } of this.#waiting.values()) resolve(null);
      this.#waiting.clear();
    });
    this.#socket = socket;
    return socket;
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      const answer = decodeFrame(data);
      this.#take(answer.seq)?.resolve(answer);
      return;
    }
    const refusal = JSON.parse(data) as FrameRefusal;
    const waiting = this.#take(refusal.seq);
    if ('error' in refusal) waiting?.reject(new Error(refusal.error.message));
    else waiting?.resolve(null);
  }

  #take(seq: number): Waiting | undefined {
    const waiting = this.#waiting.get(seq);
    this.#waiting.delete(seq);
    return waiting;
  }

  /** Rejects with the engine's sentence. */
  request(wish: Wish): Promise<FrameAnswer | null> {
    if (this.#over) return Promise.resolve(null);
    const socket = this.#connect();
    this.#seq += 1;
    const seq = this.#seq;
    return new Promise((resolve, reject) => {
      this.#waiting.set(seq, { resolve, reject });
      const send = (): void => socket.send(JSON.stringify({ ...wish, seq }));
      if (socket.readyState === WebSocket.OPEN) send();
      else socket.addEventListener('open', send, { once: true });
    });
  }

  close(): void {
    this.#over = true;
    this.#socket?.close();
  }
}

/** The one socket of the page. */
export const frames = new FrameSocket();

/** A JPEG answer as a picture that can be drawn. */
export async function toBitmap(answer: FrameAnswer): Promise<ImageBitmap> {
  return await createImageBitmap(new Blob([answer.payload as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
}
