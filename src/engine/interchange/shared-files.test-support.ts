import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder =
  process.env['RETAKE_INTERCHANGE'] ?? fileURLToPath(new URL('../../../../shared/interchange', import.meta.url));

/** Timelines that other programs wrote, with this extension; none (and a loud line) where they are not at hand. */
export function sharedTimelines(extension: string): string[] {
  if (!existsSync(folder)) {
    console.warn(
      `SKIPPED: no timelines of other programs at hand (looked for ../shared/interchange); set RETAKE_INTERCHANGE.`,
    );
    return [];
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);
}
