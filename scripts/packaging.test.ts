// The packaging, checked without packing: electron-builder's own schema, and that everything the program needs is in.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import config from '../build/electron-builder.config.ts';
import { iconPng } from './app-icons.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  main: string;
  dependencies: Record<string, string>;
};
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Files of the checkout that are packed, without packages; later patterns win, as in electron-builder. */
function packed(): string[] {
  const patterns = strings(config.files);
  const found = globSync(
    patterns.filter((one) => !one.startsWith('!')),
    { cwd: root, withFileTypes: true },
  )
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const refused = patterns.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
  return found.filter((path) => !refused.some((pattern) => matchesGlob(path, pattern)));
}

let files: readonly string[] = [];
beforeAll(() => {
  files = packed();
});

describe('the packaging configuration', () => {
  it('is of the shape that electron-builder asks for', async () => {
    const { validateConfiguration } = builder('app-builder-lib/out/util/config/config') as {
      validateConfiguration(config: unknown, logger: { isEnabled: boolean }): Promise<void>;
    };
    await validateConfiguration(structuredClone(config), { isEnabled: false });
    await expect(validateConfiguration({ ...config, asra: true }, { isEnabled: false })).rejects.toThrow(/asra/);
  });

  it('makes an installer for Windows, a disk image for macOS, an AppImage and a Debian package', () => {
    expect([config.win?.target, config.mac?.target, config.linux?.target]).toEqual([
      ['nsis'],
      ['dmg'],
      ['AppImage', 'deb'],
    ]);
    expect(config.mac?.hardenedRuntime).toBe(true);
    expect(config.fileAssociations).toMatchObject([{ ext: 'retake' }]);
  });

  it('sets the fuses so that the program is nothing but itself', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      enableCookieEncryption: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('names only files that are there', () => {
    const resources = (Array.isArray(config.extraResources) ? config.extraResources : []).flatMap((one) =>
      typeof one === 'object' && one.from !== undefined ? [one.from] : [],
    );
    const named = [...resources, String(config.mac?.entitlements), String(config.mac?.entitlementsInherit)];
    expect(named.length).toBeGreaterThan(4);
    for (const path of named) expect(existsSync(join(root, path)), path).toBe(true);
    for (const icon of [config.linux?.icon, config.mac?.icon, config.win?.icon])
      expect(existsSync(join(root, 'build', String(icon))), String(icon)).toBe(true);
    expect(manifest.main).toBe('dist/main/main.mjs');
  });
});

describe('the packed files', () => {
  it('hold the engine, its workers and the models, and no tests', () => {
    for (const needed of [
      'package.json',
      'src/host/engine-main.ts',
      'src/engine/jobs/worker.ts',
      'src/engine/services/engine/capture-main.ts',
      'src/engine/inference/probe-child.ts',
      'src/engine/inference/session-worker.ts',
      'src/engine/compositing/compose-worker.ts',
      'src/cli/main.ts',
      'bin/retake.mjs',
    ])
      expect(files, needed).toContain(needed);
    const packs = globSync('native-models/dist/*/pack.json', { cwd: root });
    expect(packs.length).toBeGreaterThan(5);
    for (const pack of packs) expect(files).toContain(pack.replaceAll('\\', '/'));
    expect(files.filter((path) => /\.test\.|test-support|src\/renderer|src\/main\//.test(path))).toEqual([]);
  });

  it('leave out nothing that a packed source imports', () => {
    const inside = new Set(files);
    const missing: string[] = [];
    for (const path of files.filter((one) => one.startsWith('src/'))) {
      const text = readFileSync(join(root, path), 'utf8');
      for (const [, type, wanted] of text.matchAll(/^(?:import|export)( type)? [^;]*?from '([^']+)';/gms)) {
        if (type !== undefined || wanted === undefined || isBuiltin(wanted)) continue;
        if (wanted.startsWith('.')) {
          const target = join(dirname(path), wanted).replaceAll('\\', '/');
          if (!inside.has(target)) missing.push(`${path}: ${wanted}`);
        } else {
          const name = wanted
            .split('/')
            .slice(0, wanted.startsWith('@') ? 2 : 1)
            .join('/');
          if (manifest.dependencies[name] === undefined) missing.push(`${path}: ${wanted} is no dependency`);
        }
      }
      for (const [, wanted] of text.matchAll(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)) {
        const target = join(dirname(path), wanted!).replaceAll('\\', '/');
        if (!inside.has(target)) missing.push(`${path}: ${wanted}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('put everything that plain Node or a native loader reads outside of the archive', () => {
    const open = strings(config.asarUnpack);
    const engine = files.filter((path) => !path.startsWith('dist/'));
    expect(engine.filter((path) => !open.some((pattern) => matchesGlob(path, pattern)))).toEqual([]);
    expect(open).toContain('node_modules/**');
    expect(
      files.filter((path) => path.startsWith('dist/') && open.some((pattern) => matchesGlob(path, pattern))),
    ).toEqual([]);
  });

  it("leave out other systems' libraries, never our own", () => {
    const here = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`;
    const { linux, mac, win } = config;
    const own = { linux, darwin: mac, win32: win }[process.platform as 'linux' | 'darwin' | 'win32'];
    const refused = strings(own?.files).map((one) => one.slice(1));
    expect(existsSync(join(root, here))).toBe(true);
    expect(refused.some((pattern) => matchesGlob(here, pattern))).toBe(false);
    const sqlite = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
    expect(existsSync(join(root, sqlite))).toBe(true);
    expect(refused.some((pattern) => matchesGlob(sqlite, pattern))).toBe(false);
    for (const [system, part] of Object.entries({ linux, darwin: mac, win32: win })) {
      const foreign = ['linux', 'darwin', 'win32'].filter((one) => one !== system);
      for (const one of foreign)
        for (const path of [
          `node_modules/onnxruntime-node/bin/napi-v6/${one}/x64/a.node`,
          `node_modules/better-sqlite3/prebuilds/${one}-x64.node`,
        ])
          expect(
            strings(part?.files).some((pattern) => matchesGlob(path, pattern.slice(1))),
            path,
          ).toBe(true);
    }
  });
});

describe('the icons', () => {
  it('are what the script draws', () => {
    for (const size of [16, 32, 64, 128]) {
      const before = PNG.sync.read(readFileSync(join(root, 'build', 'icons', `${size}x${size}.png`)));
      expect(before.data.equals(PNG.sync.read(iconPng(size)).data), `${size}`).toBe(true);
    }
    const windows = readFileSync(join(root, 'build', 'icon.ico'));
    expect([windows.readUInt16LE(2), windows.readUInt16LE(4)]).toEqual([1, 7]);
    const first = windows.subarray(windows.readUInt32LE(6 + 12)).subarray(0, windows.readUInt32LE(6 + 8));
    expect(PNG.sync.read(first).width).toBe(16);
    const mac = readFileSync(join(root, 'build', 'icon.icns'));
    expect([mac.toString('latin1', 0, 4), mac.readUInt32BE(4)]).toEqual(['icns', mac.length]);
  });

  it('have a mark on a ground with round corners', () => {
    const { width, data } = PNG.sync.read(readFileSync(join(root, 'build', 'icons', '256x256.png')));
    const at = (x: number, y: number): number[] => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
    expect(at(0, 0)[3]).toBe(0);
    expect(at(128, 128)).toEqual([0x1d, 0x1e, 0x20, 255]);
    expect(at(Math.round((16.09 + 7.5) * 8), 128)).toEqual([0xe0, 0xa4, 0x58, 255]);
  });
});
