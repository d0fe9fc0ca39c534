/** Component types of glTF accessors. */
const FLOAT = 5126;
const UNSIGNED_SHORT = 5123;

const COMPONENTS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 } as const;

/** Shape of an accessor's element. */
export type ElementType = keyof typeof COMPONENTS;

/** Collects typed arrays into one binary buffer with its glTF buffer views and accessors. */
export class GlbBuffer {
  readonly bufferViews: Record<string, unknown>[] = [];
  readonly accessors: Record<string, unknown>[] = [];
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /**
   * Adds data and returns its accessor's number. `bounds` writes min and max, which glTF demands of positions and of
   * animation times. `target` 34962 marks vertices, 34963 indices; animation data has none.
   */
  add(
    data: Float32Array | Uint16Array,
    type: ElementType,
    options: { bounds?: boolean; target?: 34962 | 34963 } = {},
  ): number {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const padding = (4 - (bytes.length % 4)) % 4;
    const view: Record<string, unknown> = { buffer: 0, byteOffset: this.#length, byteLength: bytes.length };
    if (options.target !== undefined) view['target'] = options.target;
    this.bufferViews.push(view);
    this.#parts.push(bytes, new Uint8Array(padding));
    this.#length += bytes.length + padding;
    const size = COMPONENTS[type];
    const accessor: Record<string, unknown> = {
      bufferView: this.bufferViews.length - 1,
      componentType: data instanceof Float32Array ? FLOAT : UNSIGNED_SHORT,
      count: data.length / size,
      type,
    };
    if (options.bounds === true) {
      const min = new Array<number>(size).fill(Infinity);
      const max = new Array<number>(size).fill(-Infinity);
      data.forEach((value, i) => {
        min[i % size] = Math.min(min[i % size]!, value);
        max[i % size] = Math.max(max[i % size]!, value);
      });
      accessor['min'] = min;
      accessor['max'] = max;
    }
    this.accessors.push(accessor);
    return this.accessors.length - 1;
  }

  /** Bytes of the buffer so far. */
  get byteLength(): number {
    return this.#length;
  }

  /** The binary glTF file: header, JSON chunk, binary chunk. Source: Khronos glTF 2.0 specification, section 4. */
  toGlb(document: Record<string, unknown>): Uint8Array {
    const text = new TextEncoder().encode(JSON.stringify(document));
    const textLength = Math.ceil(text.length / 4) * 4;
    const total = 12 + 8 + textLength + 8 + this.#length;
    const out = new Uint8Array(total);
    const view = new DataView(out.buffer);
    view.setUint32(0, 0x46546c67, true);
    view.setUint32(4, 2, true);
    view.setUint32(8, total, true);
    view.setUint32(12, textLength, true);
    view.setUint32(16, 0x4e4f534a, true);
    out.fill(0x20, 20, 20 + textLength);
    out.set(text, 20);
    let at = 20 + textLength;
    view.setUint32(at, this.#length, true);
    view.setUint32(at + 4, 0x004e4942, true);
    at += 8;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
