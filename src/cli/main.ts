// Entry of the `retake` command. Stays small: everything heavy is imported by the command that needs it.
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

enableCompileCache();
// Threads and processes started from here keep their compiled code there as well: it is half of what a short one does.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
// A reader that closes the pipe early (`| head`) ends the command as the shell expects, without a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  throw error;
});
const { runCommandLine } = await import('./program.ts');
await runCommandLine(process.argv.slice(2));
