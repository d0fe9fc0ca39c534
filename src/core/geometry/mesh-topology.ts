/** Corner indices of triangles, three per triangle, counter-clockwise seen from outside. */
export type TriangleIndices = Uint16Array | Uint32Array;

/** Neighbours of every vertex in compressed rows: those of `v` are `neighbours[offsets[v] .. offsets[v + 1])`, ascending. */
export interface VertexAdjacency {
  readonly vertexCount: number;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** Unique edges of a mesh with what lies on both sides. */
export interface EdgeTable {
  /** [edges, 2], smaller index first, in order of first appearance. */
  readonly ends: Uint32Array;
  /** [edges, 2]: the corner opposite the edge in each of its triangles; -1 where the edge is on a border. */
  readonly opposite: Int32Array;
  /** [triangles, 3]: the edges corner 0-1, 1-2, 2-0. */
  readonly ofTriangle: Uint32Array;
}

/** Which vertices share an edge. Vertices that no triangle uses have no neighbours. */
export function buildVertexAdjacency(triangles: TriangleIndices, vertexCount: number): VertexAdjacency {
  const sets = Array.from({ length: vertexCount }, () => new Set<number>());
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      sets[a]!.add(b);
      sets[b]!.add(a);
    }
  }
  const offsets = new Uint32Array(vertexCount + 1);
  for (let v = 0; v < vertexCount; v++) offsets[v + 1] = offsets[v]! + sets[v]!.size;
  const neighbours = new Uint32Array(offsets[vertexCount]!);
  for (let v = 0; v < vertexCount; v++)
    neighbours.set(
      [...sets[v]!].sort((a, b) => a - b),
      offsets[v]!,
    );
  return { vertexCount, offsets, neighbours };
}

/** Lists every edge once. Throws a RangeError where more than two triangles meet in an edge. */
export function buildEdgeTable(triangles: TriangleIndices): EdgeTable {
  const seen = new Map<number, number>();
  const ends: number[] = [];
  const opposite: number[] = [];
  const ofTriangle = new Uint32Array(triangles.length);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      const far = triangles[t + ((k + 2) % 3)]!;
      const key = Math.min(a, b) * 0x4000000 + Math.max(a, b);
      let edge = seen.get(key);
      if (edge === undefined) {
        edge = ends.length / 2;
        seen.set(key, edge);
        ends.push(Math.min(a, b), Math.max(a, b));
        opposite.push(far, -1);
      } else {
        if (opposite[edge * 2 + 1] !== -1)
          throw new RangeError(`Edge ${a}-${b} belongs to more than two triangles; the mesh is not a surface.`);
        opposite[edge * 2 + 1] = far;
      }
      ofTriangle[t + k] = edge;
    }
  }
  return { ends: Uint32Array.from(ends), opposite: Int32Array.from(opposite), ofTriangle };
}

/** Closed border loops, each a list of vertices along the border; longest first. */
export function borderLoops(triangles: TriangleIndices): number[][] {
  const { ends, opposite } = buildEdgeTable(triangles);
  const next = new Map<number, number[]>();
  const link = (a: number, b: number): void => {
    const list = next.get(a);
    if (list) list.push(b);
    else next.set(a, [b]);
  };
  for (let e = 0; e < ends.length / 2; e++) {
    if (opposite[e * 2 + 1] !== -1) continue;
    link(ends[e * 2]!, ends[e * 2 + 1]!);
    link(ends[e * 2 + 1]!, ends[e * 2]!);
  }
  const visited = new Set<number>();
  const loops: number[][] = [];
  for (const start of next.keys()) {
    if (visited.has(start)) continue;
    const loop: number[] = [];
    let vertex: number | undefined = start;
    while (vertex !== undefined) {
      visited.add(vertex);
      loop.push(vertex);
      vertex = next.get(vertex)!.find((candidate) => !visited.has(candidate));
    }
    loops.push(loop);
  }
  return loops.sort((a, b) => b.length - a.length);
}

/**
 * The vertex that mirrors each vertex across the plane x = 0: `mirror[v]` has position (-x, y, z) of `v`.
 * `positions` [n, 3]. Throws a RangeError when some vertex has no partner within `tolerance` (same unit).
 */
export function mirrorPermutation(positions: Float32Array, tolerance: number): Uint32Array {
  const count = positions.length / 3;
  const mirror = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      const distance = Math.hypot(
        positions[i * 3]! + positions[j * 3]!,
        positions[i * 3 + 1]! - positions[j * 3 + 1]!,
        positions[i * 3 + 2]! - positions[j * 3 + 2]!,
      );
      if (distance < best) {
        best = distance;
        mirror[i] = j;
      }
    }
    if (best > tolerance) throw new RangeError(`Vertex ${i} has no mirror image within ${tolerance}.`);
  }
  return mirror;
}

/** The triangles whose three corners do not all lie in `loop`: opens the hole (mouth, eye) that the loop rims. */
export function withoutFilledLoops(triangles: TriangleIndices, loops: readonly (readonly number[])[]): Uint32Array {
  const sets = loops.map((loop) => new Set(loop));
  const kept: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    if (sets.some((set) => set.has(a) && set.has(b) && set.has(c))) continue;
    kept.push(a, b, c);
  }
  return Uint32Array.from(kept);
}
