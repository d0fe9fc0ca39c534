import type { EditRequest } from '../../core/document/edit.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Change } from './store-types.ts';

/** What a {@link Drag} does to its store. */
export interface DragActions {
  readonly update: (requests: readonly EditRequest[]) => Change;
  readonly finish: () => void;
  readonly cancel: () => Change;
}

/** A gesture in progress: one undo, however many updates. Disposing of one that was not finished cancels it. */
export class Drag implements Disposable {
  readonly #actions: DragActions;
  #open = true;

  constructor(actions: DragActions) {
    this.#actions = actions;
  }

  /**
   * Shows these edits, as done on the document at the start of the drag, in place of the last update. The patches lead
   * from the last update to this one.
   */
  update(requests: EditRequest | readonly EditRequest[]): Change {
    if (!this.#open) throw new RetakeError('conflict', 'This drag is over.');
    return this.#actions.update(Array.isArray(requests) ? requests : [requests as EditRequest]);
  }

  /** Ends the drag; the last update stays. */
  finish(): void {
    if (!this.#open) return;
    this.#actions.finish();
    this.#open = false;
  }

  /** Ends the drag with the document as it was at its start; undefined if it was over already. */
  cancel(): Change | undefined {
    if (!this.#open) return undefined;
    this.#open = false;
    return this.#actions.cancel();
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}
