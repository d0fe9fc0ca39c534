import { describe, expect, it } from 'vitest';
import {
  compileKernels,
  compileSharedKernels,
  f32,
  f32x4,
  get,
  i32,
  KernelArena,
  KernelSource,
  loopWhile,
  SharedArena,
  sequence,
  set,
  unsigned,
  v128,
  when,
} from './index.ts';

/** Doubles `count` singles, four at a time, and counts the positive ones into the word behind them. */
function doubling(): KernelSource {
  const kernel = new KernelSource();
  const from = kernel.parameter('i32');
  const count = kernel.parameter('i32');
  const at = kernel.variable('i32');
  const end = kernel.variable('i32');
  const four = kernel.variable('v128');
  const positive = kernel.variable('i32');
  kernel.body = sequence(
    set(at, get(from)),
    set(end, i32.add(get(from), i32.shl(get(count), i32.of(2)))),
    loopWhile(
      i32.lt(get(at), get(end)),
      sequence(
        set(four, v128.load(get(at))),
        v128.store(get(at), f32x4.add(get(four), get(four))),
        ...[0, 1, 2, 3].map((lane) =>
          when(f32.gt(f32x4.lane(get(four), lane), f32.of(0)), set(positive, i32.add(get(positive), i32.of(1)))),
        ),
        set(at, i32.add(get(at), i32.of(16))),
      ),
    ),
    i32.store(get(end), get(positive)),
  );
  return kernel;
}

describe('kernels', () => {
  it('run on memory that typed arrays see, also after it grew', () => {
    const arena = new KernelArena();
    const { double } = compileKernels({ double: doubling() })(arena.memory);
    for (const length of [8, 200_000]) {
      const address = arena.reserve((length + 1) * 4);
      expect(address % 16).toBe(0);
      const values = arena.floats(address, length);
      values.fill(-1.5);
      values[1] = 3;
      values[length - 1] = 0.25;
      double(address, length);
      expect([values[0], values[1], values[length - 1]]).toEqual([-3, 6, 0.5]);
      expect(new Int32Array(arena.memory.buffer, address + length * 4, 1)[0]).toBe(2);
    }
  });

  it('run on memory whose views outlive its growth, and get pieces back like a stack', () => {
    const arena = new SharedArena();
    const { double } = compileSharedKernels({ double: doubling() })(arena.memory);
    const first = arena.floats(9).fill(3);
    const mark = arena.mark;
    const second = arena.floats(1_000_000).fill(-2);
    double(first.byteOffset, 8);
    double(second.byteOffset, second.length - 4);
    expect([first[0], first[7], second[0], second.at(-5)]).toEqual([6, 6, -4, -4]);
    arena.release(mark);
    const third = arena.integers(5);
    expect(third.byteOffset).toBe(second.byteOffset);
    // What lies behind a piece is readable and 0.
    expect([...new Int32Array(arena.memory.buffer, third.byteOffset + 20, 15)]).toEqual(new Array(15).fill(0));
  });

  it('refuse a value of another type', () => {
    const kernel = new KernelSource();
    const x = kernel.variable('f32');
    expect(() => set(x, i32.of(1))).toThrow(TypeError);
    expect(() => kernel.parameter('i32')).toThrow(TypeError);
  });

  it('write numbers as the format wants them', () => {
    expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(i32.of(-123_456).code).toEqual([0x41, 0xc0, 0xbb, 0x78]);
  });
});
