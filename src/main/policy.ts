import { APP_ORIGIN, isPageAddress } from './address.ts';

/** The frame that a message came from, as far as trust depends on it. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** What holds the page of a window within itself: no Node, no reach into the preload script, no way to anything else. */
export const PAGE_CONFINEMENT = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
} as const;

/** Whether a message comes from the page of one of our windows itself: not from a frame in it, nor from another page. */
export function isTrustedSender(frame: SenderFrame | null, knownWindow: boolean): boolean {
  return knownWindow && frame !== null && frame.parent === null && isPageAddress(frame.url);
}

/** Whether a window, or a frame in it, may go to an address. Frames show reports and other files of the engine. */
export function mayNavigate(address: string, isMainFrame: boolean): boolean {
  return isMainFrame ? isPageAddress(address) : address.startsWith(`${APP_ORIGIN}/media/`);
}

/** What a page may do beyond showing itself. The clipboard is written for "copy", by a gesture of the person only. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** Whether our page may have a permission; others get none. */
export function isPermitted(permission: string, requestingUrl: string): boolean {
  return PERMISSIONS.has(permission) && isPageAddress(requestingUrl);
}
