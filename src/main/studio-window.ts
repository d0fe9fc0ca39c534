import { BrowserWindow, dialog } from 'electron';
import { DESKTOP_CHANNELS, type DesktopOrder, type InterfaceState } from '../contract/desktop.ts';
import { APP_PAGE } from './address.ts';
import { CrashSeries } from './crash-series.ts';
import { PAGE_CONFINEMENT } from './policy.ts';

/** How windows are made. */
export interface WindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly developer: boolean;
}

/** A window of the studio: what it shows, what waits for it, and how it comes back after a crash. */
export class StudioWindow {
  readonly window: BrowserWindow;
  state: InterfaceState = { commands: [], recent: [], project: null };
  readonly #crashes = new CrashSeries();
  #waiting: DesktopOrder[] = [];
  #listening = false;

  constructor({ preload, icon, developer }: WindowOptions) {
    this.window = new BrowserWindow({
      width: 1440,
      height: 900,
      minWidth: 960,
      minHeight: 600,
      show: false,
      title: 'Retake',
      icon,
      backgroundColor: '#17181a',
      webPreferences: {
        ...PAGE_CONFINEMENT,
        preload,
        spellcheck: false,
        devTools: developer,
      },
    });
    this.window.once('ready-to-show', () => this.window.show());
    const { webContents } = this.window;
    webContents.on('did-start-loading', () => {
      this.#listening = false;
    });
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#recover();
    });
    void this.window.loadURL(APP_PAGE);
  }

  /** Loads the page again with its project. Work is not lost: edits are in the project file when they are made. */
  async #recover(): Promise<void> {
    if (this.#crashes.note(Date.now())) {
      const { response } = await dialog.showMessageBox(this.window, {
        type: 'error',
        message: 'This window keeps crashing.',
        detail: 'Nothing is lost: every edit is in the project file already. Renders go on.',
        buttons: ['Try Again', 'Close Window'],
        cancelId: 1,
      });
      if (response === 1) {
        this.window.destroy();
        return;
      }
      this.#crashes.forget();
    }
    const { project } = this.state;
    if (project) this.order({ type: 'open-project', path: project.path });
    this.window.webContents.reload();
  }

  /** Sends an order, or keeps it until the page listens. */
  order(order: DesktopOrder): void {
    if (this.#listening && !this.window.webContents.isCrashed())
      this.window.webContents.send(DESKTOP_CHANNELS.order, order);
    else this.#waiting.push(order);
  }

  /** The page listens now. */
  listens(): void {
    this.#listening = true;
    for (const order of this.#waiting.splice(0)) this.order(order);
  }

  /** Takes note of what the page shows. */
  shows(state: InterfaceState): void {
    this.state = state;
    this.window.setTitle(state.project ? `${state.project.name} - Retake` : 'Retake');
    this.window.setRepresentedFilename(state.project?.path ?? '');
  }

  /** Comes to the front. */
  focus(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }
}
