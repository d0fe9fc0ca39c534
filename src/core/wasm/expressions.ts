/** Types of values in a kernel. */
export type ValueType = 'i32' | 'f32' | 'v128';

/** Instructions that leave one value. */
export interface Expression {
  readonly type: ValueType;
  readonly code: readonly number[];
}

/** Instructions that leave nothing. */
export type Statement = readonly number[];

/** A parameter or variable of a kernel. */
export interface Local {
  readonly type: ValueType;
  readonly index: number;
}

/** LEB128 of an unsigned number. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const vector = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const join = (type: ValueType, operands: readonly Expression[], code: readonly number[]): Expression => ({
  type,
  code: [...operands.flatMap((operand) => operand.code), ...code],
});

type Binary = (a: Expression, b: Expression) => Expression;
type Unary = (a: Expression) => Expression;
const binary =
  (type: ValueType, ...code: number[]): Binary =>
  (a, b) =>
    join(type, [a, b], code);
const unary =
  (type: ValueType, ...code: number[]): Unary =>
  (a) =>
    join(type, [a], code);

/** Value of a local. */
export function get({ type, index }: Local): Expression {
  return { type, code: [0x20, ...unsigned(index)] };
}

/** Gives a local a value. */
export function set(local: Local, value: Expression): Statement {
  if (local.type !== value.type) throw new TypeError(`A ${value.type} does not fit a ${local.type}.`);
  return [...value.code, 0x21, ...unsigned(local.index)];
}

/** Statements one after another. */
export function sequence(...statements: readonly Statement[]): Statement {
  return statements.flat();
}

/** Runs `then` when the i32 is not 0, else `otherwise`. */
export function when(condition: Expression, then: Statement, otherwise: Statement = []): Statement {
  const rest = otherwise.length > 0 ? [0x05, ...otherwise] : [];
  return [...condition.code, 0x04, 0x40, ...then, ...rest, 0x0b];
}

/** Runs `body` as long as the i32 is not 0. */
export function loopWhile(condition: Expression, body: Statement): Statement {
  return [0x02, 0x40, 0x03, 0x40, ...condition.code, 0x45, 0x0d, 1, ...body, 0x0c, 0, 0x0b, 0x0b];
}

/** Memory operand: alignment is a hint and always given as none. */
const at = (offset: number): number[] => [0, ...unsigned(offset)];

const load =
  (type: ValueType, ...code: number[]) =>
  (address: Expression, offset = 0): Expression =>
    join(type, [address], [...code, ...at(offset)]);
const store =
  (...code: number[]) =>
  (address: Expression, value: Expression, offset = 0): Statement => [
    ...address.code,
    ...value.code,
    ...code,
    ...at(offset),
  ];

const loadLane =
  (opcode: number) =>
  (address: Expression, into: Expression, lane: number): Expression =>
    join('v128', [address, into], [...vector(opcode), ...at(0), lane]);

/** Whole numbers; comparisons give 0 or 1. */
export const i32 = {
  of: (value: number): Expression => ({ type: 'i32', code: [0x41, ...signed(value)] }),
  add: binary('i32', 0x6a),
  sub: binary('i32', 0x6b),
  mul: binary('i32', 0x6c),
  and: binary('i32', 0x71),
  or: binary('i32', 0x72),
  shl: binary('i32', 0x74),
  shr: binary('i32', 0x75),
  eq: binary('i32', 0x46),
  ne: binary('i32', 0x47),
  lt: binary('i32', 0x48),
  gt: binary('i32', 0x4a),
  le: binary('i32', 0x4c),
  ge: binary('i32', 0x4e),
  isZero: unary('i32', 0x45),
  /** Towards zero; what is out of range becomes the nearest there is, and no number 0. */
  truncate: unary('i32', 0xfc, 0x00),
  load: load('i32', 0x28),
  load8: load('i32', 0x2d),
  load16: load('i32', 0x2f),
  store: store(0x36),
  store8: store(0x3a),
  store16: store(0x3b),
} as const;

