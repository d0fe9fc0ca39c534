import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { eventIterator, os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PortSocket } from './port-socket.ts';

const router = {
  add: os.input(z.tuple([z.number(), z.number()])).handler(({ input: [a, b] }) => a + b),
  count: os.output(eventIterator(z.number())).handler(async function* () {
    for (let n = 1; n <= 3; n++) yield n;
  }),
};

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) for (const port of [port1, port2]) port.close();
});

function channel(): MessageChannel {
  const made = new MessageChannel();
  channels.push(made);
  return made;
}

function serve(port: MessagePort): void {
  new RPCHandler(router).upgrade(port);
  port.start();
}

describe('PortSocket', () => {
  it('carries procedures and streams as a WebSocket does, asked before the port is there', async () => {
    const { port1, port2 } = channel();
    serve(port1);
    const arriving = Promise.withResolvers<MessagePort>();
    const socket = new PortSocket(arriving.promise);
    const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ websocket: socket }));
    const sum = client.add([2, 40]);
    expect(socket.readyState).toBe(WebSocket.CONNECTING);
    arriving.resolve(port2);
    expect(await sum).toBe(42);
    expect(await Array.fromAsync(await client.count())).toEqual([1, 2, 3]);
    socket.close();
  });

  it('says once that it is closed, and calls under way fail', async () => {
    const { port1, port2 } = channel();
    const socket = new PortSocket(Promise.resolve(port2)); // nobody serves the other end
    const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ websocket: socket }));
    let closed = 0;
    socket.addEventListener('close', () => {
      closed += 1;
    });
    const call = client.add([1, 1]);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    port1.close();
    await expect(call).rejects.toThrow();
    socket.close();
    expect(closed).toBe(1);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it('closes a port that comes after it was given up', async () => {
    const { port1, port2 } = channel();
    const arriving = Promise.withResolvers<MessagePort>();
    const socket = new PortSocket(arriving.promise);
    socket.close();
    const gone = new Promise((resolve) => port1.addEventListener('close', resolve, { once: true }));
    port1.start();
    arriving.resolve(port2);
    await gone;
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});
