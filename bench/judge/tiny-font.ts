// A glyph is 15 bits: five rows of three, top row first, left pixel in the highest bit of its row. Written in octal,
// one digit a row, so that the shapes can be read: 0o75557 is a box.
const glyphs: Readonly<Record<string, number>> = {
  '0': 0o75557,
  '1': 0o26227,
  '2': 0o71747,
  '3': 0o71317,
  '4': 0o55711,
  '5': 0o74717,
  '6': 0o74757,
  '7': 0o71122,
  '8': 0o75757,
  '9': 0o75717,
  a: 0o25755,
  b: 0o65656,
  c: 0o34443,
  d: 0o65556,
  e: 0o74647,
  f: 0o74644,
  g: 0o34553,
  h: 0o55755,
  i: 0o72227,
  j: 0o11152,
  k: 0o55655,
  l: 0o44447,
  m: 0o57755,
  n: 0o65555,
  o: 0o25552,
  p: 0o65644,
  q: 0o25563,
  r: 0o65655,
  s: 0o34216,
  t: 0o72222,
  u: 0o55557,
  v: 0o55552,
  w: 0o55775,
  x: 0o55255,
  y: 0o55222,
  z: 0o71247,
  '.': 0o00002,
  '-': 0o00700,
  '+': 0o02720,
  '|': 0o22222,
  '/': 0o11244,
  ':': 0o02020,
};

/** An RGB picture that is drawn on. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Interleaved 8-bit RGB. */
  readonly rgb: Uint8Array;
}

/** Writes a line of text (letters, digits, `. - + | / :`) on a black bar; pixels outside the canvas are left out. */
export function drawText(canvas: Canvas, text: string, x: number, y: number, scale = 2): void {
  const advance = 4 * scale;
  fill(canvas, x, y, text.length * advance + scale, 7 * scale, 0);
  [...text.toLowerCase()].forEach((letter, column) => {
    const bits = glyphs[letter] ?? 0;
    for (let row = 0; row < 5; row++) {
      for (let bit = 0; bit < 3; bit++) {
        if (((bits >> (14 - 3 * row - bit)) & 1) === 0) continue;
        fill(canvas, x + column * advance + (bit + 1) * scale, y + (row + 1) * scale, scale, scale, 255);
      }
    }
  });
}

/** Fills a rectangle with a grey level. */
export function fill(canvas: Canvas, x: number, y: number, width: number, height: number, level: number): void {
  const x0 = Math.max(0, x);
  const x1 = Math.min(canvas.width, x + width);
  for (let row = Math.max(0, y); row < Math.min(canvas.height, y + height); row++) {
    if (x1 > x0) canvas.rgb.fill(level, 3 * (row * canvas.width + x0), 3 * (row * canvas.width + x1));
  }
}
