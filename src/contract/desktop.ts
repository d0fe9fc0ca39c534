// What the desktop shell and the interface in its windows say to each other. Types and names only: the preload script,
// which runs in a sandbox, takes nothing else from here.

/** Name under which windows of the desktop shell find their {@link DesktopBridge}; browsers have none. */
export const DESKTOP_BRIDGE = 'retakeDesktop';

/** Channels between a window and the shell. */
export const DESKTOP_CHANNELS = {
  connect: 'retake:connect',
  ports: 'retake:ports',
  engineDown: 'retake:engine-down',
  tell: 'retake:tell',
  order: 'retake:order',
  listening: 'retake:listening',
  choose: 'retake:choose',
  reveal: 'retake:reveal',
  dragOut: 'retake:drag-out',
} as const;

/** A command of the interface as the native menu shows it. */
export interface MenuCommand {
  readonly id: string;
  readonly label: string;
  /** Shortcuts, `Mod+Shift+Z`; the first is shown. */
  readonly keys: readonly string[];
  readonly enabled: boolean;
}

/** What a window shows, for its menu, its title and the recent documents. */
export interface InterfaceState {
  readonly commands: readonly MenuCommand[];
  /** Newest first. */
  readonly recent: readonly { readonly path: string; readonly name: string }[];
  readonly project: { readonly path: string; readonly name: string } | null;
}

/** What the shell wants of the interface. */
export type DesktopOrder =
  | { readonly type: 'command'; readonly id: string }
  | { readonly type: 'open-project'; readonly path: string };

/** What a native dialog is to choose. */
export interface ChooseRequest {
  readonly purpose: 'open-project' | 'new-project' | 'import-media' | 'choose-style' | 'export';
  /** Name that is proposed for a new file. */
  readonly name?: string;
}

/** What the preload script offers to the interface: few verbs, plain data, no Node. */
export interface DesktopBridge {
  readonly platform: string;
  /** Asks for ports to the engine. They come as a message of the window, {@link DESKTOP_CHANNELS}.ports, with [rpc, frames]. */
  connect(): void;
  /** Says what is shown now. */
  tell(state: InterfaceState): void;
  /** From now on orders arrive, those that waited first. */
  onOrder(listener: (order: DesktopOrder) => void): void;
  /** Paths that a person chose in a native dialog; none after Cancel. */
  choose(request: ChooseRequest): Promise<readonly string[]>;
  /** Shows a file in the system's file manager. */
  reveal(path: string): void;
  /** Begins to drag an exported file out of the window. */
  dragOut(path: string): void;
  /** Where files that were dropped lie on the disk. */
  pathsOf(files: readonly File[]): readonly string[];
}
