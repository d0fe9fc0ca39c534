import { isAbsolute, resolve } from 'node:path';

/** Extension of project files, which the system opens with this program. */
export const PROJECT_EXTENSION = '.retake';

/** Projects among the arguments that a program was started with; paths are taken relative to `folder`. */
export function projectsIn(args: readonly string[], folder: string): string[] {
  const paths = args
    .filter((arg) => !arg.startsWith('-') && arg.toLowerCase().endsWith(PROJECT_EXTENSION))
    .map((arg) => (isAbsolute(arg) ? arg : resolve(folder, arg)));
  return [...new Set(paths)];
}

/** A chosen path with the extension of projects, once. */
export function withProjectExtension(path: string): string {
  return path.toLowerCase().endsWith(PROJECT_EXTENSION) ? path : path + PROJECT_EXTENSION;
}

/** What may be dragged out of a window: what exports make, never a program. */
const EXPORTS =
  /\.(mp4|mov|mkv|mxf|webm|avi|wav|png|jpe?g|exr|tiff?|glb|obj|otio|edl|fcpxml|xml|html|json|csv|retake)$/i;

/** Whether a file is of the kinds that exports are. */
export function isExport(path: string): boolean {
  return isAbsolute(path) && EXPORTS.test(path);
}
