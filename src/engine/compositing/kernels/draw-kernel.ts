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
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance, cursors, fieldParameters } from './field-pointers.ts';

/** Vertex values after x, y: depth first, as it decides about the others. */
const ATTRIBUTES = ['depth', 'dx', 'dy', 'logGain', 'matte', 'u', 'v'] as const;
/** Pixels whose centre lies this far outside (in barycentric weights) still count: no seam opens between neighbours. */
const SLACK = 1e-4;
const VERTEX_BYTES = 36;

/**
 * Draws triangles into a field; see drawTriangles. Four pixels of a row at a time: their weights, who is inside and in
 * front, then every attribute where that holds.
 *
 * Parameters: field, plane, vertices, triangles, triangle count, width, height, x and y of the field's first pixel
 * centre (single), mark, address of the region's bounds (four integers).
 */
export function drawKernel(): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const vertices = kernel.parameter('i32');
  const triangles = kernel.parameter('i32');
  const count = kernel.parameter('i32');
  const width = kernel.parameter('i32');
  const height = kernel.parameter('i32');
  const originX = kernel.parameter('f32');
  const originY = kernel.parameter('f32');
  const mark = kernel.parameter('i32');
  const bounds = kernel.parameter('i32');

  const integer = (): Local => kernel.variable('i32');
  const single = (): Local => kernel.variable('f32');
  const vector = (): Local => kernel.variable('v128');
  const corner = [integer(), integer(), integer()] as const;
  const cornerX = [single(), single(), single()] as const;
  const cornerY = [single(), single(), single()] as const;
  const [x0, x1, y0, y1, x, y] = [integer(), integer(), integer(), integer(), integer(), integer()];
  const inverse = single();
  const [wbx, wcx, wb, wc, rowB, rowC] = [vector(), vector(), vector(), vector(), vector(), vector()];
  const [wby, wcy] = [single(), single()];
  const [inside, lanes, value] = [vector(), vector(), vector()];
  const planes = ATTRIBUTES.map(() => [vector(), vector(), vector()] as const);
  const { cursor, place, step } = cursors(kernel, pointers, [...ATTRIBUTES, 'region']);

  const [ax, bx, cx] = cornerX.map(get) as [Expression, Expression, Expression];
  const [ay, by, cy] = cornerY.map(get) as [Expression, Expression, Expression];
  const three = (of: (a: Expression, b: Expression) => Expression, a: Expression, b: Expression, c: Expression) =>
    of(of(a, b), c);
  const first = (a: Expression, b: Expression, c: Expression): Expression =>
    i32.truncate(f32.max(f32.of(0), f32.ceil(f32.sub(three(f32.min, a, b, c), f32.of(SLACK)))));
  const last = (a: Expression, b: Expression, c: Expression, size: Local): Expression =>
    i32.truncate(
      f32.floor(
        f32.min(
          f32.from(i32.sub(get(size), i32.of(1))),
          f32.max(f32.of(-1), f32.add(three(f32.max, a, b, c), f32.of(SLACK))),
        ),
      ),
    );
  const widen = (slot: number, limit: Local, beyond: typeof i32.lt): Statement =>
    when(beyond(get(limit), i32.load(get(bounds), slot * 4)), i32.store(get(bounds), get(limit), slot * 4));

  const setUp = sequence(
    ...corner.flatMap((at, k) => [
      set(at, i32.add(get(vertices), i32.mul(i32.load(get(triangles), k * 4), i32.of(VERTEX_BYTES)))),
      set(cornerX[k]!, f32.sub(f32.load(get(at)), get(originX))),
      set(cornerY[k]!, f32.sub(f32.load(get(at), 4), get(originY))),
    ]),
    set(inverse, f32.sub(f32.mul(f32.sub(bx, ax), f32.sub(cy, ay)), f32.mul(f32.sub(cx, ax), f32.sub(by, ay)))),
    set(x0, first(ax, bx, cx)),
    set(x1, last(ax, bx, cx, width)),
    set(y0, first(ay, by, cy)),
    set(y1, last(ay, by, cy, height)),
  );

  const slopes = sequence(
    set(inverse, f32.div(f32.of(1), get(inverse))),
    set(wbx, f32x4.splat(f32.mul(f32.sub(cy, ay), get(inverse)))),
    set(wby, f32.mul(f32.sub(ax, cx), get(inverse))),
    set(wcx, f32x4.splat(f32.mul(f32.sub(ay, by), get(inverse)))),
    set(wcy, f32.mul(f32.sub(bx, ax), get(inverse))),
    ...planes.flatMap(([base, alongB, alongC], k) => [
      set(base, v128.loadSplat(get(corner[0]), 8 + k * 4)),
      set(alongB, f32x4.sub(v128.loadSplat(get(corner[1]), 8 + k * 4), get(base))),
      set(alongC, f32x4.sub(v128.loadSplat(get(corner[2]), 8 + k * 4), get(base))),
    ]),
  );

  const interpolated = (k: number): Expression => {
    const [base, alongB, alongC] = planes[k]!;
    return f32x4.add(get(base), f32x4.add(f32x4.mul(get(wb), get(alongB)), f32x4.mul(get(wc), get(alongC))));
  };
  const paint = sequence(
    v128.store(get(cursor.depth), v128.select(get(value), v128.load(get(cursor.depth)), get(inside))),
    ...ATTRIBUTES.slice(1).map((name, k) => {
      const at = get(cursor[name]);
      return v128.store(at, v128.select(interpolated(k + 1), v128.load(at), get(inside)));
    }),
    ...[0, 1, 2, 3].map((lane) => when(i32x4.lane(get(inside), lane), i32.store8(get(cursor.region), get(mark), lane))),
  );
  const fourPixels = sequence(
    set(lanes, f32x4.add(f32x4.splat(f32.from(get(x))), v128.of(0, 1, 2, 3))),
    set(wb, f32x4.add(f32x4.mul(f32x4.sub(get(lanes), f32x4.splat(ax)), get(wbx)), get(rowB))),
    set(wc, f32x4.add(f32x4.mul(f32x4.sub(get(lanes), f32x4.splat(ax)), get(wcx)), get(rowC))),
    set(value, interpolated(0)),
    set(
      inside,
      v128.and(
        v128.and(
          v128.and(f32x4.ge(get(wb), f32x4.splat(f32.of(-SLACK))), f32x4.ge(get(wc), f32x4.splat(f32.of(-SLACK)))),
          f32x4.le(f32x4.add(get(wb), get(wc)), f32x4.splat(f32.of(1 + SLACK))),
        ),
        v128.and(
          f32x4.le(get(lanes), f32x4.splat(f32.from(get(x1)))),
          f32x4.ge(get(value), v128.load(get(cursor.depth))),
        ),
      ),
    ),
    when(v128.any(get(inside)), paint),
    step(4),
    advance(x, 4),
  );
  const rows = sequence(
    set(y, get(y0)),
    loopWhile(
      i32.le(get(y), get(y1)),
      sequence(
        set(rowB, f32x4.splat(f32.mul(f32.sub(f32.from(get(y)), ay), get(wby)))),
        set(rowC, f32x4.splat(f32.mul(f32.sub(f32.from(get(y)), ay), get(wcy)))),
        set(x, get(x0)),
        place(i32.add(i32.mul(get(y), get(width)), get(x0))),
        loopWhile(i32.le(get(x), get(x1)), fourPixels),
        advance(y, 1),
      ),
    ),
  );
  kernel.body = loopWhile(
    get(count),
    sequence(
      setUp,
      when(
        i32.and(
          f32.ge(f32.abs(get(inverse)), f32.of(1e-9)),
          i32.and(i32.le(get(x0), get(x1)), i32.le(get(y0), get(y1))),
        ),
        sequence(widen(0, x0, i32.lt), widen(1, x1, i32.gt), widen(2, y0, i32.lt), widen(3, y1, i32.gt), slopes, rows),
      ),
      advance(triangles, 12),
      advance(count, -1),
    ),
  );
  return kernel;
}
