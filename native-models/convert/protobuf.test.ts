import { describe, expect, it } from 'vitest';
import { ProtobufWriter, readProtobuf } from './protobuf.ts';

describe('ProtobufWriter', () => {
  // Examples of the encoding guide of the protocol buffers documentation.
  it.each([
    [new ProtobufWriter().integer(1, 150), '089601'],
    [new ProtobufWriter().text(2, 'testing'), '120774657374696e67'],
    [new ProtobufWriter().message(3, new ProtobufWriter().integer(1, 150)), '1a03089601'],
    [new ProtobufWriter().integers(6, [3, 270, 86942]), '3206038e029ea705'],
    [new ProtobufWriter().integer(1, -2), '08feffffffffffffffff01'],
    [new ProtobufWriter().float(2, 1), '150000803f'],
  ])('writes what the guide shows (%#)', (writer, hex) => {
    expect(Buffer.from(writer.finish()).toString('hex')).toBe(hex);
  });
});

describe('readProtobuf', () => {
  it('reads back what was written', () => {
    const bytes = new ProtobufWriter()
      .integer(1, 2n ** 63n)
      .float(7, -0.5)
      .text(20, 'ä')
      .finish();
    const fields = readProtobuf(bytes);
    expect(fields.map(({ field }) => field)).toEqual([1, 7, 20]);
    expect(fields[0]!.value).toBe(2n ** 63n);
    expect(fields[1]!.value).toEqual(Uint8Array.of(0, 0, 0, 0xbf));
    expect(new TextDecoder().decode(fields[2]!.value as Uint8Array)).toBe('ä');
  });

  it.each(['08', '0a05', '0d0000', '0b'])('refuses %s', (hex) => {
    expect(() => readProtobuf(Buffer.from(hex, 'hex'))).toThrow('protobuf');
  });
});
