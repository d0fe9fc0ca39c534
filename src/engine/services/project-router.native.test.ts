import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { jobsContract } from '../../contract/jobs.ts';
import type { ProjectEvent, projectContract } from '../../contract/project.ts';
import { applyProjectPatches, type EditRequest } from '../../core/document/edit.ts';
import { mediaOf } from '../../core/document/fixtures.test-support.ts';
import type { Project } from '../../core/document/schema.ts';
import { JobQueue } from '../jobs/index.ts';
import { JobEvents, jobsRouter, projectRouter } from './project-router.ts';
import { ProjectSessions } from './project-sessions.ts';

type Client = ContractRouterClient<{ project: typeof projectContract; jobs: typeof jobsContract }>;

interface Connected extends AsyncDisposable {
  readonly client: Client;
}

type Router = ReturnType<typeof routerOf>;
const routerOf = (sessions: ProjectSessions, queue: JobQueue, events: JobEvents) => ({
  project: projectRouter(sessions),
  jobs: jobsRouter(queue, events),
});

function overPort(router: Router): Connected {
  const { port1, port2 } = new MessageChannel();
  new PortHandler(router).upgrade(port1);
  port1.start();
  port2.start();
  return {
    client: createORPCClient(new PortLink({ port: port2 })),
    async [Symbol.asyncDispose]() {
      port1.close();
      port2.close();
    },
  };
}

