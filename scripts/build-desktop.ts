// Builds what runs inside Electron: the main process and the preload script, each one file. The engine is not built; it
// is shipped as the sources that it runs from everywhere.
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything is bundled but Electron itself and Node's own modules: an archive without packages starts faster. */
function bundle(entry: string, outDir: string, format: 'es' | 'cjs', file: string): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        external: ['electron', /^node:/],
        output: { format, entryFileNames: file, codeSplitting: false },
      },
    },
  };
}

await build(bundle('src/main/main.ts', 'dist/main', 'es', 'main.mjs'));
// A sandboxed window runs no modules: its preload script is a CommonJS file.
await build(bundle('src/preload/preload.ts', 'dist/preload', 'cjs', 'preload.cjs'));
