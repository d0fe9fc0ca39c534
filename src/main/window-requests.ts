import { existsSync, statSync } from 'node:fs';
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, nativeImage, shell } from 'electron';
import { DESKTOP_CHANNELS } from '../contract/desktop.ts';
import { choose } from './file-dialogs.ts';
import { isExport } from './open-files.ts';
import { isTrustedSender } from './policy.ts';
import { chooseRequestSchema, interfaceStateSchema, pathSchema } from './requests.ts';
import type { StudioWindow } from './studio-window.ts';

/** What requests of windows lead to. */
export interface WindowRequests {
  readonly windowOf: (webContentsId: number) => StudioWindow | undefined;
  readonly connect: (window: StudioWindow) => void;
  readonly shown: (window: StudioWindow) => void;
  readonly dragIcon: string;
}

/** Listens to windows. What comes from elsewhere, or is not of the agreed shape, is not heard. */
export function hearWindows({ windowOf, connect, shown, dragIcon }: WindowRequests): void {
  const trusted = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): StudioWindow | undefined => {
    const window = windowOf(sender.id);
    return isTrustedSender(senderFrame, window !== undefined) ? window : undefined;
  };
  const on = (channel: string, work: (window: StudioWindow, message: unknown) => void): void => {
    ipcMain.on(channel, (event, message: unknown) => {
      const window = trusted(event);
      if (window) work(window, message);
    });
  };
  on(DESKTOP_CHANNELS.connect, connect);
  on(DESKTOP_CHANNELS.listening, (window) => window.listens());
  on(DESKTOP_CHANNELS.tell, (window, message) => {
    const { success, data } = interfaceStateSchema.safeParse(message);
    if (!success) return;
    window.shows(data);
    shown(window);
  });
  on(DESKTOP_CHANNELS.reveal, (_window, message) => {
    const { success, data } = pathSchema.safeParse(message);
    if (success && existsSync(data)) shell.showItemInFolder(data);
  });
  on(DESKTOP_CHANNELS.dragOut, ({ window }, message) => {
    const { success, data } = pathSchema.safeParse(message);
    if (!success || !isExport(data) || !statSync(data, { throwIfNoEntry: false })?.isFile()) return;
    window.webContents.startDrag({ file: data, icon: nativeImage.createFromPath(dragIcon).resize({ width: 64 }) });
  });
  ipcMain.handle(DESKTOP_CHANNELS.choose, async (event, message: unknown) => {
    const window = trusted(event);
    return window ? await choose(window.window, chooseRequestSchema.parse(message)) : [];
  });
}
