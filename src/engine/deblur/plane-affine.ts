/** Least-squares affine map of the plane that takes the first `count` points of `from` [.., 3] onto those of `to`. */
export function fitAffine(
  from: Float32Array,
  to: Float32Array,
  count: number,
): (x: number, y: number) => [x: number, y: number] {
  let [mx, my, nx, ny] = [0, 0, 0, 0];
  for (let v = 0; v < count; v++) {
    mx += from[v * 3]! / count;
    my += from[v * 3 + 1]! / count;
    nx += to[v * 3]! / count;
    ny += to[v * 3 + 1]! / count;
  }
  let [xx, xy, yy, ux, uy, vx, vy] = [0, 0, 0, 0, 0, 0, 0];
  for (let v = 0; v < count; v++) {
    const x = from[v * 3]! - mx;
    const y = from[v * 3 + 1]! - my;
    const u = to[v * 3]! - nx;
    const w = to[v * 3 + 1]! - ny;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ux += u * x;
    uy += u * y;
    vx += w * x;
    vy += w * y;
  }
  const det = xx * yy - xy * xy;
  if (det <= 1e-9) return (x, y) => [x + nx - mx, y + ny - my];
  const [a, b] = [(ux * yy - uy * xy) / det, (uy * xx - ux * xy) / det];
  const [c, d] = [(vx * yy - vy * xy) / det, (vy * xx - vx * xy) / det];
  return (x, y) => [nx + a * (x - mx) + b * (y - my), ny + c * (x - mx) + d * (y - my)];
}
