import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { OpenProject, ProjectChange, ProjectEvent } from '../../contract/project.ts';
import { bundleOf } from '../../core/document/bundle.ts';
import type { EditRequest } from '../../core/document/edit.ts';
import type { Project } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { type Change, type Drag, ProjectStore } from '../store/index.ts';
import { EventChannel } from './event-channel.ts';

/** An open project, by what it takes to open it again. */
export interface OpenedProject {
  readonly handle: string;
  readonly path: string;
  readonly readOnly: boolean;
}

interface Session {
  readonly handle: string;
  readonly store: ProjectStore;
  readonly drags: Map<string, Drag>;
  readonly listeners: Set<EventChannel<ProjectEvent>>;
  /** How many clients have it open. */
  users: number;
}

/** The contract's types are mutable; documents are frozen. */
const asContract = (project: Project): OpenProject['document'] => project as unknown as OpenProject['document'];

/** Projects that clients of one engine have open. The same file is opened once, however many clients. */
export class ProjectSessions implements Disposable {
  readonly #sessions = new Map<string, Session>();
  /** Called when a project was opened or closed. */
  onOpened: (() => void) | undefined;
  readonly #writtenBy: string;
  readonly #timer: NodeJS.Timeout;

  /** `pollMs`: how often read-only projects are looked at for what others wrote. */
  constructor(writtenBy: string, pollMs = 500) {
    this.#writtenBy = writtenBy;
    this.#timer = setInterval(() => this.#follow(), pollMs);
    this.#timer.unref();
  }

  create(path: string, name: string): OpenProject {
    return this.#admit(ProjectStore.create(resolve(path), name, { writtenBy: this.#writtenBy }));
  }

  open(path: string, readOnly = false): OpenProject {
    const full = resolve(path);
    const known = [...this.#sessions.values()].find(({ store }) => store.path === full && store.readOnly === readOnly);
    if (!known) return this.#admit(ProjectStore.open(full, { writtenBy: this.#writtenBy, readOnly }));
    known.users += 1;
    return this.#describe(known);
  }

  /** Opens a project under the handle that it had before the engine was restarted. */
  reopen({ handle, path, readOnly }: OpenedProject): OpenProject {
    return this.#admit(ProjectStore.open(path, { writtenBy: this.#writtenBy, readOnly }), handle);
  }

  /** What is open, enough to open it again. */
  opened(): OpenedProject[] {
    return [...this.#sessions.values()].map(({ handle, store: { path, readOnly } }) => ({ handle, path, readOnly }));
  }

  /** An open project as it stands. */
  describe(handle: string): OpenProject {
    return this.#describe(this.#get(handle));
  }

  #admit(store: ProjectStore, handle: string = randomUUID()): OpenProject {
    const session: Session = { handle, store, drags: new Map(), listeners: new Set(), users: 1 };
    this.#sessions.set(session.handle, session);
    this.onOpened?.();
    return this.#describe(session);
  }

  #describe({ handle, store }: Session): OpenProject {
    return {
      handle,
      path: store.path,
      readOnly: store.readOnly,
      writer: store.writer ?? null,
      backups: [...store.backups],
      revision: store.revision,
      document: asContract(store.project),
    };
  }

  #get(handle: string): Session {
    const session = this.#sessions.get(handle);
    if (!session) throw new RetakeError('not-found', 'This project is not open any more. Open it again.', { handle });
    return session;
  }

  store(handle: string): ProjectStore {
    return this.#get(handle).store;
  }

  /** The file is closed when the last client closes it. */
  close(handle: string): void {
    const session = this.#get(handle);
    session.users -= 1;
    if (session.users > 0) return;
    this.#sessions.delete(handle);
    this.onOpened?.();
    for (const drag of session.drags.values()) drag.cancel();
    this.#emit(session, { type: 'closed' });
    for (const listener of session.listeners) listener.close();
    session.store.close();
  }

  edit(handle: string, edits: readonly EditRequest[], label?: string): ProjectChange {
    const session = this.#get(handle);
    return this.#tell(session, session.store.edit(edits, label));
  }

  undo(handle: string): ProjectChange | null {
    const session = this.#get(handle);
    const change = session.store.undo();
    return change ? this.#tell(session, change) : null;
  }

  redo(handle: string): ProjectChange | null {
    const session = this.#get(handle);
    const change = session.store.redo();
    return change ? this.#tell(session, change) : null;
  }

  beginDrag(handle: string, label?: string): string {
    const session = this.#get(handle);
    const id = randomUUID();
    session.drags.set(id, session.store.drag(label));
    return id;
  }

  #drag(session: Session, id: string): Drag {
    const drag = session.drags.get(id);
    if (!drag) throw new RetakeError('not-found', 'This drag is over.', { drag: id });
    return drag;
  }

  updateDrag(handle: string, id: string, edits: readonly EditRequest[]): ProjectChange {
    const session = this.#get(handle);
    return this.#tell(session, this.#drag(session, id).update(edits));
  }

  finishDrag(handle: string, id: string): void {
    const session = this.#get(handle);
    this.#drag(session, id).finish();
    session.drags.delete(id);
  }

  cancelDrag(handle: string, id: string): void {
    const session = this.#get(handle);
    const change = this.#drag(session, id).cancel();
    session.drags.delete(id);
    if (change) this.#tell(session, change);
  }

  /** Tells listeners the whole document, after something edited the store itself. */
  announce(handle: string): void {
    this.#emitDocument(this.#get(handle));
  }

  #emitDocument(session: Session): void {
    this.#emit(session, {
      type: 'replaced',
      revision: session.store.revision,
      document: asContract(session.store.project),
    });
  }

  bundle(handle: string, sequence: string) {
    const bundle = bundleOf(this.store(handle).project, sequence);
    if (!bundle) throw new RetakeError('not-found', `There is no sequence ${sequence} in the project.`, { sequence });
    return bundle;
  }

  listen(handle: string, signal: AbortSignal | undefined): EventChannel<ProjectEvent> {
    const session = this.#get(handle);
    const channel = new EventChannel<ProjectEvent>({
      signal,
      key: (event) => (event.type === 'replaced' ? 'replaced' : undefined),
      onClose: (closed) => session.listeners.delete(closed),
    });
    session.listeners.add(channel);
    return channel;
  }

  #asChange({ store }: Session, { label, patches, created }: Change): ProjectChange {
    return {
      label,
      revision: store.revision,
      patches: patches as ProjectChange['patches'],
      created: [...created],
    };
  }

  #tell(session: Session, change: Change): ProjectChange {
    const told = this.#asChange(session, change);
    if (change.patches.length > 0) this.#emit(session, { type: 'change', change: told });
    return told;
  }

  #emit(session: Session, event: ProjectEvent): void {
    for (const listener of session.listeners) listener.push(event);
  }

  #follow(): void {
    for (const session of this.#sessions.values())
      if (session.store.readOnly && session.listeners.size > 0 && session.store.refresh()) this.#emitDocument(session);
  }

  /** Closes every project, whoever has it open: for when nobody is there any more. */
  closeAll(): void {
    for (const session of this.#sessions.values()) {
      session.users = 1;
      this.close(session.handle);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.closeAll();
  }
}
