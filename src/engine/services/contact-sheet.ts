import { type Canvas, createCanvas, drawImage, drawText, measureText, type Rgb } from '../../core/render/canvas.ts';

/** A column of a contact sheet: what it shows, and one picture per row. */
export interface SheetColumn {
  readonly title: string;
  readonly note: string;
  readonly cells: readonly Canvas[];
}

const GROUND: Rgb = [16, 18, 22];
const INK: Rgb = [232, 230, 225];
const SOFT: Rgb = [154, 160, 171];
const MARK: Rgb = [224, 164, 88];
const GAP = 14;
const HEAD = 74;
const FOOT = 46;
const SIDE = 92;

/**
 * Pictures side by side, one column per clip and one row per moment, with titles over the columns, the moment in front of
 * each row and `footer` below. All cells have the size of the first.
 */
export function contactSheet(columns: readonly SheetColumn[], rows: readonly string[], footer: string): Canvas {
  const first = columns[0]!.cells[0]!;
  const width = SIDE + columns.length * (first.width + GAP) + GAP;
  const height = HEAD + rows.length * (first.height + GAP) + FOOT;
  const sheet = createCanvas(width, height, GROUND);
  columns.forEach((column, index) => {
    const x = SIDE + index * (first.width + GAP);
    drawText(sheet, column.title, x, 16, 22, index === 0 ? INK : MARK, 0.12);
    drawText(sheet, column.note, x, 46, 14, SOFT);
    column.cells.forEach((cell, row) => {
      drawImage(sheet, cell, x, HEAD + row * (first.height + GAP), first.width, first.height);
    });
  });
  rows.forEach((label, row) => {
    const y = HEAD + row * (first.height + GAP) + first.height / 2 - 8;
    drawText(sheet, label, SIDE - GAP - measureText(label, 15), y, 15, SOFT);
  });
  drawText(sheet, footer, SIDE, height - FOOT + 12, 14, SOFT);
  return sheet;
}
