import { z } from 'zod';

const tableSchema = z.object({
  files: z.array(z.object({ filename: z.string(), start: z.number().int(), end: z.number().int() })),
});

/**
 * Files that Emscripten's packager put end to end into one `.data` file, by base name. The table of contents is the
 * JSON literal that the loader script hands to `loadPackage`.
 */
export function unpackAssets(loaderScript: string, data: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const literal = /loadPackage\((\{"files".*?\})\)/.exec(loaderScript)?.[1];
  if (literal === undefined) throw new Error('the loader script has no table of packed files');
  const files = new Map<string, Uint8Array>();
  for (const { filename, start, end } of tableSchema.parse(JSON.parse(literal)).files) {
    if (start > end || end > data.length) throw new Error(`packed file ${filename} lies outside the data`);
    files.set(filename.slice(filename.lastIndexOf('/') + 1), data.subarray(start, end));
  }
  return files;
}
