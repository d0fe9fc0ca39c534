import {
  type Expression,
  f32,
  f32x4,
  get,
  i32,
  i32x4,
  KernelSource,
  type Local,
  loopWhile,
  type Statement,
  sequence,
  set,
  sum,
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { between, everySecond, four, PIXELS } from '../../compositing/kernels/four-pixels.ts';
import type { TableRange } from './table-ranges.ts';

/** Share of red, green and blue light in luminance. */
export const LUMINANCE = [0.2126, 0.7152, 0.0722] as const;

/** One channel of four pixels whose triples lie in three vectors. */
function channel(triples: readonly Local[], which: number): Expression {
  const [a, b, c] = triples.map(get) as [Expression, Expression, Expression];
  const place = (pixel: number): number => pixel * 3 + which;
  const lanes = (from: number, until: number): number[] =>
    PIXELS.flatMap((pixel) => {
      const at = place(pixel) - from;
      const lane = at >= 0 && at < until - from ? at : 0;
      return PIXELS.map((byte) => lane * 4 + byte);
    });
  const first = v128.shuffle(a, b, lanes(0, 8));
  const mixed = PIXELS.flatMap((pixel) =>
    PIXELS.map((byte) => (place(pixel) < 8 ? pixel * 4 + byte : 16 + (place(pixel) - 8) * 4 + byte)),
  );
  return v128.shuffle(first, c, mixed);
}

/** Values of a table at four places, into `out`; `at` and `whole` are scratch. */
function lookUp(
  table: Local,
  { lowest, highest, perUnit }: TableRange,
  value: Expression,
  out: Local,
  scratch: { readonly at: Local; readonly whole: Local; readonly next: Local },
): Statement {
  const { at, whole, next } = scratch;
  const entry = (offset: number): Expression =>
    PIXELS.reduce<Expression>(
      (entries, lane) =>
        v128.load32Lane(
          i32.add(i32.add(get(table), i32.of(offset)), i32.shl(i32x4.lane(get(whole), lane), i32.of(2))),
          entries,
          lane,
        ),
      four(0),
    );
  return sequence(
    set(at, f32x4.max(four(lowest), f32x4.min(four(highest), value))),
    set(at, f32x4.mul(f32x4.sub(get(at), four(lowest)), four(perUnit))),
    set(whole, i32x4.truncate(get(at))),
    set(out, entry(0)),
    set(next, entry(4)),
    set(out, between(get(out), get(next), f32x4.sub(get(at), f32x4.from(get(whole))))),
  );
}

const luminanceOf = (red: Expression, green: Expression, blue: Expression): Expression =>
  sum(
    f32x4.add,
    ...([red, green, blue].map((value, k) => f32x4.mul(four(LUMINANCE[k]!), value)) as [Expression, ...Expression[]]),
  );

/**
 * Light of coded RGB: luminance, and R - Y and B - Y as means of 2 x 2 pixels; on request also what one unit of light is in
 * code at each pixel, and 1 where no channel is clipped. Parameters: triples, table of light, luminance, red, blue, bytes of a
 * row of singles (of whole vectors), rows (an even number), table of slopes, scale (0: not wanted), known; then the
 * coded value from which a channel is clipped.
 */
export function lightKernel(light: TableRange, slope: TableRange): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf(
    'i32',
    ...(['rgb', 'table', 'luminance', 'red', 'blue', 'width', 'height', 'slopes', 'scale', 'known'] as const),
  );
  const clipped = kernel.parameter('f32');
  const v = kernel.variablesOf('i32', 'x', 'y', 'from', 'at', 'line');
  const triples = PIXELS.slice(0, 3).map(() => kernel.variable('v128'));
  const scratch = kernel.variablesOf('v128', 'at', 'whole', 'next');
  const d = kernel.variablesOf(
    'v128',
    ...(['red', 'green', 'blue', 'lightRed', 'lightGreen', 'lightBlue', 'luminance', 'sumRed', 'sumBlue'] as const),
  );
  const codes = [d.red, d.green, d.blue];
  const lights = [d.lightRed, d.lightGreen, d.lightBlue];
  const out = (plane: Local): Expression => i32.add(get(plane), get(v.at));
  const known = codes
    .map((code) => f32x4.lt(get(code), f32x4.splat(get(clipped))))
    .reduce((all, next) => v128.and(all, next));
  const line = sequence(
    ...triples.map((triple, k) => set(triple, v128.load(get(v.from), k * 16))),
    ...codes.map((code, k) => set(code, channel(triples, k))),
    ...codes.map((code, k) => lookUp(p.table, light, get(code), lights[k]!, scratch)),
    set(d.luminance, luminanceOf(get(d.lightRed), get(d.lightGreen), get(d.lightBlue))),
    v128.store(out(p.luminance), get(d.luminance)),
    set(d.sumRed, f32x4.add(get(d.sumRed), f32x4.sub(get(d.lightRed), get(d.luminance)))),
    set(d.sumBlue, f32x4.add(get(d.sumBlue), f32x4.sub(get(d.lightBlue), get(d.luminance)))),
    when(
      get(p.scale),
      sequence(
        v128.store(out(p.known), v128.and(known, four(1))),
        lookUp(p.slopes, slope, luminanceOf(get(d.red), get(d.green), get(d.blue)), d.luminance, scratch),
        v128.store(out(p.scale), get(d.luminance)),
      ),
    ),
  );
  const halved = (total: Local): Expression =>
    f32x4.mul(four(0.25), f32x4.add(everySecond(get(total), get(total), 0), everySecond(get(total), get(total), 1)));
  const pair = sequence(
    set(d.sumRed, four(0)),
    set(d.sumBlue, four(0)),
    set(v.from, i32.add(get(p.rgb), i32.mul(get(v.x), i32.of(3)))),
    set(v.at, get(v.x)),
    line,
    set(v.from, i32.add(get(v.from), i32.mul(get(p.width), i32.of(3)))),
    set(v.at, i32.add(get(v.at), get(p.width))),
    line,
    v128.store64(get(p.red), halved(d.sumRed)),
    v128.store64(get(p.blue), halved(d.sumBlue)),
    advance(p.red, 8),
    advance(p.blue, 8),
    advance(v.x, 16),
  );
  const next = (pointer: Local, times: number): Statement =>
    set(pointer, i32.add(get(pointer), i32.mul(get(p.width), i32.of(times))));
  kernel.body = loopWhile(
    i32.lt(get(v.y), get(p.height)),
    sequence(
      set(v.x, i32.of(0)),
      loopWhile(i32.lt(get(v.x), get(p.width)), pair),
      next(p.rgb, 6),
      next(p.luminance, 2),
      when(get(p.scale), sequence(next(p.scale, 2), next(p.known, 2))),
      advance(v.y, 2),
    ),
  );
  return kernel;
}

