/**
 * A small stroke alphabet drawn for this project. Glyphs lie on a grid: baseline at y = 4, x-height 12, capitals 16,
 * descenders 0. Each stroke is a list of points, two base-36 digits each (x, y); `~` in front makes it a smooth curve
 * through quadratic B-spline control points, closed when it ends where it starts.
 */
const GLYPHS: Readonly<Record<string, readonly [width: number, ...strokes: string[]]>> = {
  A: [8, '04 4g 84', '28 68'],
  B: [8, '04 0g', '~0g 4g 7g 7a 4a 0a', '~0a 4a 8a 84 44 04'],
  C: [8, '~8d 7g 4g 0g 0a 04 44 74 87'],
  D: [8, '04 0g', '~0g 4g 8g 8a 84 44 04'],
  E: [7, '7g 0g 04 74', '0a 6a'],
  F: [7, '7g 0g 04', '0a 6a'],
  G: [8, '~8d 7g 4g 0g 0a 04 44 84 8a', '8a 5a'],
  H: [8, '04 0g', '84 8g', '0a 8a'],
  I: [0, '04 0g'],
  J: [6, '~6g 68 64 34 04 07'],
  K: [8, '04 0g', '8g 09', '3b 84'],
  L: [7, '0g 04 74'],
  M: [10, '04 0g 58 ag a4'],
  N: [8, '04 0g 84 8g'],
  O: [8, '~4g 0g 0a 04 44 84 8a 8g 4g'],
  P: [8, '04 0g', '~0g 4g 8g 89 49 09'],
  Q: [8, '~4g 0g 0a 04 44 84 8a 8g 4g', '57 83'],
  R: [8, '04 0g', '~0g 4g 8g 89 49 09', '49 84'],
  S: [8, '~8d 8g 4g 0g 0b 4a 89 84 44 04 07'],
  T: [8, '0g 8g', '4g 44'],
  U: [8, '~0g 09 04 44 84 89 8g'],
  V: [8, '0g 44 8g'],
  W: [12, '0g 34 6e 94 cg'],
  X: [8, '04 8g', '0g 84'],
  Y: [8, '0g 4a 8g', '4a 44'],
  Z: [8, '0g 8g 04 84'],
  a: [6, '~3c 0c 08 04 34 64 68 6c 3c', '6c 64'],
  b: [6, '~3c 0c 08 04 34 64 68 6c 3c', '0g 04'],
  c: [6, '~6a 6c 3c 0c 08 04 34 64 66'],
  d: [6, '~3c 0c 08 04 34 64 68 6c 3c', '6g 64'],
  e: [6, '08 68', '~68 6c 3c 0c 08 04 34 54 66'],
  f: [4, '14 1d', '~1d 1g 4g', '0c 3c'],
  g: [6, '~3c 0c 08 04 34 64 68 6c 3c', '~6c 63 60 30 10 01'],
  h: [6, '0g 04', '~08 0c 3c 6c 69 64'],
  i: [0, '0c 04', '0f 0f'],
  j: [2, '~2c 22 20 00', '2f 2f'],
  k: [6, '0g 04', '5c 07', '29 64'],
  l: [0, '0g 04'],
  m: [10, '0c 04', '~08 0c 2c 5c 59 54', '~58 5c 7c ac a9 a4'],
  n: [6, '0c 04', '~08 0c 3c 6c 69 64'],
  o: [6, '~3c 0c 08 04 34 64 68 6c 3c'],
  p: [6, '~3c 0c 08 04 34 64 68 6c 3c', '0c 00'],
  q: [6, '~3c 0c 08 04 34 64 68 6c 3c', '6c 60'],
  r: [4, '0c 04', '~08 0c 3c 4c'],
  s: [6, '~6b 6c 3c 0c 09 38 67 64 34 04 05'],
  t: [4, '~1f 17 14 44', '0c 4c'],
  u: [6, '~0c 07 04 34 64 68', '6c 64'],
  v: [6, '0c 34 6c'],
  w: [10, '0c 34 5b 74 ac'],
  x: [6, '04 6c', '0c 64'],
  y: [6, '0c 34', '6c 20 00'],
  z: [6, '0c 6c 04 64'],
  '0': [8, '~4g 0g 0a 04 44 84 8a 8g 4g'],
  '1': [4, '0d 3g 34'],
  '2': [8, '~0d 0g 4g 8g 8c 58 04', '04 84'],
  '3': [8, '~0e 1g 4g 8g 8a 4a', '~4a 8a 84 44 14 06'],
  '4': [8, '64 6g 08 88'],
  '5': [8, '7g 1g 0b', '~0b 2c 8d 84 44 04 06'],
  '6': [8, '~7g 2f 0a 04 44 84 8b 4b 0b 08'],
  '7': [8, '0g 8g 34'],
  '8': [8, '~4g 1g 1a 4a 7a 7g 4g', '~4a 0a 04 44 84 8a 4a'],
  '9': [8, '~14 65 8a 8g 4g 0g 09 49 89 8c'],
  '.': [0, '04 04'],
  ',': [1, '14 02'],
  ':': [0, '05 05', '0b 0b'],
  '-': [6, '0a 6a'],
  '+': [8, '0a 8a', '46 4e'],
  '/': [6, '03 6h'],
  '%': [10, '04 ag', '~2g 0g 0c 2c 4c 4g 2g', '~88 68 64 84 a4 a8 88'],
  '(': [3, '~3h 0d 07 33'],
  ')': [3, '~0h 3d 37 03'],
  '=': [8, '08 88', '0c 8c'],
  '>': [8, '05 8a 0f'],
  _: [6, '04 64'],
  "'": [0, '0g 0d'],
  '!': [0, '0g 08', '04 04'],
  '?': [6, '~0d 0g 3g 6g 6c 3b 38', '34 34'],
};

