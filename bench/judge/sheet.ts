import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { amplifiedDifference, type CropName, cropNames, enlarge, partOf, sameSize } from './crops.ts';
import { type Box, judgeClasses, overlap, topClass } from './face-api.ts';
import { decodeRgb, pictureTimes, type RgbFrame } from './system-ffmpeg.ts';
import { type Canvas, drawText } from './tiny-font.ts';
import { Verdicts } from './verdicts.ts';

const usage = `node bench/judge/sheet.ts before.mp4 [after.mp4 ...] --out sheet.png
  [--crop face|head|lips|eyes|jaw|full|x,y,w,h] [--zoom 2] [--width 1480] [--height 1560]
  [--frames 8 | --at 12,40,41]  evenly spaced pictures, or exactly these
  [--diff]                      adds a row: after minus before, x4 around grey
  [--flicker 40 --frames 6]     consecutive pictures from 40, with the change from one to the next x3 for every file, and
                                last the change of the edit alone (after minus before) x3
  [--judge]                     writes the judge's class and probability on every cell (slower)
One row per file, pictures of one number above each other. What is over the height goes to sheet.2.png and so on.
--zoom fit makes one page of it.`;

interface Options {
  readonly files: readonly string[];
  readonly out: string;
  readonly crop: CropName | Box;
  /** Enlargement; 0 fits everything on one page. */
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
  readonly numbers: readonly number[];
  readonly diff: boolean;
  readonly flicker: boolean;
  readonly judge: boolean;
}

/** Builds contact sheets: rows are files (and differences), columns are pictures, wrapped to the pages' size. */
export async function makeSheet(wished: Options): Promise<Canvas[]> {
  let options = wished;
  const files: RgbFrame[][] = [];
  for (const file of options.files) files.push(await collect(file, options.numbers));
  const boxes = await cropBoxes(options, files[0]!);
  if (options.zoom === 0) options = { ...options, zoom: fittingZoom(options, boxes[0]!) };
  const columns: Canvas[][] = [];
  for (let i = 0; i < options.numbers.length; i++) {
    const cells = files.map((frames) => enlarge(frames[i] ?? black(files[0]![i]!), boxes[i]!, options.zoom));
    const column = [...cells];
    if (options.diff) for (const cell of cells.slice(1)) column.push(amplifiedDifference(cell, cells[0]!, 4));
    if (options.flicker) column.push(...changes(files, i, boxes[i]!, options.zoom));
    await label(options, files, i, column);
    columns.push(column);
  }
  return arrange(columns, options.width, options.height);
}

/** Change from the picture before for every file, then for every edit the change that is not the source's own. */
function changes(files: readonly RgbFrame[][], i: number, box: Box, zoom: number): Canvas[] {
  const rows = files.map((frames) => {
    const now = enlarge(frames[i]!, box, zoom);
    return amplifiedDifference(now, i === 0 ? now : enlarge(frames[i - 1]!, box, zoom), 1);
  });
  const grey: Canvas = { ...rows[0]!, rgb: new Uint8Array(rows[0]!.rgb.length).fill(128) };
  const own = rows.slice(1).map((row) => amplifiedDifference(row, rows[0]!, 3));
  return [...rows.map((row) => amplifiedDifference(row, grey, 3)), ...own];
}

async function collect(file: string, numbers: readonly number[]): Promise<RgbFrame[]> {
  const frames: RgbFrame[] = [];
  for await (const frame of decodeRgb(file, { only: numbers })) frames.push(frame);
  return frames;
}

const black = (like: RgbFrame): RgbFrame => ({ ...like, rgb: new Uint8Array(like.rgb.length) });

async function cropBoxes(options: Options, frames: readonly RgbFrame[]): Promise<Box[]> {
  const { crop } = options;
  if (typeof crop !== 'string') return frames.map(() => crop);
  const { width, height } = frames[0]!;
  const whole: Box = { x: 0, y: 0, width, height };
  if (crop === 'full') return frames.map(() => whole);
  const verdicts = await Verdicts.open(options.files[0]!);
  const found: (Box | undefined)[] = [];
  let last: Box | undefined;
  for (const frame of frames) {
    const faces = await verdicts.faces(frame);
    const seen = last;
    const face = (seen && faces.find((candidate) => overlap(candidate.box, seen) > 0.2)) ?? faces[0];
    last = face?.box ?? last;
    found.push(face ? partOf(face, crop, width, height) : undefined);
  }
  await verdicts.save();
  const some = found.filter((box) => box !== undefined);
  if (some.length === 0) return frames.map(() => whole);
  // A picture without a face borrows the box of the nearest one that has it.
  const filled = found.map((box, i) => box ?? nearest(found, i)!);
  const boxes = sameSize(filled);
  return options.flicker ? boxes.map(() => boxes[boxes.length >> 1]!) : boxes;
}

function nearest(boxes: readonly (Box | undefined)[], from: number): Box | undefined {
  for (let step = 1; step < boxes.length; step++) {
    const box = boxes[from - step] ?? boxes[from + step];
    if (box) return box;
  }
  return undefined;
}

