import { defineConfig } from 'vitest/config';

// unit: pure TypeScript, seconds. native: FFmpeg, ONNX Runtime, files. e2e: whole commands and Chromium.
export default defineConfig({
  test: {
    reporters: ['default', './scripts/count-reporter.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,native-models,bench,scripts}/**/*.test.ts'],
          exclude: ['**/*.native.test.ts', '**/node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'native',
          include: ['{src,native-models,bench}/**/*.native.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          pool: 'forks',
          fileParallelism: false,
          // What is polled comes from other processes, on machines that do other things too.
          expect: { poll: { timeout: 20_000, interval: 100 } },
        },
      },
    ],
  },
});
