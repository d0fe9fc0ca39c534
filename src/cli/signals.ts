import { constants } from 'node:os';

/** A signal that asks the program to stop, as an AbortSignal with the exit code that says so. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 + signal number once interrupted (130 for Ctrl-C), else undefined. */
  readonly exitCode: () => number | undefined;
  readonly release: () => void;
}

/** Two deliveries within this time are one: a terminal signals the whole group and the launcher passes it on. */
const SAME_PRESS_MS = 400;

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort, so that work stops and cleans up after itself; a later one
 * ends the process at once (its `exit` handlers still remove temporary files).
 */
export function listenForInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  let firstAt = 0;
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const listener = (): void => {
      if (code === undefined) {
        code = 128 + constants.signals[name];
        firstAt = performance.now();
        onFirst();
        controller.abort();
      } else if (performance.now() - firstAt > SAME_PRESS_MS) process.exit(code);
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
