const utf8 = new TextEncoder();

/** Writes protocol-buffer wire format, field by field (https://protobuf.dev/programming-guides/encoding). */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  #append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  #varint(value: number | bigint): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      bytes.push(rest > 0n ? low | 128 : low);
    } while (rest > 0n);
    return this.#append(Uint8Array.from(bytes));
  }

  #tag(field: number, wireType: 0 | 2 | 5): this {
    return this.#varint((field << 3) | wireType);
  }

  /** A varint field; negative numbers take ten bytes, as int64 prescribes. */
  integer(field: number, value: number | bigint): this {
    return this.#tag(field, 0).#varint(value);
  }

  /** A 32-bit float field. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#tag(field, 5).#append(bytes);
  }

  /** A length-delimited field. */
  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, 2).#varint(value.length).#append(value);
  }

  /** A UTF-8 text field. */
  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** An embedded message. */
  message(field: number, value: ProtobufWriter): this {
    this.#tag(field, 2).#varint(value.#length);
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  /** A packed repeated integer field. */
  integers(field: number, values: Iterable<number | bigint>): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  /** Everything written so far. */
  finish(): Uint8Array {
    const output = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      output.set(part, offset);
      offset += part.length;
    }
    return output;
  }
}

/** One field of a decoded message: varints as bigint, fixed 32-bit as raw bytes of length 4, the rest as bytes. */
export interface ProtobufField {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

/** Splits a message into its fields, in file order. Throws on groups and on input that breaks off. */
export function readProtobuf(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let offset = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new Error('protobuf message breaks off');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new Error('protobuf varint is too long');
  };
  const take = (length: number): Uint8Array => {
    if (offset + length > bytes.length) throw new Error('protobuf message breaks off');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const tag = Number(varint());
    const field = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) fields.push({ field, value: varint() });
    else if (wireType === 1) fields.push({ field, value: take(8) });
    else if (wireType === 2) fields.push({ field, value: take(Number(varint())) });
    else if (wireType === 5) fields.push({ field, value: take(4) });
    else throw new Error(`protobuf wire type ${wireType} is not supported`);
  }
  return fields;
}
