import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { EngineContract } from '../../contract/engine.ts';
import { type EngineSocket, openSocket } from './transport.ts';

/** All procedures of the engine. */
export type EngineClient = ContractRouterClient<EngineContract>;

/** How long to wait before a connection that broke is tried again. */
const RETRY_MS = 700;

/** Whether it was thrown because the connection broke before the answer came, or was gone when it was asked. */
export function brokeOff(thrown: unknown): boolean {
  // The protocol's client ends what waits with the first, and refuses what comes later with the second.
  return thrown instanceof Error && (thrown.name === 'AbortError' || /WebSocket is not open/.test(thrown.message));
}

/** A sentence for a person from whatever was thrown. */
export function sentenceOf(thrown: unknown): string {
  if (brokeOff(thrown)) return 'The engine was lost before it answered. Try again when it says that it is ready.';
  // The engine's own errors are sentences; this one is of the protocol, about a value that no hand should have made.
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'BAD_REQUEST')
    return 'The engine cannot take this value, and nothing was changed. Try another one.';
  return thrown instanceof Error && thrown.message !== '' ? thrown.message : 'Something went wrong. See the log.';
}

function opened(socket: EngineSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('close', () => reject(new Error('The engine does not answer.')), { once: true });
  });
}

/**
 * Keeps a connection to the engine: `onClient` gets a client whenever one is there (again), and its return value ends
 * what it started when the connection breaks. Gives a function that ends it all.
 */
export function keepConnected(onClient: (client: EngineClient) => () => void, onLost: () => void): () => void {
  let over = false;
  let current: EngineSocket | undefined;
  const run = async (): Promise<void> => {
    while (!over) {
      const socket = openSocket('/rpc');
      current = socket;
      try {
        await opened(socket);
        const client: EngineClient = createORPCClient(new RPCLink({ websocket: socket }));
        const end = onClient(client);
        await new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
        end();
      } catch {
        // Tried again below.
      }
      if (over) return;
      onLost();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  void run();
  return () => {
    over = true;
    current?.close();
  };
}
