/** Rows per chunk: big enough to be cheap, small enough that a short face wastes little. */
const CHUNK_ROWS = 64;

/** Rows of equal length that grow by chunks and are never copied; the memory of a face over a long clip. */
export class FrameStore<Row extends Float32Array | Uint8Array> {
  readonly #chunks: Row[] = [];
  readonly #make: (length: number) => Row;
  readonly width: number;
  #rows = 0;

  /** @param width values per row. @param make allocates a chunk: `(n) => new Float32Array(n)`. */
  constructor(width: number, make: (length: number) => Row) {
    this.width = width;
    this.#make = make;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Appends a copy of `row`. */
  push(row: Row): void {
    if (this.#rows % CHUNK_ROWS === 0) this.#chunks.push(this.#make(CHUNK_ROWS * this.width));
    const start = (this.#rows % CHUNK_ROWS) * this.width;
    this.#chunks.at(-1)!.set(row, start);
    this.#rows++;
  }

  /** A view of row `index`; valid as long as the store. */
  row(index: number): Row {
    if (index < 0 || index >= this.#rows) throw new RangeError(`Row ${index} of ${this.#rows}.`);
    const start = (index % CHUNK_ROWS) * this.width;
    return this.#chunks[Math.floor(index / CHUNK_ROWS)]!.subarray(start, start + this.width) as Row;
  }
}