async function label(options: Options, files: readonly RgbFrame[][], i: number, column: Canvas[]): Promise<void> {
  for (let row = 0; row < column.length; row++) {
    const cell = column[row]!;
    let text = row === 0 ? `${options.numbers[i]}` : row < files.length ? `${options.numbers[i]} ${row}` : 'x';
    const file = options.files[row];
    const frame = files[row]?.[i];
    if (options.judge && file && frame) {
      const verdicts = await Verdicts.open(file);
      const face = (await verdicts.faces(frame))[0];
      await verdicts.save();
      if (face) {
        const top = topClass(face);
        text += ` ${top} ${(100 * face.expression[judgeClasses.indexOf(top)]!).toFixed(0)}`;
      } else {
        text += ' no face';
      }
    }
    drawText(cell, text, 0, 0);
  }
}

/** The zoom, at most 2, at which one band of all columns and rows fits the page. */
function fittingZoom(options: Options, box: Box): number {
  const { numbers, files, width, height } = options;
  const rows = files.length + (options.diff ? files.length - 1 : 0) + (options.flicker ? 2 * files.length - 1 : 0);
  return Math.min(2, (width / numbers.length - gap) / box.width, (height / rows - gap) / box.height);
}

const gap = 2;

/** Puts columns side by side, as many as the width holds, then the next band below, then the next page. */
function arrange(columns: readonly Canvas[][], width: number, height: number): Canvas[] {
  const cell = columns[0]![0]!;
  const perBand = Math.max(1, Math.min(columns.length, Math.floor((width + gap) / (cell.width + gap))));
  const bandHeight = columns[0]!.length * (cell.height + gap) + 3 * gap;
  const bandsPerPage = Math.max(1, Math.floor((height + 4 * gap) / bandHeight));
  const pages: Canvas[] = [];
  for (let first = 0; first < columns.length; first += perBand * bandsPerPage) {
    pages.push(page(columns.slice(first, first + perBand * bandsPerPage), perBand, bandHeight));
  }
  return pages;
}

function page(columns: readonly Canvas[][], perBand: number, bandHeight: number): Canvas {
  const cell = columns[0]![0]!;
  const width = perBand * (cell.width + gap) - gap;
  const height = Math.ceil(columns.length / perBand) * bandHeight - 4 * gap;
  const rgb = new Uint8Array(width * height * 3).fill(40);
  columns.forEach((column, i) => {
    const left = (i % perBand) * (cell.width + gap);
    column.forEach((canvas, row) => {
      const top = Math.floor(i / perBand) * bandHeight + row * (cell.height + gap);
      for (let y = 0; y < canvas.height; y++) {
        const line = canvas.rgb.subarray(y * canvas.width * 3, (y + 1) * canvas.width * 3);
        rgb.set(line, 3 * ((top + y) * width + left));
      }
    });
  });
  return { width, height, rgb };
}

/** Writes pages as PNG: the first at the path, the others with a number before the ending. */
export async function writePages(path: string, pages: readonly Canvas[]): Promise<string[]> {
  const paths = pages.map((_, i) => (i === 0 ? path : path.replace(/(\.png)?$/, `.${i + 1}.png`)));
  for (const [i, canvas] of pages.entries()) await writePng(paths[i]!, canvas);
  return paths;
}

/** Writes a canvas as an 8-bit RGB PNG. */
export async function writePng(path: string, canvas: Canvas): Promise<void> {
  const png = new PNG({ width: canvas.width, height: canvas.height, colorType: 2 });
  for (let i = 0, o = 0; o < png.data.length; i += 3, o += 4) {
    png.data[o] = canvas.rgb[i]!;
    png.data[o + 1] = canvas.rgb[i + 1]!;
    png.data[o + 2] = canvas.rgb[i + 2]!;
    png.data[o + 3] = 255;
  }
  await pipeline(png.pack(), createWriteStream(path));
}

function parseCrop(text: string): CropName | Box {
  const named = cropNames.find((name) => name === text);
  if (named) return named;
  const [x, y, width, height] = text.split(',').map(Number);
  if (![x, y, width, height].every((value) => Number.isFinite(value))) throw new Error(usage);
  return { x: x!, y: y!, width: width!, height: height! };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      crop: { type: 'string', default: 'face' },
      zoom: { type: 'string', default: '2' },
      width: { type: 'string', default: '1480' },
      height: { type: 'string', default: '1560' },
      frames: { type: 'string', default: '8' },
      at: { type: 'string' },
      flicker: { type: 'string' },
      diff: { type: 'boolean', default: false },
      judge: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  if (positionals.length === 0 || !values.out) throw new Error(usage);
  const count = Number(values.frames);
  const total = (await pictureTimes(positionals[0]!)).length;
  const start = values.flicker === undefined ? undefined : Number(values.flicker);
  const numbers = values.at
    ? values.at.split(',').map(Number)
    : Array.from({ length: count }, (_, i) =>
        start === undefined ? Math.floor(((i + 0.5) * total) / count) : start + i,
      );
  const inside = [...new Set(numbers)].filter((n) => Number.isInteger(n) && n >= 0 && n < Math.max(1, total));
  if (inside.length === 0) throw new Error(`the clip has ${total} pictures; none of ${numbers.join(', ')} is in it`);
  const pages = await makeSheet({
    files: positionals,
    out: values.out,
    crop: parseCrop(values.crop),
    zoom: values.zoom === 'fit' ? 0 : Number(values.zoom),
    width: Number(values.width),
    height: Number(values.height),
    numbers: inside.sort((a, b) => a - b),
    diff: values.diff,
    flicker: start !== undefined,
    judge: values.judge,
  });
  const written = await writePages(values.out, pages);
  console.log(`${written.join(' ')}: ${pages[0]!.width}x${pages[0]!.height}, pictures ${inside.join(' ')}`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
