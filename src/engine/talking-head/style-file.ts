import { readFile, writeFile } from 'node:fs/promises';
import { TALKING_STYLE_VERSION, type TalkingStyle, talkingStyleSchema } from '../../contract/talking-style.ts';
import { RetakeError } from '../../core/errors.ts';
import { PartialOutput } from '../media/index.ts';

/** Reads a style file. Throws `file-damaged` or `version-too-new`. */
export async function readStyle(path: string): Promise<TalkingStyle> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new RetakeError('file-damaged', `The style file ${path} is not readable JSON.`, { path }, error);
  }
  const head = (typeof value === 'object' && value !== null ? value : {}) as { kind?: unknown; version?: unknown };
  if (head.kind === 'retake-style' && Number(head.version) > TALKING_STYLE_VERSION)
    throw new RetakeError('version-too-new', `A later Retake wrote the style ${path}. Update Retake to use it.`, {
      path,
    });
  const parsed = talkingStyleSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RetakeError(
    'file-damaged',
    `${path} is not a style as "retake style extract" writes it: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}.`,
    { path },
    parsed.error,
  );
}

/** Writes a style file, whole or not at all. Throws `output-unwritable`, `disk-full`. */
export async function writeStyle(path: string, style: TalkingStyle): Promise<void> {
  await using output = await PartialOutput.create(path);
  await writeFile(output.partial, `${JSON.stringify(style, null, 1)}\n`);
  await output.commit();
}
