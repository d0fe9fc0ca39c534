import type { LogEntry } from '../../../contract/app.ts';
import { EventChannel } from '../event-channel.ts';

const KEPT = 2000;

/** What the engine has to tell, for the log panel: the last lines, and new ones as they come. */
export class ActivityLog {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<EventChannel<LogEntry>>();
  #next = 0;

  /** Adds a line. */
  readonly add = (level: LogEntry['level'], message: string): void => {
    const entry = { index: this.#next++, time: new Date().toISOString(), level, message };
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
    for (const listener of this.#listeners) listener.push(entry);
  };

  /** The lines that are kept, or those of them after line `index`. */
  after(index = -1): LogEntry[] {
    return this.#entries.filter((entry) => entry.index > index);
  }

  /** Lines from now on. */
  listen(signal: AbortSignal | undefined): EventChannel<LogEntry> {
    const channel = new EventChannel<LogEntry>({ signal, onClose: (closed) => this.#listeners.delete(closed) });
    this.#listeners.add(channel);
    return channel;
  }
}
