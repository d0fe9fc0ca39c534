import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { TIMELINE_EXPORTS, TIMELINE_IMPORTS } from '../../contract/project.ts';
import type { SequenceBundle } from '../../core/document/bundle.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Rational } from '../../core/rational.ts';
import {
  readEdl,
  readOtio,
  type TimelineRead,
  writeEdl,
  writeFcpxml,
  writeOtio,
  writeOutput,
} from '../interchange/index.ts';

type ImportFormat = (typeof TIMELINE_IMPORTS)[number];
type ExportFormat = (typeof TIMELINE_EXPORTS)[number];

const EXTENSIONS: Readonly<Record<string, ExportFormat>> = { '.otio': 'otio', '.edl': 'edl', '.fcpxml': 'fcpxml' };

/** Larger files are no timelines that people cut. */
const MAX_BYTES = 256 * 2 ** 20;

function formatOf(path: string, given: ExportFormat | undefined): ExportFormat {
  const format = given ?? EXTENSIONS[extname(path).toLowerCase()];
  if (format) return format;
  throw new RetakeError('invalid-argument', `${path} is no timeline that Retake knows. Use .otio, .edl or .fcpxml.`, {
    path,
  });
}

/** Reads a timeline file. Throws `file-not-found`, `invalid-argument` for an unknown kind, `file-damaged`. */
export async function readTimelineFile(
  path: string,
  options: { readonly format?: ImportFormat | undefined; readonly rate?: Rational | undefined } = {},
): Promise<TimelineRead> {
  const format = formatOf(path, options.format);
  if (format === 'fcpxml')
    throw new RetakeError('invalid-argument', 'FCPXML can be written only. Export OTIO or an EDL there.', { path });
  const size = await stat(path).catch((cause: unknown) => {
    throw new RetakeError('file-not-found', `There is no file ${path}.`, { path }, cause);
  });
  if (!size.isFile() || size.size > MAX_BYTES)
    throw new RetakeError('file-unreadable', `${path} is no timeline file.`, { path });
  const text = await readFile(path, 'utf8');
  return format === 'otio' ? readOtio(text) : readEdl(text, options.rate ? { rate: options.rate } : {});
}

/** Writes a timeline file and says what it cannot hold. Throws `invalid-argument` or what writing throws. */
export async function writeTimelineFile(
  bundle: SequenceBundle,
  path: string,
  given?: ExportFormat,
): Promise<readonly string[]> {
  const format = formatOf(path, given);
  if (format === 'otio') {
    await writeOutput(path, writeOtio(bundle));
    return [];
  }
  const { text, warnings } = format === 'edl' ? writeEdl(bundle) : writeFcpxml(bundle);
  await writeOutput(path, text);
  return warnings;
}