/** Single precision. */
export const f32 = {
  of: (value: number): Expression => ({
    type: 'f32',
    code: [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  }),
  add: binary('f32', 0x92),
  sub: binary('f32', 0x93),
  mul: binary('f32', 0x94),
  div: binary('f32', 0x95),
  min: binary('f32', 0x96),
  max: binary('f32', 0x97),
  abs: unary('f32', 0x8b),
  floor: unary('f32', 0x8e),
  ceil: unary('f32', 0x8d),
  eq: binary('i32', 0x5b),
  lt: binary('i32', 0x5d),
  gt: binary('i32', 0x5e),
  le: binary('i32', 0x5f),
  ge: binary('i32', 0x60),
  from: unary('f32', 0xb2),
  load: load('f32', 0x2a),
  store: store(0x38),
} as const;

/** Four singles or integers at once. */
export const v128 = {
  load: load('v128', ...vector(0)),
  /** One 32-bit value in all lanes. */
  loadSplat: load('v128', ...vector(9)),
  /** 4 or 8 bytes, the rest 0. */
  load32: load('v128', ...vector(92)),
  load64: load('v128', ...vector(93)),
  /** 8 bytes as 16-bit values; 4 16-bit values as integers; not negative. */
  load8x8: load('v128', ...vector(2)),
  load16x4: load('v128', ...vector(4)),
  /** Two or four bytes into one lane of that size of `into`. */
  load16Lane: loadLane(85),
  load32Lane: loadLane(86),
  store: store(...vector(11)),
  /** The first four or eight bytes. */
  store32: (address: Expression, value: Expression, offset = 0): Statement => [
    ...store(...vector(90))(address, value, offset),
    0,
  ],
  store64: (address: Expression, value: Expression, offset = 0): Statement => [
    ...store(...vector(91))(address, value, offset),
    0,
  ],
  and: binary('v128', ...vector(78)),
  or: binary('v128', ...vector(80)),
  andNot: binary('v128', ...vector(79)),
  any: unary('i32', ...vector(83)),
  /** Bits of `a` where the mask is 1, of `b` where it is 0. */
  select: (a: Expression, b: Expression, mask: Expression): Expression => join('v128', [a, b, mask], vector(82)),
  /** Bytes of both by number: 0 to 15 from `a`, 16 to 31 from `b`. */
  shuffle: (a: Expression, b: Expression, lanes: readonly number[]): Expression =>
    join('v128', [a, b], [...vector(13), ...lanes]),
  of: (x: number, y: number, z: number, w: number): Expression => ({
    type: 'v128',
    code: [...vector(12), ...new Uint8Array(Float32Array.of(x, y, z, w).buffer)],
  }),
} as const;

/** Operations on four singles. */
export const f32x4 = {
  splat: unary('v128', ...vector(19)),
  lane: (a: Expression, lane: number): Expression => join('f32', [a], [...vector(31), lane]),
  add: binary('v128', ...vector(228)),
  sub: binary('v128', ...vector(229)),
  mul: binary('v128', ...vector(230)),
  div: binary('v128', ...vector(231)),
  min: binary('v128', ...vector(232)),
  max: binary('v128', ...vector(233)),
  abs: unary('v128', ...vector(224)),
  sqrt: unary('v128', ...vector(227)),
  eq: binary('v128', ...vector(65)),
  ne: binary('v128', ...vector(66)),
  lt: binary('v128', ...vector(67)),
  gt: binary('v128', ...vector(68)),
  le: binary('v128', ...vector(69)),
  ge: binary('v128', ...vector(70)),
  /** From four signed integers. */
  from: unary('v128', ...vector(250)),
} as const;

/** Operations on four integers. */
export const i32x4 = {
  splat: unary('v128', ...vector(17)),
  lane: (a: Expression, lane: number): Expression => join('i32', [a], [...vector(27), lane]),
  eq: binary('v128', ...vector(55)),
  ne: binary('v128', ...vector(56)),
  add: binary('v128', ...vector(174)),
  sub: binary('v128', ...vector(177)),
  mul: binary('v128', ...vector(181)),
  /** By the same number of bits. */
  shl: (a: Expression, bits: Expression): Expression => join('v128', [a, bits], vector(171)),
  /** By the same number of bits, 0 coming in from above. */
  shr: (a: Expression, bits: Expression): Expression => join('v128', [a, bits], vector(173)),
  /** Of four singles, towards zero; what is out of range becomes the nearest there is, and no number 0. */
  truncate: unary('v128', ...vector(248)),
  /** The low four 16-bit values, not negative. */
  widen16: unary('v128', ...vector(169)),
  /** One bit per lane: its sign. */
  bits: unary('i32', ...vector(164)),
} as const;

/** The low eight bytes as 16-bit values, not negative. */
export const widen8 = unary('v128', ...vector(137));

/** Sum of expressions by an addition. */
export function sum(add: Binary, first: Expression, ...rest: readonly Expression[]): Expression {
  return rest.reduce((total, next) => add(total, next), first);
}
