import { DESKTOP_BRIDGE, DESKTOP_CHANNELS, type DesktopBridge } from '../../contract/desktop.ts';
import { type EngineSocket, PortSocket } from './port-socket.ts';

export type { EngineSocket } from './port-socket.ts';

declare global {
  interface Window {
    readonly [DESKTOP_BRIDGE]?: DesktopBridge;
  }
}

/** The desktop shell around this page; undefined in a browser. */
export const desktop: DesktopBridge | undefined = globalThis.window?.[DESKTOP_BRIDGE];

interface Ports {
  readonly rpc: MessagePort;
  readonly frames: MessagePort;
}

let takePorts: ((ports: Ports) => void) | undefined;
/** The port for frames of the newest pair, until somebody takes it; or who waits for one. */
let framesPort: MessagePort | undefined;
let takeFrames: ((port: MessagePort) => void) | undefined;
const open = new Set<PortSocket>();

if (desktop)
  window.addEventListener('message', ({ source, data, ports }: MessageEvent<unknown>) => {
    if (source !== window) return;
    const [rpc, frames] = ports;
    if (data === DESKTOP_CHANNELS.ports && rpc && frames) {
      if (takePorts) takePorts({ rpc, frames });
      else for (const port of [rpc, frames]) port.close(); // for a connection that was given up meanwhile
    } else if (data === DESKTOP_CHANNELS.engineDown) for (const socket of [...open]) socket.close();
  });

function socketOver(arriving: Promise<MessagePort>): EngineSocket {
  const socket = new PortSocket(arriving);
  open.add(socket);
  socket.addEventListener('close', () => open.delete(socket), { once: true });
  return socket;
}

function requestPorts(bridge: DesktopBridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    takePorts = ({ rpc, frames }) => {
      takePorts = undefined;
      framesPort?.close();
      framesPort = undefined;
      if (takeFrames) takeFrames(frames);
      else framesPort = frames;
      resolve(rpc);
    };
    bridge.connect();
  });
}

/**
 * Opens a connection to the engine, a WebSocket in a browser, a message port in the desktop shell. Frames get the port
 * that came with the connection for procedures, or wait for it.
 */
export function openSocket(path: '/rpc' | '/frames'): EngineSocket {
  if (!desktop) return new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
  if (path === '/rpc') return socketOver(requestPorts(desktop));
  const ready = framesPort;
  framesPort = undefined;
  if (ready) return socketOver(Promise.resolve(ready));
  return socketOver(
    new Promise((resolve) => {
      takeFrames = (port) => {
        takeFrames = undefined;
        resolve(port);
      };
    }),
  );
}
