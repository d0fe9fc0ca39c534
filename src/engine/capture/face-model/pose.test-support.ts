import { SHAPE_COUNT, type ShapeName, shapeIndex } from '../../../core/performance.ts';
import { INNER_LIP_LOWER, INNER_LIP_UPPER, type ShapeBasis, synthesise } from './index.ts';

/** Some shapes with their coefficients. */
export type Mix = Partial<Record<ShapeName, number>>;

/** The mesh of a few coefficients. */
export function pose(basis: ShapeBasis, neutral: Float32Array, mix: Mix): Float32Array {
  const coefficients = new Float32Array(SHAPE_COUNT);
  for (const [name, value] of Object.entries(mix)) coefficients[shapeIndex(name as ShapeName)] = value;
  const out = new Float32Array(neutral.length);
  synthesise(basis, neutral, coefficients, out);
  return out;
}

/** The same coefficient on both sides. */
export function both(name: string, value = 1): Mix {
  return { [`${name}Left`]: value, [`${name}Right`]: value };
}

/** Distance of two vertices, cm. */
export function distance(mesh: Float32Array, a: number, b: number): number {
  return Math.hypot(
    mesh[a * 3]! - mesh[b * 3]!,
    mesh[a * 3 + 1]! - mesh[b * 3 + 1]!,
    mesh[a * 3 + 2]! - mesh[b * 3 + 2]!,
  );
}

/** Widest gap between facing inner-lip vertices, cm. */
export function lipGap(mesh: Float32Array): number {
  return Math.max(...INNER_LIP_UPPER.map((top, i) => distance(mesh, top, INNER_LIP_LOWER[i]!)));
}
