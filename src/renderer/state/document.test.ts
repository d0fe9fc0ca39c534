import { afterEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '../engine/connection.ts';
import { refreshHistory, refreshSources } from './document.ts';
import { ask, useStudio } from './studio.ts';

/** An engine that answers every question by throwing. */
const answering = (thrown: Error): EngineClient => {
  const fail = async (): Promise<never> => {
    throw thrown;
  };
  return { project: { history: fail }, media: { sources: fail } } as unknown as EngineClient;
};
const lost = Object.assign(new Error('Queue[2a] was closed or aborted while waiting for pulling.'), {
  name: 'AbortError',
});
const told = (): string[] => useStudio.getState().notices.map(({ text }) => text);

afterEach(() => useStudio.setState({ client: null, open: null, notices: [] }));

describe('what is shown, brought up to date', () => {
  const open = { handle: 'h', path: 'scene.retake' } as never;

  it('is silent when the engine is lost meanwhile: with the next connection all is asked anew', async () => {
    for (const thrown of [lost, new Error('Cannot send message, WebSocket is not open.')]) {
      useStudio.setState({ client: answering(thrown), open });
      // Nobody waits for these: what they threw would be an error of the page.
      await expect(refreshHistory()).resolves.toBeUndefined();
      await expect(refreshSources()).resolves.toBeUndefined();
      expect(told()).toEqual([]);
    }
  });

  it('says anything else that went wrong', async () => {
    useStudio.setState({ client: answering(new Error('The project file cannot be read.')), open });
    await refreshHistory();
    expect(told()).toEqual(['The project file cannot be read.']);
  });

  it('tells a person who asked for something that the engine was lost, not how', async () => {
    useStudio.setState({ client: answering(lost), open });
    await ask((client) => client.project.history({ handle: 'h' }));
    expect(told()).toEqual(['The engine was lost before it answered. Try again when it says that it is ready.']);
  });
});
