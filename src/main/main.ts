// The desktop program: windows around the interface, the engine in a process of its own, and the doors between them.
// Nothing native is loaded here.
import { app, dialog, Menu, session } from 'electron';
import { DESKTOP_CHANNELS } from '../contract/desktop.ts';
import { userFolder } from '../engine/services/engine/user-folder.ts';
import { EngineProcess } from '../host/engine-process.ts';
import { menuTemplate } from './menu-template.ts';
import { projectsIn } from './open-files.ts';
import { programPaths } from './paths.ts';
import { isPermitted, mayNavigate } from './policy.ts';
import { registerScheme, serveScheme } from './protocol.ts';
import { StudioWindow } from './studio-window.ts';
import { UtilityEngine } from './utility-engine.ts';
import { hearWindows } from './window-requests.ts';

const paths = programPaths(app.getAppPath(), process.resourcesPath, app.isPackaged, process.platform);
const windows = new Map<number, StudioWindow>();
const utility = new UtilityEngine(paths.engineMain, paths.node);
const engine = new EngineProcess({
  folder: userFolder(),
  startProject: null,
  launch: utility.launch,
  onPrint: (text) => process.stderr.write(text),
});
/** Projects that the system asked for before there was a window. */
let early: string[] | undefined = [];

function openWindow(): StudioWindow {
  const made = new StudioWindow({ preload: paths.preload, icon: paths.icon, developer: !app.isPackaged });
  const { id } = made.window.webContents;
  windows.set(id, made);
  made.window.on('focus', () => showMenu(made));
  made.window.on('closed', () => windows.delete(id));
  return made;
}

/** Brings a project to the front: the window that has it, an empty one, or a new one. */
function openProject(path: string): void {
  const all = [...windows.values()];
  const has = all.find(({ state }) => state.project?.path === path);
  if (has) {
    has.focus();
    return;
  }
  const window = all.find(({ state }) => state.project === null) ?? openWindow();
  window.order({ type: 'open-project', path });
  window.focus();
}

const shownMenus = new WeakMap<StudioWindow, string>();

function showMenu(window: StudioWindow): void {
  const template = menuTemplate(window.state, process.platform, {
    command: (id) => window.order({ type: 'command', id }),
    openProject,
    newWindow: () => void openWindow(),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function shown(window: StudioWindow): void {
  const { project } = window.state;
  if (project) app.addRecentDocument(project.path);
  const now = JSON.stringify(window.state);
  if (shownMenus.get(window) === now) return;
  shownMenus.set(window, now);
  if (window.window.isFocused()) showMenu(window);
}

/** Hands a window its ports as soon as there is an engine; a window that waits in vain is told, and asks again. */
async function connect({ window }: StudioWindow): Promise<void> {
  const ports = await engine.socket().then(
    () => utility.connect(),
    () => undefined,
  );
  if (window.isDestroyed()) return;
  if (ports) window.webContents.postMessage(DESKTOP_CHANNELS.ports, null, [...ports]);
  else window.webContents.send(DESKTOP_CHANNELS.engineDown);
}

/** What no page may do, in whatever window it came to be. */
function guard(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-frame-navigate', (event) => {
      if (!mayNavigate(event.url, event.isMainFrame)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!mayNavigate(event.url, event.isMainFrame)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(isPermitted(permission, requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.on('will-download', (event) => event.preventDefault());
}

async function start(): Promise<void> {
  guard();
  serveScheme(session.defaultSession, paths.interfaceFolder, () => engine.socket());
  hearWindows({
    windowOf: (id) => windows.get(id),
    connect: (window) => void connect(window),
    shown,
    dragIcon: paths.icon,
  });
  engine.on('down', () => {
    for (const { window } of windows.values()) window.webContents.send(DESKTOP_CHANNELS.engineDown);
  });
  const first = openWindow();
  const asked = [...projectsIn(process.argv.slice(1), process.cwd()), ...(early ?? [])];
  early = undefined;
  if (asked[0] !== undefined) first.order({ type: 'open-project', path: asked[0] });
  for (const path of asked.slice(1)) openWindow().order({ type: 'open-project', path });
  await engine.start();
}

let stopped = false;
app.on('before-quit', (event) => {
  if (stopped) return;
  event.preventDefault();
  void engine.stop().finally(() => {
    stopped = true;
    app.quit();
  });
});
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
app.on('activate', () => {
  if (windows.size === 0) openWindow();
});
app.on('open-file', (event, path) => {
  event.preventDefault();
  if (early) early.push(path);
  else openProject(path);
});
app.on('second-instance', (_event, args, folder) => {
  const asked = projectsIn(args.slice(1), folder);
  for (const path of asked) openProject(path);
  if (asked.length === 0) [...windows.values()].at(0)?.focus();
});

if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  app.setAppUserModelId('studio.retake.desktop');
  registerScheme();
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      dialog.showErrorBox('Retake cannot start', `${why}\n\nInstall it again if this stays.`);
      app.exit(1);
    });
} else app.quit();
