/** A value of a record as it lies in the file. */
export type CarvedValue = string | number | null | Uint8Array;

const LEAF = 0x0d;
const WAL_FRAME_HEADER = 24;
const WAL_HEADER = 32;

/** Big-endian base-128 number of SQLite; up to nine bytes, values here stay below 2^53. Gives [value, bytes]. */
function varint(bytes: DataView, at: number): [number, number] {
  let value = 0;
  for (let length = 1; length <= 8; length++) {
    const byte = bytes.getUint8(at + length - 1);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, length];
  }
  return [value * 256 + bytes.getUint8(at + 8), 9];
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Committed pages of a write-ahead log over those of the file (SQLite file format, section 4). */
function overlayWal(wal: Uint8Array, pageSize: number, pages: Map<number, Uint8Array>): void {
  if (wal.length < WAL_HEADER) return;
  const data = view(wal);
  const [saltA, saltB] = [data.getUint32(16), data.getUint32(20)];
  let pending = new Map<number, Uint8Array>();
  for (let at = WAL_HEADER; at + WAL_FRAME_HEADER + pageSize <= wal.length; at += WAL_FRAME_HEADER + pageSize) {
    if (data.getUint32(at + 8) !== saltA || data.getUint32(at + 12) !== saltB) return;
    pending.set(data.getUint32(at), wal.subarray(at + WAL_FRAME_HEADER, at + WAL_FRAME_HEADER + pageSize));
    if (data.getUint32(at + 4) === 0) continue;
    for (const [number, page] of pending) pages.set(number, page);
    pending = new Map();
  }
}

function freePages(pages: ReadonlyMap<number, Uint8Array>): Set<number> {
  const free = new Set<number>();
  const first = pages.get(1);
  let trunk = first && first.length >= 36 ? view(first).getUint32(32) : 0;
  while (trunk !== 0 && !free.has(trunk)) {
    free.add(trunk);
    const page = pages.get(trunk);
    if (!page) break;
    const data = view(page);
    const count = Math.min(data.getUint32(4), page.length / 4 - 2);
    for (let leaf = 0; leaf < count; leaf++) free.add(data.getUint32(8 + 4 * leaf));
    trunk = data.getUint32(0);
  }
  return free;
}

const text = new TextDecoder('utf-8', { fatal: true });

function decodeValue(record: Uint8Array, data: DataView, type: number, at: number): [CarvedValue, number] {
  if (type >= 12) {
    const length = Math.floor((type - 12) / 2);
    const bytes = record.subarray(at, at + length);
    if (bytes.length < length) throw new RangeError('record too short');
    return [type % 2 === 0 ? bytes : text.decode(bytes), length];
  }
  switch (type) {
    case 0:
      return [null, 0];
    case 1:
      return [data.getInt8(at), 1];
    case 2:
      return [data.getInt16(at), 2];
    case 3:
      return [(data.getInt8(at) << 16) | data.getUint16(at + 1), 3];
    case 4:
      return [data.getInt32(at), 4];
    case 5:
      return [data.getInt16(at) * 2 ** 32 + data.getUint32(at + 2), 6];
    case 6:
      return [Number(data.getBigInt64(at)), 8];
    case 7:
      return [data.getFloat64(at), 8];
    case 8:
      return [0, 0];
    case 9:
      return [1, 0];
    default:
      throw new RangeError('no such type of value');
  }
}

function decodeRecord(record: Uint8Array): CarvedValue[] {
  const data = view(record);
  const [headerSize, first] = varint(data, 0);
  let [at, body] = [first, headerSize];
  const values: CarvedValue[] = [];
  while (at < headerSize) {
    const [type, length] = varint(data, at);
    at += length;
    const [value, size] = decodeValue(record, data, type, body);
    values.push(value);
    body += size;
  }
  return values;
}

/** Reads the payload of a leaf cell, following its overflow pages (SQLite file format, section 1.6). */
function payloadAt(page: Uint8Array, at: number, usable: number, pages: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const data = view(page);
  const [size, sizeLength] = varint(data, at);
  const [, rowidLength] = varint(data, at + sizeLength);
  const start = at + sizeLength + rowidLength;
  if (size <= usable - 35) return page.subarray(start, start + size);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const spill = least + ((size - least) % (usable - 4));
  const local = spill <= usable - 35 ? spill : least;
  if (size > pages.size * usable) throw new RangeError('longer than the file');
  const out = new Uint8Array(size);
  out.set(page.subarray(start, start + local));
  let [filled, next] = [local, data.getUint32(start + local)];
  while (filled < size) {
    const overflow = pages.get(next);
    if (!overflow) throw new RangeError('overflow page missing');
    const part = overflow.subarray(4, 4 + Math.min(usable - 4, size - filled));
    out.set(part, filled);
    filled += part.length;
    next = view(overflow).getUint32(0);
  }
  return out;
}

/**
 * Every record that can still be read from the pages of an SQLite file and its write-ahead log, without trusting the
 * header, the schema or any index: each page that looks like a leaf of a table is decoded cell by cell, cells that do
 * not decode are passed over, pages on the free list are left out. Source: sqlite.org/fileformat2.html.
 */
export function* carveRecords(file: Uint8Array, wal: Uint8Array): Generator<CarvedValue[]> {
  const header = view(file);
  const stated = file.length >= 100 ? header.getUint16(16) : 0;
  const pageSize = stated === 1 ? 65_536 : stated >= 512 && (stated & (stated - 1)) === 0 ? stated : 4096;
  const reserved = file.length >= 100 && stated === pageSize ? header.getUint8(20) : 0;
  const usable = pageSize - (reserved > 64 ? 0 : reserved);
  const pages = new Map<number, Uint8Array>();
  for (let number = 1; number * pageSize <= file.length; number++)
    pages.set(number, file.subarray((number - 1) * pageSize, number * pageSize));
  overlayWal(wal, pageSize, pages);
  const free = freePages(pages);
  for (const [number, page] of pages) {
    const base = number === 1 ? 100 : 0;
    if (free.has(number) || page[base] !== LEAF) continue;
    const data = view(page);
    const cells = Math.min(data.getUint16(base + 3), (pageSize - base - 8) / 2);
    for (let cell = 0; cell < cells; cell++) {
      try {
        yield decodeRecord(payloadAt(page, data.getUint16(base + 8 + 2 * cell), usable, pages));
      } catch {
        // Not a cell, or no longer one: the next may be.
      }
    }
  }
}
