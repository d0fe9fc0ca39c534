// Runs in the sandbox of a window, before its page: few verbs over named channels, and no more of Electron than that.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { DESKTOP_BRIDGE, DESKTOP_CHANNELS, type DesktopBridge, type DesktopOrder } from '../contract/desktop.ts';

/** The window of this page; the rest of its world is no business of this script. */
declare const window: {
  postMessage(message: string, targetOrigin: string, transfer?: readonly unknown[]): void;
};
declare const location: { readonly origin: string };

// Ports cannot cross the bridge; a message of the window to itself carries them into the page.
ipcRenderer.on(DESKTOP_CHANNELS.ports, ({ ports }) =>
  window.postMessage(DESKTOP_CHANNELS.ports, location.origin, ports),
);
ipcRenderer.on(DESKTOP_CHANNELS.engineDown, () => window.postMessage(DESKTOP_CHANNELS.engineDown, location.origin));

const bridge: DesktopBridge = {
  platform: process.platform,
  connect: () => ipcRenderer.send(DESKTOP_CHANNELS.connect),
  tell: (state) => ipcRenderer.send(DESKTOP_CHANNELS.tell, state),
  onOrder: (listener) => {
    ipcRenderer.removeAllListeners(DESKTOP_CHANNELS.order);
    ipcRenderer.on(DESKTOP_CHANNELS.order, (_event, order: DesktopOrder) => listener(order));
    ipcRenderer.send(DESKTOP_CHANNELS.listening);
  },
  choose: (request) => ipcRenderer.invoke(DESKTOP_CHANNELS.choose, request) as Promise<readonly string[]>,
  reveal: (path) => ipcRenderer.send(DESKTOP_CHANNELS.reveal, path),
  dragOut: (path) => ipcRenderer.send(DESKTOP_CHANNELS.dragOut, path),
  pathsOf: (files) => files.map((file) => webUtils.getPathForFile(file)),
};
contextBridge.exposeInMainWorld(DESKTOP_BRIDGE, bridge);