async function overSocket(router: Router): Promise<Connected> {
  const server: Server = createServer();
  const sockets = new WebSocketServer({ server });
  const handler = new SocketHandler(router);
  sockets.on('connection', (socket) => void handler.upgrade(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    client: createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket })),
    async [Symbol.asyncDispose]() {
      socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each([
  ['a MessagePort', overPort],
  ['a WebSocket', overSocket],
])('the contract over %s', (_name, connect) => {
  let folder: string;
  let sessions: ProjectSessions;
  let queue: JobQueue;
  let events: JobEvents;
  let connected: Connected;
  let client: Client;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'retake-router-'));
    sessions = new ProjectSessions('retake test', 50);
    queue = JobQueue.open(join(folder, 'queue.sqlite'));
    events = new JobEvents();
    connected = await connect(routerOf(sessions, queue, events));
    client = connected.client;
  });
  afterEach(async () => {
    await connected[Symbol.asyncDispose]();
    sessions[Symbol.dispose]();
    queue[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const setUp: EditRequest[] = [
    { edit: 'addSequence', args: { name: 'Cut', rate: { num: 25, den: 1 }, width: 1920, height: 1080 } },
    { edit: 'importMedia', args: { media: [mediaOf('one', 100)] } },
  ];

  it('creates, edits, undoes and reopens a project; a listener can follow by patches alone', async () => {
    const path = join(folder, 'film.retake');
    const { handle, document } = await client.project.create({ path, name: 'Film' });
    const stop = new AbortController();
    const followed: Promise<Project> = (async () => {
      let current = document as unknown as Project;
      for await (const event of await client.project.events({ handle }, { signal: stop.signal })) {
        const { type } = event as ProjectEvent;
        if (type === 'closed') break;
        if (event.type === 'change') current = applyProjectPatches(current, event.change.patches as never);
      }
      return current;
    })();
    await new Promise((resolve) => setTimeout(resolve, 50)); // the listener is there
    await client.project.edit({ handle, edits: setUp });
    const placed = await client.project.edit({
      handle,
      edits: [{ edit: 'append', args: { clips: [{ track: 'v2', media: 'f4' }] } }],
    });
    expect(placed).toMatchObject({ label: 'Append clip', created: ['c5'] });
    const { drag } = await client.project.beginDrag({ handle, label: 'Trim' });
    for (const delta of [-1, -5, -9])
      await client.project.updateDrag({
        handle,
        drag,
        edits: [{ edit: 'trim', args: { clip: 'c5', edge: 'end', delta } }],
      });
    await client.project.finishDrag({ handle, drag });
    // A hand that comes back to where it began changes nothing and leaves no step.
    const { drag: there } = await client.project.beginDrag({ handle, label: 'There and back' });
    const trim = { edit: 'trim' as const, args: { clip: 'c5', edge: 'end' as const, delta: -2 } };
    for (const edits of [[], [trim], []]) await client.project.updateDrag({ handle, drag: there, edits });
    await client.project.finishDrag({ handle, drag: there });
    expect((await client.project.history({ handle })).undo).toEqual(['Trim', 'Append clip', 'Add sequence']);
    expect((await client.project.undo({ handle }))?.label).toBe('Trim');
    expect((await client.project.redo({ handle }))?.label).toBe('Trim');
    expect(await client.project.redo({ handle })).toBeNull();
    expect(await client.project.verify({ handle })).toEqual([]);
    const stored = sessions.store(handle).project;
    await client.project.close({ handle });
    expect(await followed).toEqual(stored);
    stop.abort();
    const again = await client.project.open({ path });
    expect(again.document).toEqual(JSON.parse(JSON.stringify(stored)));
    expect(again.readOnly).toBe(false);
  });

  it('refuses with typed errors', async () => {
    const missing = await safe(client.project.open({ path: join(folder, 'none.retake') }));
    expect(isDefinedError(missing.error)).toBe(true);
    expect(missing.error).toMatchObject({ code: 'file-not-found', data: { path: join(folder, 'none.retake') } });
    const { handle } = await client.project.create({ path: join(folder, 'a.retake'), name: 'A' });
    const refused = await safe(client.project.edit({ handle, edits: [{ edit: 'remove', args: { items: ['c99'] } }] }));
    expect(refused.error).toMatchObject({ code: 'not-found' });
    const unknown = await safe(client.project.edit({ handle, edits: [{ edit: 'explode', args: {} } as never] }));
    expect(unknown.error).toMatchObject({ code: 'BAD_REQUEST' });
    const closed = await safe(client.project.undo({ handle: 'nobody' }));
    expect(closed.error).toMatchObject({ code: 'not-found' });
  });

  it('takes timelines in and gives them out', async () => {
    const { handle } = await client.project.create({ path: join(folder, 'a.retake'), name: 'A' });
    const list = join(folder, 'in.edl');
    writeFileSync(list, 'TITLE: T\n001  TAPE1    V     C        10:00:00:00 10:00:04:00 01:00:00:00 01:00:04:00\n');
    const read = await client.project.importTimeline({ handle, path: list, rate: { num: 25, den: 1 } });
    expect(read.warnings).toEqual([]);
    for (const name of ['out.otio', 'out.edl', 'out.fcpxml']) {
      const { path } = await client.project.exportTimeline({
        handle,
        sequence: read.sequence,
        path: join(folder, name),
      });
      expect(path).toBe(join(folder, name));
    }
    const back = await client.project.importTimeline({ handle, path: join(folder, 'out.otio') });
    expect(back.change.created).not.toContain(read.sequence);
    const bad = await safe(client.project.importTimeline({ handle, path: join(folder, 'out.fcpxml') }));
    expect(bad.error).toMatchObject({ code: 'invalid-argument' });
  });

  it('serves the render queue and its events', async () => {
    const spec = { name: 'x', renderer: 'r', payload: { a: [1] }, out: join(folder, 'x.mkv'), preset: 'ffv1' } as const;
    const { job } = await client.jobs.add(spec);
    expect(await client.jobs.list()).toMatchObject([{ id: job, state: 'queued', spec }]);
    const iterator = await client.jobs.events();
    await new Promise((resolve) => setTimeout(resolve, 50));
    events.emit({ type: 'state', job, state: 'running', failure: null });
    expect(await iterator.next()).toMatchObject({ value: { type: 'state', state: 'running' } });
    await iterator.return?.();
    await client.jobs.pause({ job });
    const refused = await safe(client.jobs.pause({ job }));
    expect(refused.error).toMatchObject({ code: 'conflict', data: { job, state: 'paused' } });
    expect((await client.jobs.get({ job })).job.state).toBe('paused');
  });
});
