// Entry of the `retake` command. Stays small: everything heavy is imported by the command that needs it.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runCommandLine } = await import('./program.ts');
await runCommandLine(process.argv.slice(2));