/** Height of the grid from descender to capitals, in grid units. */
export const GLYPH_HEIGHT = 16;

/** Width of a space, in grid units. */
export const SPACE_WIDTH = 5;

/** Gap between two glyphs, in grid units. */
export const LETTER_SPACING = 4;

/** A glyph as polylines of x, y pairs in grid units. */
export interface Glyph {
  readonly width: number;
  readonly strokes: readonly (readonly number[])[];
}

/** Corner cutting (Chaikin 1974): tends to the quadratic B-spline of the control points. */
function smooth(points: readonly number[]): number[] {
  const count = points.length / 2;
  const closed = points[0] === points[2 * count - 2] && points[1] === points[2 * count - 1];
  const result: number[] = closed ? [] : [points[0]!, points[1]!];
  for (let i = 0; i + 1 < count; i++) {
    const [ax, ay, bx, by] = [points[2 * i]!, points[2 * i + 1]!, points[2 * i + 2]!, points[2 * i + 3]!];
    result.push(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by, 0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by);
  }
  if (closed) result.push(result[0]!, result[1]!);
  else result.push(points[2 * count - 2]!, points[2 * count - 1]!);
  return result;
}

function parseStroke(text: string): number[] {
  const curved = text.startsWith('~');
  const points = (curved ? text.slice(1) : text)
    .split(' ')
    .flatMap((pair) => [Number.parseInt(pair[0]!, 36), Number.parseInt(pair[1]!, 36)]);
  return curved ? smooth(smooth(smooth(points))) : points;
}

const parsed = new Map<string, Glyph>();

/** The glyph of a character; a small box for one that the alphabet lacks. */
export function glyphOf(character: string): Glyph {
  let glyph = parsed.get(character);
  if (!glyph) {
    const [width, ...strokes] = GLYPHS[character] ?? [6, '04 0e 6e 64 04'];
    glyph = { width, strokes: strokes.map(parseStroke) };
    parsed.set(character, glyph);
  }
  return glyph;
}
