// Draws the program's icon in all sizes and wraps it for Windows and macOS: build/icons, build/icon.ico, build/icon.icns.
// The mark is that of src/renderer/public/icon.svg: a take that goes round once more.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
/** Edge of the drawing in its own units. */
const UNITS = 32;
const CORNER = 7;
const HALF_STROKE = 1.3;
const GROUND = [0x1d, 0x1e, 0x20] as const;
const MARK = [0xe0, 0xa4, 0x58] as const;
const CENTRE = [16.09, 15.94] as const;
const RADIUS = 7.5;
const GAP = [
  [9, 13.5],
  [9.6, 19.7],
] as const;
const ARROW = [
  [6.2, 9.4],
  [8.8, 14.4],
  [13.7, 11.8],
] as const;

type Point = readonly [number, number];

function toSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Signed distance to the rounded square, negative inside. */
function toGround(x: number, y: number): number {
  const inner = UNITS / 2 - CORNER;
  const dx = Math.abs(x - UNITS / 2) - inner;
  const dy = Math.abs(y - UNITS / 2) - inner;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - CORNER;
}

function toArc(x: number, y: number): number {
  const [from, to] = GAP;
  // Left of the line from centre to either end of the gap, and between them, the circle is open.
  const side = ([px, py]: Point): number => (px - CENTRE[0]) * (y - CENTRE[1]) - (py - CENTRE[1]) * (x - CENTRE[0]);
  if (side(from) < 0 && side(to) > 0 && x < CENTRE[0])
    return Math.min(Math.hypot(x - from[0], y - from[1]), Math.hypot(x - to[0], y - to[1]));
  return Math.abs(Math.hypot(x - CENTRE[0], y - CENTRE[1]) - RADIUS);
}

function toMark(x: number, y: number): number {
  const arrow = Math.min(toSegment(x, y, ARROW[0], ARROW[1]), toSegment(x, y, ARROW[1], ARROW[2]));
  return Math.min(toArc(x, y), arrow) - HALF_STROKE;
}

/** The icon as a PNG file of `size` by `size` pixels; edges cover pixels by the share that lies inside. */
export function iconPng(size: number): Buffer {
  const png = new PNG({ width: size, height: size });
  const pixel = UNITS / size;
  const share = (distance: number): number => Math.max(0, Math.min(1, 0.5 - distance / pixel));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * pixel, (row + 0.5) * pixel];
      const mark = share(toMark(x, y));
      const at = (row * size + column) * 4;
      for (let channel = 0; channel < 3; channel++)
        png.data[at + channel] = Math.round(GROUND[channel]! + (MARK[channel]! - GROUND[channel]!) * mark);
      png.data[at + 3] = Math.round(255 * share(toGround(x, y)));
    }
  return PNG.sync.write(png);
}

/** An .ico file: a directory of PNG files (6-byte head, 16 bytes an entry). */
export function icoFile(images: readonly (readonly [size: number, png: Buffer])[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

/** An .icns file: chunks of a four-letter type, a length, and a PNG file. */
export function icnsFile(images: readonly (readonly [type: string, png: Buffer])[]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  return chunk('icns', Buffer.concat(images.map(([type, png]) => chunk(type, png))));
}

const LINUX_SIZES = [16, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Types of icons that are PNG files, by edge: the plain ones and those of doubled density. */
const MAC_TYPES = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
] as const;

/** All icon files, by their path under `build`. */
export function iconFiles(): Map<string, Buffer> {
  const made = new Map<number, Buffer>();
  const png = (size: number): Buffer => {
    const found = made.get(size) ?? iconPng(size);
    made.set(size, found);
    return found;
  };
  return new Map([
    ...LINUX_SIZES.map((size) => [join('icons', `${size}x${size}.png`), png(size)] as const),
    ['icon.ico', icoFile(WINDOWS_SIZES.map((size) => [size, png(size)]))],
    ['icon.icns', icnsFile(MAC_TYPES.map(([type, size]) => [type, png(size)]))],
  ]);
}

if (import.meta.main)
  for (const [name, bytes] of iconFiles()) {
    mkdirSync(dirname(join(BUILD, name)), { recursive: true });
    writeFileSync(join(BUILD, name), bytes);
  }
