import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import { RetakeError } from '../../core/errors.ts';
import { fileWriteError } from './av-error.ts';
import { fromHalf, toHalf } from './half-float.ts';
import { locateInput } from './open-input.ts';
import { PartialOutput } from './partial-output.ts';

// OpenEXR 2.0 file layout, single-part scan lines ("OpenEXR File Layout", openexr.com): magic, version, attributes,
// table of block offsets, blocks. All numbers are little-endian.

/** One named channel: `R`, `G`, `B`, `A`, `Y`, or a name of one's own such as `U`, `V`, `matte`. */
export interface ExrChannel {
  readonly name: string;
  /** How it is stored: 16 or 32 bit. */
  readonly type: 'half' | 'float';
  /** width * height values, rows top to bottom. */
  readonly samples: Float32Array;
}

/** A float picture with named channels. */
export interface ExrImage {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly ExrChannel[];
  /** Text attributes of the header beside the required ones. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const MAGIC = 0x01312f76;
const LINES_PER_BLOCK = { 0: 1, 2: 1, 3: 16 } as const; // compression none, ZIPS, ZIP
const PIXEL_TYPES = { half: 1, float: 2 } as const;
const deflateAsync = promisify(deflate);

function attribute(name: string, type: string, value: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(value.length);
  return Buffer.concat([Buffer.from(`${name}\0${type}\0`, 'latin1'), size, value]);
}

function int32s(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeInt32LE(value, i * 4);
  return buffer;
}

function float32s(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeFloatLE(value, i * 4);
  return buffer;
}

function header(image: ExrImage, channels: readonly ExrChannel[]): Buffer {
  const list = channels.map(({ name, type }) =>
    Buffer.concat([Buffer.from(`${name}\0`, 'latin1'), int32s(PIXEL_TYPES[type], 0, 1, 1)]),
  );
  const window = int32s(0, 0, image.width - 1, image.height - 1);
  const long =
    channels.some(({ name }) => name.length > 31) ||
    Object.keys(image.attributes ?? {}).some((name) => name.length > 31);
  return Buffer.concat([
    int32s(MAGIC, long ? 2 | 0x400 : 2),
    attribute('channels', 'chlist', Buffer.concat([...list, Buffer.alloc(1)])),
    attribute('compression', 'compression', Buffer.from([3])),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Buffer.from([0])),
    attribute('pixelAspectRatio', 'float', float32s(1)),
    attribute('screenWindowCenter', 'v2f', float32s(0, 0)),
    attribute('screenWindowWidth', 'float', float32s(1)),
    ...Object.entries(image.attributes ?? {}).map(([name, text]) =>
      attribute(name, 'string', Buffer.from(text, 'utf8')),
    ),
    Buffer.alloc(1),
  ]);
}

/** Rows `from` to `until` - 1 as stored: line by line, channel after channel. */
function packLines(image: ExrImage, channels: readonly ExrChannel[], from: number, until: number): Buffer {
  const perPixel = channels.reduce((sum, { type }) => sum + (type === 'half' ? 2 : 4), 0);
  const buffer = Buffer.allocUnsafe((until - from) * image.width * perPixel);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let at = 0;
  for (let y = from; y < until; y++)
    for (const { type, samples } of channels) {
      const row = y * image.width;
      if (type === 'half')
        for (let x = 0; x < image.width; x++, at += 2) view.setUint16(at, toHalf(samples[row + x]!), true);
      else for (let x = 0; x < image.width; x++, at += 4) view.setFloat32(at, samples[row + x]!, true);
    }
  return buffer;
}

/** EXR's preparation for deflate: even bytes, then odd bytes, each as the difference to the byte before plus 128. */
function predict(raw: Buffer): Buffer {
  const out = Buffer.allocUnsafe(raw.length);
  const half = (raw.length + 1) >> 1;
  for (let i = 0; i < raw.length; i++) out[(i & 1) === 0 ? i >> 1 : half + (i >> 1)] = raw[i]!;
  let before = out[0]!;
  for (let i = 1; i < out.length; i++) {
    const value = out[i]!;
    out[i] = value - before + 128;
    before = value;
  }
  return out;
}

function unpredict(data: Buffer): Buffer {
  for (let i = 1; i < data.length; i++) data[i] = data[i - 1]! + data[i]! - 128;
  const out = Buffer.allocUnsafe(data.length);
  const half = (data.length + 1) >> 1;
  for (let i = 0; i < data.length; i++) out[i] = data[(i & 1) === 0 ? i >> 1 : half + (i >> 1)]!;
  return out;
}

/** The bytes of an EXR file (ZIP, 16 lines a block). Throws `invalid-argument` for channels of the wrong length. */
export async function encodeExr(image: ExrImage): Promise<Uint8Array> {
  const pixels = image.width * image.height;
  const names = new Set(image.channels.map(({ name }) => name));
  if (
    pixels === 0 ||
    names.size === 0 ||
    names.size !== image.channels.length ||
    image.channels.some(({ samples }) => samples.length !== pixels)
  )
    throw new RetakeError(
      'invalid-argument',
      `An EXR picture needs differently named channels of ${image.width}x${image.height} values each.`,
    );
  // The format wants channels in the order of their names' bytes.
  const channels = [...image.channels].sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = header(image, channels);
  const starts = Array.from({ length: Math.ceil(image.height / 16) }, (_, block) => block * 16);
  const blocks = await Promise.all(
    starts.map(async (from) => {
      const raw = packLines(image, channels, from, Math.min(from + 16, image.height));
      const packed = await deflateAsync(predict(raw), { level: 4 });
      const data = packed.length < raw.length ? packed : raw;
      return Buffer.concat([int32s(from, data.length), data]);
    }),
  );
  const table = Buffer.alloc(blocks.length * 8);
  let offset = head.length + table.length;
  for (const [i, block] of blocks.entries()) {
    table.writeBigUInt64LE(BigInt(offset), i * 8);
    offset += block.length;
  }
  return Buffer.concat([head, table, ...blocks]);
}

/** Writes an EXR file, atomically. Throws `output-unwritable`, `disk-full`, `invalid-argument`. */
export async function writeExr(path: string, image: ExrImage): Promise<void> {
  await using output = await PartialOutput.create(path);
  const bytes = await encodeExr(image);
  await writeFile(output.partial, bytes).catch((error: unknown) => Promise.reject(fileWriteError(error, output.path)));
  await output.commit();
}

interface ExrHeader {
  readonly attributes: Map<string, { type: string; value: Buffer }>;
  readonly end: number;
}

function readHeader(data: Buffer): ExrHeader {
  const attributes: ExrHeader['attributes'] = new Map();
  let at = 8;
  const text = (): string => {
    const end = data.indexOf(0, at);
    if (end < 0) throw new RangeError('header breaks off');
    const value = data.toString('latin1', at, end);
    at = end + 1;
    return value;
  };
  for (;;) {
    const name = text();
    if (name === '') return { attributes, end: at };
    const type = text();
    const size = data.readUInt32LE(at);
    attributes.set(name, { type, value: data.subarray(at + 4, at + 4 + size) });
    at += 4 + size;
  }
}

function readChannels(list: Buffer): { name: string; type: 'half' | 'float' | 'uint' }[] {
  const channels: { name: string; type: 'half' | 'float' | 'uint' }[] = [];
  for (let at = 0; list[at] !== 0 && at < list.length; ) {
    const end = list.indexOf(0, at);
    const name = list.toString('latin1', at, end);
    channels.push({ name, type: (['uint', 'half', 'float'] as const)[list.readInt32LE(end + 1)]! });
    at = end + 17;
  }
  return channels;
}

function decode(data: Buffer, path: string): ExrImage {
  const unsupported = (what: string): RetakeError =>
    new RetakeError(
      'media-unsupported',
      `${path} is an EXR file with ${what}, which Retake does not read. Save it as scan lines with ZIP compression.`,
      { path },
    );
  const flags = data.readUInt32LE(4) >>> 8;
  if ((flags & 0x1a) !== 0) throw unsupported('tiles, deep data or several parts');
  const { attributes, end } = readHeader(data);
  const compression = attributes.get('compression')!.value[0]!;
  if (compression !== 0 && compression !== 2 && compression !== 3) throw unsupported(`compression ${compression}`);
  const window = attributes.get('dataWindow')!.value;
  const [minX, minY, maxX, maxY] = [0, 4, 8, 12].map((offset) => window.readInt32LE(offset)) as [
    number,
    number,
    number,
    number,
  ];
  const [width, height] = [maxX - minX + 1, maxY - minY + 1];
  const channels = readChannels(attributes.get('channels')!.value).map(({ name, type }) => ({
    name,
    type,
    samples: new Float32Array(width * height),
  }));
  const lines = LINES_PER_BLOCK[compression];
  const lineBytes = channels.reduce((sum, { type }) => sum + width * (type === 'half' ? 2 : 4), 0);
  for (let block = 0; block * lines < height; block++) {
    const at = Number(data.readBigUInt64LE(end + block * 8));
    const top = data.readInt32LE(at) - minY;
    const size = data.readInt32LE(at + 4);
    const rows = Math.min(lines, height - top);
    const stored = data.subarray(at + 8, at + 8 + size);
    const raw = compression === 0 || size === rows * lineBytes ? stored : unpredict(inflateSync(stored));
    let from = 0;
    for (let y = top; y < top + rows; y++)
      for (const { type, samples } of channels)
        for (let x = 0; x < width; x++, from += type === 'half' ? 2 : 4)
          samples[y * width + x] =
            type === 'half'
              ? fromHalf(raw.readUInt16LE(from))
              : type === 'float'
                ? raw.readFloatLE(from)
                : raw.readUInt32LE(from);
  }
  const texts = [...attributes]
    .filter(([, { type }]) => type === 'string')
    .map(([name, { value }]) => [name, value.toString('utf8')] as const);
  return {
    width,
    height,
    channels: channels.map((each) => ({ ...each, type: each.type === 'half' ? 'half' : 'float' })),
    attributes: Object.fromEntries(texts),
  };
}

/**
 * Reads an EXR file of scan lines (no, ZIPS or ZIP compression) with its channels in the file's order. Throws
 * `file-not-found`, `file-unreadable`, `not-media`, `media-damaged`, `media-unsupported`.
 */
export async function readExr(path: string): Promise<ExrImage> {
  const input = await locateInput(path);
  const data = await readFile(input.path);
  if (data.length < 8 || data.readUInt32LE(0) !== MAGIC)
    throw new RetakeError('not-media', `${input.path} is not an EXR file.`, { path: input.path });
  try {
    return decode(data, input.path);
  } catch (error) {
    if (error instanceof RetakeError) throw error;
    throw new RetakeError(
      'media-damaged',
      `${input.path} is damaged or incomplete. Write it again.`,
      { path: input.path },
      error,
    );
  }
}
