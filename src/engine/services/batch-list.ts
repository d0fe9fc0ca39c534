import { readFile } from 'node:fs/promises';
import { dirname, extname, isAbsolute, resolve } from 'node:path';
import { type Option, parseOption } from '../../contract/option.ts';
import { OPTIONS, type OptionId } from '../../contract/options.ts';
import { asRetakeError, RetakeError } from '../../core/errors.ts';

/** Options of an emotion edit that a list or recipe may set, by the name of their flag. */
const IDS = [
  'to',
  'intensity',
  'keys',
  'actionUnits',
  'reference',
  'preserveLips',
  'actor',
  'from',
  'until',
  'performance',
  'out',
  'preset',
  'seed',
] as const satisfies readonly OptionId[];

/** Options by name in code, as a list, a recipe or a command line gives them. */
export type BatchOptions = Partial<Record<(typeof IDS)[number], string | number>>;

/** A clip of a list with what is to be done to it. */
export interface BatchEntry {
  readonly clip: string;
  readonly options: BatchOptions;
}

const BY_FLAG: ReadonlyMap<string, (typeof IDS)[number]> = new Map(IDS.map((id) => [OPTIONS[id].flag, id]));
const COLUMNS = ['clip', ...BY_FLAG.keys()].join(', ');

/**
 * Rows of a CSV text (RFC 4180: quotes, doubled quotes, line breaks in quotes), each with the line it starts on. Empty
 * lines are skipped. Throws `file-damaged` for a quote that does not end.
 */
export function parseCsv(text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let start = 1;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some((one) => one !== '')) rows.push({ line: start, cells });
    [cells, cell, start] = [[], '', line];
  };
  const source = text.replace(/^\uFEFF/, '');
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === '\n') line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') cell += char;
  }
  if (quoted) throw new RetakeError('file-damaged', `The quote that opens on line ${start} of the list never ends.`);
  endRow();
  return rows;
}

function parseField(where: string, flag: string, value: unknown): [(typeof IDS)[number], string | number] {
  const id = BY_FLAG.get(flag);
  if (!id)
    throw new RetakeError('invalid-argument', `${where}: there is no option "${flag}". There are: ${COLUMNS}.`, {
      option: flag,
    });
  const option: Option = OPTIONS[id];
  try {
    return [id, parseOption(option, String(value)) as string | number];
  } catch (thrown) {
    const { code, message } = asRetakeError(thrown);
    throw new RetakeError(code, `${where}: ${message}`, { option: flag, value: String(value) }, thrown);
  }
}

function parseFields(where: string, fields: Readonly<Record<string, unknown>>, folder: string): BatchOptions {
  const options: BatchOptions = {};
  for (const [flag, value] of Object.entries(fields)) {
    if (flag === 'clip' || value === '' || value === null || value === undefined) continue;
    const [id, parsed] = parseField(where, flag, value);
    const file = OPTIONS[id].kind.startsWith('input') || OPTIONS[id].kind.startsWith('output');
    options[id] = file && !isAbsolute(String(parsed)) ? resolve(folder, String(parsed)) : parsed;
  }
  return options;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RetakeError('file-not-found', `There is no file ${path}.`, { path }, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new RetakeError('file-damaged', `${path} is not readable JSON: ${why}.`, { path }, cause);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A recipe: one JSON object with options of an emotion edit by the names of their flags, `{"to": "happy",
 * "intensity": 0.8}`. Throws `file-damaged` or `invalid-argument`, naming the option.
 */
export async function readRecipe(path: string): Promise<BatchOptions> {
  const value = await readJson(path);
  if (!isRecord(value))
    throw new RetakeError('file-damaged', `${path} is no recipe: write one object, like {"to": "happy"}.`, { path });
  return parseFields(path, value, dirname(resolve(path)));
}

/**
 * Clips and effects of a list: CSV whose first line names the columns, or a JSON array of objects. Column names are
 * `clip` and the flags of `retake emotion`; relative paths count from the list's folder. Throws `file-not-found`,
 * `file-damaged`, and `invalid-argument` or `unknown-label` with the line.
 */
export async function readBatchList(path: string): Promise<BatchEntry[]> {
  const folder = dirname(resolve(path));
  const entryOf = (where: string, fields: Readonly<Record<string, unknown>>): BatchEntry => {
    const clip = fields['clip'];
    if (typeof clip !== 'string' || clip === '')
      throw new RetakeError('invalid-argument', `${where}: there is no clip. The columns are ${COLUMNS}.`, { path });
    return { clip: resolve(folder, clip), options: parseFields(where, fields, folder) };
  };
  if (extname(path).toLowerCase() === '.json') {
    const value = await readJson(path);
    if (!Array.isArray(value) || !value.every(isRecord))
      throw new RetakeError('file-damaged', `${path} is no list: write an array of objects with a clip each.`, {
        path,
      });
    return value.map((fields, index) => entryOf(`${path}, entry ${index + 1}`, fields));
  }
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RetakeError('file-not-found', `There is no file ${path}.`, { path }, cause);
  });
  const [head, ...rows] = parseCsv(text);
  if (!head?.cells.includes('clip'))
    throw new RetakeError('file-damaged', `The first line of ${path} must name the columns: ${COLUMNS}.`, { path });
  return rows.map(({ line, cells }) => {
    const where = `${path}, line ${line}`;
    if (cells.length > head.cells.length)
      throw new RetakeError(
        'file-damaged',
        `${where}: there are ${cells.length} values for ${head.cells.length} columns. Put values with commas in quotes.`,
        { path, line },
      );
    return entryOf(where, Object.fromEntries(cells.map((cell, index) => [head.cells[index]!, cell])));
  });
}
