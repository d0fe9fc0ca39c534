import { SHAPE_COUNT } from '../../../core/performance.ts';

/** 52 displacement fields, whole and as the vertices that really move. Order of SHAPE_NAMES throughout. */
export interface ShapeBasis {
  /** [468, 3] cm each. */
  readonly shapes: readonly Float32Array[];
  /** Vertices that a shape moves, ascending. */
  readonly supports: readonly Uint16Array[];
  /** [support, 3]: the displacements of just those vertices. */
  readonly packed: readonly Float32Array[];
}

/** Lists the support of every shape. */
export function packShapes(shapes: readonly Float32Array[]): ShapeBasis {
  const supports = shapes.map((field) => {
    const moved: number[] = [];
    for (let v = 0; v < field.length / 3; v++)
      if (field[v * 3] !== 0 || field[v * 3 + 1] !== 0 || field[v * 3 + 2] !== 0) moved.push(v);
    return Uint16Array.from(moved);
  });
  const packed = shapes.map((field, s) => {
    const support = supports[s]!;
    const values = new Float32Array(support.length * 3);
    support.forEach((v, i) => {
      values.set(field.subarray(v * 3, v * 3 + 3), i * 3);
    });
    return values;
  });
  return { shapes, supports, packed };
}

/**
 * out = neutral + sum of coefficient * shape: the mesh [468, 3] of one frame. Linear, allocates nothing.
 * @param coefficients the track's array; 52 values are read from `offset`.
 */
export function synthesise(
  basis: ShapeBasis,
  neutral: Float32Array,
  coefficients: Float32Array,
  out: Float32Array,
  offset = 0,
): void {
  out.set(neutral);
  const { supports, packed } = basis;
  for (let s = 0; s < SHAPE_COUNT; s++) {
    const coefficient = coefficients[offset + s]!;
    if (coefficient === 0) continue;
    const support = supports[s]!;
    const values = packed[s]!;
    for (let i = 0; i < support.length; i++) {
      const at = support[i]! * 3;
      out[at]! += coefficient * values[i * 3]!;
      out[at + 1]! += coefficient * values[i * 3 + 1]!;
      out[at + 2]! += coefficient * values[i * 3 + 2]!;
    }
  }
}