/**
 * Coded RGB after luminance and colour differences (at half size) changed. Everything begins at an even pixel that
 * is not on the rim; what is written beyond a row is written over by the next. Parameters: triples and their bytes per row, out and its
 * bytes per row, change of luminance and its bytes per row, changes of red and blue and their bytes per row, tables of light and
 * code, width and height; then 1 / the brightest light.
 */
export function recodeKernel(light: TableRange, root: TableRange): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf(
    'i32',
    ...(['rgb', 'rgbRow', 'out', 'outRow', 'luminance', 'row', 'red', 'blue', 'halfRow'] as const),
    ...(['table', 'codes', 'width', 'height'] as const),
  );
  const perBrightest = kernel.parameter('f32');
  const v = kernel.variablesOf('i32', 'x', 'y', 'from', 'to', 'half', 'near', 'far');
  const triples = PIXELS.slice(0, 3).map(() => kernel.variable('v128'));
  const scratch = kernel.variablesOf('v128', 'at', 'whole', 'next');
  const d = kernel.variablesOf('v128', 'red', 'green', 'blue', 'line', 'light', 'value');
  const lane = (...lanes: number[]): number[] => lanes.flatMap((one) => PIXELS.map((byte) => one * 4 + byte));
  /** A change at half size, linear between its samples, whose places are the middles of 2 x 2 pixels. */
  const upsample = (plane: Local, into: Local): Statement =>
    sequence(
      set(
        d.line,
        f32x4.add(
          f32x4.mul(four(0.75), v128.load(i32.add(get(plane), get(v.near)))),
          f32x4.mul(four(0.25), v128.load(i32.add(get(plane), get(v.far)))),
        ),
      ),
      set(
        into,
        f32x4.add(
          f32x4.mul(four(0.75), v128.shuffle(get(d.line), get(d.line), lane(1, 1, 2, 2))),
          f32x4.mul(four(0.25), v128.shuffle(get(d.line), get(d.line), lane(0, 2, 1, 3))),
        ),
      ),
    );
  const changes = [d.red, d.green, d.blue];
  const recoded = (change: Local, which: number): Statement =>
    sequence(
      lookUp(p.table, light, channel(triples, which), d.light, scratch),
      set(d.light, f32x4.add(get(d.light), f32x4.add(get(d.value), get(change)))),
      // The table of codes is even in the root of light, and odd about black.
      set(change, f32x4.sqrt(f32x4.mul(f32x4.abs(get(d.light)), f32x4.splat(get(perBrightest))))),
      lookUp(p.codes, root, get(change), change, scratch),
      set(change, v128.or(get(change), v128.and(get(d.light), f32x4.splat(f32.of(-0))))),
    );
  /** Three vectors of triples of what is in the three channels. */
  const interleaved = (vector: number): Expression => {
    const [r, g, b] = changes.map(get) as [Expression, Expression, Expression];
    const place = (k: number): [pixel: number, which: number] => {
      const at = vector * 4 + k;
      return [Math.floor(at / 3), at % 3];
    };
    const pair = v128.shuffle(
      r,
      g,
      PIXELS.flatMap((k) => {
        const [pixel, which] = place(k);
        return PIXELS.map((byte) => (which === 2 ? 0 : which * 16 + pixel * 4 + byte));
      }),
    );
    return v128.shuffle(
      pair,
      b,
      PIXELS.flatMap((k) => {
        const [pixel, which] = place(k);
        return PIXELS.map((byte) => (which === 2 ? 16 + pixel * 4 + byte : k * 4 + byte));
      }),
    );
  };
  const pixels = sequence(
    set(v.from, i32.add(get(p.rgb), i32.mul(get(v.x), i32.of(3)))),
    set(v.to, i32.add(get(p.out), i32.mul(get(v.x), i32.of(3)))),
    ...triples.map((triple, k) => set(triple, v128.load(get(v.from), k * 16))),
    // The sample before the one that the first two pixels share.
    set(v.near, i32.sub(i32.add(get(v.half), i32.shr(get(v.x), i32.of(1))), i32.of(4))),
    set(v.far, i32.add(get(v.near), farther(v.y, p.halfRow))),
    upsample(p.red, d.red),
    upsample(p.blue, d.blue),
    set(
      d.green,
      f32x4.add(
        f32x4.mul(four(-LUMINANCE[0] / LUMINANCE[1]), get(d.red)),
        f32x4.mul(four(-LUMINANCE[2] / LUMINANCE[1]), get(d.blue)),
      ),
    ),
    set(d.value, v128.load(i32.add(get(p.luminance), get(v.x)))),
    ...changes.map(recoded),
    ...[0, 1, 2].map((vector) => v128.store(get(v.to), interleaved(vector), vector * 16)),
    advance(v.x, 16),
  );
  kernel.body = loopWhile(
    i32.lt(get(v.y), get(p.height)),
    sequence(
      set(v.half, i32.mul(i32.shr(get(v.y), i32.of(1)), get(p.halfRow))),
      set(v.x, i32.of(0)),
      loopWhile(i32.lt(get(v.x), i32.shl(get(p.width), i32.of(2))), pixels),
      set(p.rgb, i32.add(get(p.rgb), get(p.rgbRow))),
      set(p.out, i32.add(get(p.out), get(p.outRow))),
      set(p.luminance, i32.add(get(p.luminance), get(p.row))),
      advance(v.y, 1),
    ),
  );
  return kernel;
}

/** Bytes from the nearer row of half size to the farther: the one above for an even row, the one below for an odd. */
function farther(y: Local, row: Local): Expression {
  const sense = i32.sub(i32.shl(i32.and(get(y), i32.of(1)), i32.of(1)), i32.of(1));
  return i32.mul(sense, get(row));
}
