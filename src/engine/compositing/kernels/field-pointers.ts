import {
  type Expression,
  get,
  i32,
  type KernelSource,
  type Local,
  type Statement,
  sequence,
  set,
} from '../../../core/wasm/index.ts';

/** Where the arrays of a warp field lie: one after another from `field` on, `plane` bytes apart, the regions last. */
export interface FieldPointers {
  readonly field: Local;
  readonly plane: Local;
}

/** The first two parameters of every kernel that works on a field. */
export function fieldParameters(kernel: KernelSource): FieldPointers {
  return { field: kernel.parameter('i32'), plane: kernel.parameter('i32') };
}

/** Arrays of a field in their order in memory. */
export const FIELD_ARRAYS = ['dx', 'dy', 'logGain', 'matte', 'u', 'v', 'depth', 'region'] as const;

/** Address of an array of the field. */
export function arrayOf({ field, plane }: FieldPointers, array: (typeof FIELD_ARRAYS)[number]): Expression {
  return i32.add(get(field), i32.mul(get(plane), i32.of(FIELD_ARRAYS.indexOf(array))));
}

/** Variables that step through several arrays together. */
export function cursors<Names extends (typeof FIELD_ARRAYS)[number]>(
  kernel: KernelSource,
  pointers: FieldPointers,
  names: readonly Names[],
): {
  readonly cursor: Readonly<Record<Names, Local>>;
  place(pixel: Expression): Statement;
  step(pixels: number): Statement;
} {
  const cursor = Object.fromEntries(names.map((name) => [name, kernel.variable('i32')])) as Record<Names, Local>;
  const bytes = (name: Names): number => (name === 'region' ? 0 : 2);
  return {
    cursor,
    place: (pixel) =>
      sequence(
        ...names.map((name) =>
          set(cursor[name], i32.add(arrayOf(pointers, name), i32.shl(pixel, i32.of(bytes(name))))),
        ),
      ),
    step: (pixels) =>
      sequence(...names.map((name) => set(cursor[name], i32.add(get(cursor[name]), i32.of(pixels << bytes(name)))))),
  };
}

/** Adds to a whole variable. */
export function advance(variable: Local, by: number): Statement {
  return set(variable, i32.add(get(variable), i32.of(by)));
}
