import { join } from 'node:path';

/** Where the parts of the program lie. */
export interface ProgramPaths {
  readonly engineMain: string;
  readonly interfaceFolder: string;
  readonly preload: string;
  readonly icon: string;
  /** The Node that the engine's children run on. */
  readonly node: string;
}

/**
 * Paths of an installed program, or of a checkout. Installed, what windows load stays in the sealed archive; the engine
 * lies beside it, because its children run on plain Node and load native modules, and neither reads archives.
 */
export function programPaths(appPath: string, resources: string, packaged: boolean, platform: string): ProgramPaths {
  const nodeName = platform === 'win32' ? 'node.exe' : 'node';
  const open = packaged ? `${appPath}.unpacked` : appPath;
  return {
    engineMain: join(open, 'src', 'host', 'engine-main.ts'),
    interfaceFolder: join(appPath, 'dist', 'renderer'),
    preload: join(appPath, 'dist', 'preload', 'preload.cjs'),
    icon: packaged ? join(resources, 'icon.png') : join(appPath, 'build', 'icons', '512x512.png'),
    node: packaged ? join(resources, 'node', nodeName) : join(appPath, 'node_modules', 'node', 'bin', nodeName),
  };
}
