/** What this interface needs of a connection: a WebSocket is one, and so is a port of the desktop shell. */
export type EngineSocket = Pick<
  WebSocket,
  'addEventListener' | 'removeEventListener' | 'send' | 'close' | 'readyState' | 'binaryType'
>;

/** A message port that behaves as a WebSocket does, as far as this interface uses one. */
export class PortSocket extends EventTarget {
  binaryType: BinaryType = 'arraybuffer';
  #port: MessagePort | undefined;
  #closed = false;

  constructor(arriving: Promise<MessagePort>) {
    super();
    void arriving.then((port) => {
      if (this.#closed) {
        port.close();
        return;
      }
      this.#port = port;
      port.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })));
      port.addEventListener('close', () => this.close());
      port.start();
      this.dispatchEvent(new Event('open'));
    });
  }

  get readyState(): WebSocket['readyState'] {
    if (this.#closed) return WebSocket.CLOSED;
    return this.#port ? WebSocket.OPEN : WebSocket.CONNECTING;
  }

  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    this.#port?.postMessage(data);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port?.close();
    this.dispatchEvent(new Event('close'));
  }
}
