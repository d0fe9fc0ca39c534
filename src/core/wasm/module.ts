import { type Local, type Statement, unsigned, type ValueType } from './expressions.ts';

const TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const PAGE = 65_536;

/** What this program uses of the WebAssembly that every engine has; Node's types leave it out. */
declare const WebAssembly: {
  Memory: {
    new (limits: { initial: number; maximum: number; shared: true }): KernelMemory<SharedArrayBuffer>;
    new (limits: { initial: number }): KernelMemory;
  };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Memory that kernels and typed arrays share. Views of `buffer` die when it grows, unless it is shared. */
export interface KernelMemory<Bytes extends ArrayBufferLike = ArrayBuffer> {
  readonly buffer: Bytes;
  grow(pages: number): number;
}

/** A compiled kernel: numbers in, nothing out. */
export type Kernel = (...parameters: number[]) => void;

/** A kernel before it is compiled; see {@link compileKernels}. */
export class KernelSource {
  readonly parameters: ValueType[] = [];
  readonly variables: ValueType[] = [];
  body: Statement = [];

  /** The next parameter. All parameters come before the first variable. */
  parameter(type: 'i32' | 'f32'): Local {
    if (this.variables.length > 0) throw new TypeError('Parameters come before variables.');
    this.parameters.push(type);
    return { type, index: this.parameters.length - 1 };
  }

  /** A new variable, 0 at the start. */
  variable(type: ValueType): Local {
    this.variables.push(type);
    return { type, index: this.parameters.length + this.variables.length - 1 };
  }

  /** The next parameters, all of one type, in the order of their names. */
  parametersOf<Name extends string>(type: 'i32' | 'f32', ...names: readonly Name[]): Record<Name, Local> {
    return byName(names, () => this.parameter(type));
  }

  /** New variables of one type. */
  variablesOf<Name extends string>(type: ValueType, ...names: readonly Name[]): Record<Name, Local> {
    return byName(names, () => this.variable(type));
  }
}

function byName<Name extends string>(names: readonly Name[], make: () => Local): Record<Name, Local> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Local>;
}

const section = (id: number, items: readonly (readonly number[])[]): number[] => {
  const body = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(body.length), ...body];
};
const name = (text: string): number[] => [...unsigned(text.length), ...new TextEncoder().encode(text)];

/** Pages that shared memory may grow to: 2 GiB. */
const SHARED_PAGES = 32_768;

/** The binary module of some kernels, which work on one imported memory. */
export function assemble(kernels: Readonly<Record<string, KernelSource>>, shared = false): Uint8Array {
  const limits = shared ? [3, 0, ...unsigned(SHARED_PAGES)] : [0, 0];
  const sources = Object.entries(kernels);
  const types = sources.map(([, { parameters }]) => [
    0x60,
    ...unsigned(parameters.length),
    ...parameters.map((type) => TYPES[type]),
    0,
  ]);
  const bodies = sources.map(([, { variables, body }]) => {
    const locals = variables.flatMap((type) => [1, TYPES[type]]);
    const code = [...unsigned(variables.length), ...locals, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...name('host'), ...name('memory'), 2, ...limits]]),
    ...section(
      3,
      sources.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      sources.map(([key], index) => [...name(key), 0, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}

/** Compiles kernels; the function it gives puts them to work on a memory. Compile once per thread. */
export function compileKernels<Names extends string>(
  kernels: Readonly<Record<Names, KernelSource>>,
): (memory: KernelMemory) => Readonly<Record<Names, Kernel>> {
  const module = new WebAssembly.Module(assemble(kernels));
  return (memory) => new WebAssembly.Instance(module, { host: { memory } }).exports as Readonly<Record<Names, Kernel>>;
}

/** {@link compileKernels} for kernels that work on {@link SharedArena}s. */
export function compileSharedKernels<Names extends string>(
  kernels: Readonly<Record<Names, KernelSource>>,
): (memory: KernelMemory<SharedArrayBuffer>) => Readonly<Record<Names, Kernel>> {
  const module = new WebAssembly.Module(assemble(kernels, true));
  return (memory) => new WebAssembly.Instance(module, { host: { memory } }).exports as Readonly<Record<Names, Kernel>>;
}

/**
 * Memory for kernels that is given out like a stack and grows. It is of the shared sort, though one thread uses it,
 * because views of that live on when it grows.
 */
export class SharedArena {
  readonly memory: KernelMemory<SharedArrayBuffer> = new WebAssembly.Memory({
    initial: 1,
    maximum: SHARED_PAGES,
    shared: true,
  });
  #end = 64;

  /** Where the next piece begins; see {@link SharedArena.release}. */
  get mark(): number {
    return this.#end;
  }

  /** Gives back what was taken since `mark` was read. */
  release(mark: number): void {
    this.#end = mark;
  }

  /** Address of `bytes` bytes of unknown content, a multiple of 16, with 64 bytes of 0 behind them. */
  reserve(bytes: number): number {
    const start = this.#end;
    const behind = start + ((Math.ceil(bytes) + 15) & ~15);
    this.#end = behind + 64;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(Math.max(missing, this.memory.buffer.byteLength / 4) / PAGE));
    new Uint8Array(this.memory.buffer, start + bytes, this.#end - start - bytes).fill(0);
    return start;
  }

  /** `length` fresh singles of unknown content. */
  floats(length: number): Float32Array {
    const address = this.reserve(length * 4);
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** `length` fresh integers of unknown content. */
  integers(length: number): Int32Array {
    const address = this.reserve(length * 4);
    return new Int32Array(this.memory.buffer, address, length);
  }
}

/**
 * Memory for kernels that is given out in pieces and grows. Pieces never move and are never given back: ask for a larger
 * one rarely and generously.
 */
export class KernelArena {
  readonly memory: KernelMemory = new WebAssembly.Memory({ initial: 1 });
  #end = 16;

  /** Address of `bytes` fresh bytes, a multiple of 16, with 64 readable ones behind them. Views made before may die. */
  reserve(bytes: number): number {
    const start = this.#end;
    this.#end = start + ((Math.ceil(bytes) + 15) & ~15) + 64;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return start;
  }

  /** Singles at an address. */
  floats(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** Bytes at an address. */
  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
